## Three kinds of iris, found without being told: k-means from random starts, and the best end is drawn.
##
## Needs nothing but a POSIX shell and awk.

## How many clusters to look for.
param k: Int = 3

## How many random starts one run of the stage makes.
param starts: Int = 8

## 150 flowers, measured by Anderson and published by Fisher in 1936.
flowers = ./iris.csv

## k-means ends where its random start leads it, so that every start is a realization of its own. `match` keeps
## the one with the smallest inertia; `plxc realize --rebuild=clusters` adds more to choose from.
clusters = stage(
  name    = "clusters",
  flowers = flowers,
  program = ./kmeans.awk,
  k       = k,
  labels  = promise / "labels.csv",
  centers = promise / "centers.csv",
  inertia = promise / "inertia.txt",
  outputs = starts,
  match   = match(keys = [worst("inertia.txt")], rmin = 1, rmax = 1),
  realize = sh('''
    for dir in $outs; do
      seed=$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')
      awk -v k="$k" -v seed="$seed" -v labels="$dir/labels.csv" -v centers="$dir/centers.csv" \
          -v inertia="$dir/inertia.txt" -f "$program" "$flowers"
    done
  '''),
)

## The picture: colour is the cluster, shape is the species, a cross is a center.
plot = stage(
  name    = "plot",
  flowers = flowers,
  program = ./plot.awk,
  labels  = clusters.labels,
  centers = clusters.centers,
  inertia = clusters.inertia,
  picture = promise / "clusters.svg",
  realize = sh('''
    awk -v inertia="$(cat "$inertia")" -f "$program" "$labels" "$centers" "$flowers" > "$picture"
  '''),
)

default = plot

test "the number of clusters is part of the identity" = clusters.k == k
