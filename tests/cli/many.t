# Stages with several realizations.

--- dice.plx
dice = stage(
  name = "dice",
  score = promise / "score.txt",
  outputs = 3,
  match = match_best("score.txt"),
  realize = sh('''
    n=1
    for dir in $outs; do
      echo $n > "$dir/score.txt"
      n=$((n + 1))
    done
  '''),
)
all = redefine(dice, matcher = match_all())
args = stage(name = "args", match = match_latest(), realize = sh('''cp "$PLX_ARGS" "$out/args.json"'''))
---

$ cat "$(plxc realize dice.plx#dice --print=path --log=quiet)/score.txt"
| 3

$ plxc realize dice.plx#all --log=quiet | wc -l
| 3

$ plxc realize dice.plx#all --log=quiet --one
! error[E1014]: `--one` was given, but there are 3 realizations
!   = note: `dice` has 3
!   = help: a matcher such as `match_latest()` or `match_best(file)` chooses one
? 5

$ plxc realize dice.plx#all --log=quiet -o all > /dev/null; ls -d all*
| all
| all-2
| all-3

$ plxc store ls "$(plxc instantiate dice.plx#dice)" | wc -l
| 3

$ plxc store cat "$(plxc instantiate dice.plx#dice)/score.txt" 2>&1 | head -n 1
| error[E1017]: `dref:HASH1-dice/score.txt` has 3 realizations, and one is needed

$ plxc realize dice.plx#args --log=quiet --arg args.epochs=5 --arg args.name=fast -o args > /dev/null; cat args/args.json
| {
|     "epochs": 5,
|     "name": "fast"
| }
|\

$ plxc realize dice.plx#args --log=quiet --arg arsg.epochs=5
! error[E0817]: `arsg` is no stage of this plan
!   = help: did you mean `args`?
? 2
