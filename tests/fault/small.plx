# Deterministic, with what a store can hold, and in few system calls.

a = stage(
  name = "a",
  input = ./input.txt,
  text = promise / "a",
  realize = sh('''
    read -r line < "$input"
    echo "$line" > "$out/a"
    mkdir "$out/d" && ln -s ../a "$out/d/link" && : > "$out/d/x" && chmod +x "$out/d/x"
  '''),
)

b = stage(
  name = "b",
  text = a.text,
  outputs = 2,
  match = match_some(2),
  realize = sh('''
    for dir in $outs; do
      echo "${dir##*/}" > "$dir/b"
    done
  '''),
)

c = mkfile("c", "made\n")

d = stage(name = "d", a = a.text, b = b, c = c, realize = sh('''read -r line < "$a"; echo "$line" > "$out/d"'''))
