# On a terminal: a line for each running stage, a bar, and in the end only what stays.

--- p.plx
first = stage(name = "first", realize = sh('''touch "$out/a"'''))
second = stage(
  name = "second",
  first = first,
  passenv = ["CASE"],
  realize = sh('''
    echo "step 1 of 2"
    printf '\033[1mstep 2\033[0m of 2 \t with tabs, 日本語 and what is too long for a line of eighty columns to hold'
    read line < "$CASE/go"
    touch "$out/b"
  '''),
)
third = stage(name = "third", second = second, realize = sh("exit 3"))
---

$ mkfifo "$CASE/go"; python3 "$TESTS/terminal.py" 80 "step 2" "$CASE/go" plxc realize -j 1 p.plx#second
| -- meanwhile
| second  TIME  step 2 of 2   with tabs, 日本語 and what
| [============>           ] 1/2
| -- at the end
| plxc: 2 built in TIME
| rref:HASH1-HASH2-second
| status 0

# Less on a narrow one: what does not fit would break the redrawing.

$ python3 "$TESTS/terminal.py" 30 "second" "$CASE/go" plxc realize -j 1 p.plx#second --rebuild
| -- meanwhile
| second  TIME
| [====>    ] 1/2
| -- at the end
| plxc: 1 built, 1 reused in TIME
| rref:HASH1-HASH2-second
| status 0

# A failure stands above the bar, in colours that a screen reader of escape sequences takes away.

$ python3 "$TESTS/terminal.py" 80 "(none)" "$CASE/go" plxc realize -j 1 p.plx#third
| -- at the end
| error[E0801]: `third` failed with exit status 3
|   --> p.plx:13:9
|    |
| 13 | third = stage(name = "third", second = second, realize = sh("exit 3"))
|    |         ^^^^^ this stage
|    |
|    = note: it wrote nothing to its log
| plxc: 2 reused, 1 failed in TIME
| status 1
