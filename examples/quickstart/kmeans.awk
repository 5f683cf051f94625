# k-means (Lloyd's algorithm) from random centers.
#
#   awk -v k=3 -v seed=N -v labels=FILE -v centers=FILE -v inertia=FILE -f kmeans.awk flowers.csv
#
# Where it ends depends on where it starts: the sum of squared distances (the inertia) tells good ends from bad ones.

BEGIN { FS = ","; srand(seed) }

NR == 1 { dims = NF - 1; next }
NF == dims + 1 {
    n++
    for (d = 1; d <= dims; d++) x[n, d] = $d
}

# Centers begin at k different flowers.
function choose_centers(    c, i, d) {
    for (c = 1; c <= k; c++) {
        do { i = 1 + int(rand() * n) } while (i in taken)
        taken[i] = 1
        for (d = 1; d <= dims; d++) center[c, d] = x[i, d]
    }
}

# Gives each flower its nearest center. Returns how many changed theirs; the inertia is left in `total`.
function assign(    i, c, d, near, best, dist, diff, moved) {
    moved = 0
    total = 0
    for (i = 1; i <= n; i++) {
        best = -1
        for (c = 1; c <= k; c++) {
            dist = 0
            for (d = 1; d <= dims; d++) { diff = x[i, d] - center[c, d]; dist += diff * diff }
            if (best < 0 || dist < best) { best = dist; near = c }
        }
        if (label[i] != near) { label[i] = near; moved++ }
        total += best
    }
    return moved
}

# Moves each center to the mean of its flowers; one that has none stays where it is.
function move_centers(    i, c, d, sum, count) {
    for (i = 1; i <= n; i++) {
        count[label[i]]++
        for (d = 1; d <= dims; d++) sum[label[i], d] += x[i, d]
    }
    for (c = 1; c <= k; c++)
        for (d = 1; d <= dims && count[c]; d++) center[c, d] = sum[c, d] / count[c]
}

END {
    if (k > n) { print "k-means: " k " clusters of " n " flowers" > "/dev/stderr"; exit 1 }
    choose_centers()
    for (step = 1; assign() > 0; step++) move_centers()

    for (i = 1; i <= n; i++) print label[i] > labels
    for (c = 1; c <= k; c++) {
        row = center[c, 1]
        for (d = 2; d <= dims; d++) row = row "," center[c, d]
        print row > centers
    }
    printf "%.6f\n", total > inertia
    printf "seed %s: %d steps, inertia %.6f\n", seed, step, total
}
