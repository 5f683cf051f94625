# A stage to pause at, between one that it needs and one that needs it.

a = stage(name = "a", realize = sh('''echo a > "$out/a"'''))

b = stage(
  name = "b",
  a = a / "a",
  outputs = 2,
  match = match_some(2),
  realize = sh('''
    for dir in $outs; do
      echo "${dir##*/} of the realizer" > "$dir/b"
    done
  '''),
)

d = stage(name = "d", b = b, realize = sh('''echo d > "$out/d"'''))
