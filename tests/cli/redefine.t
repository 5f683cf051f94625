# A stage that uses another variant of a stage is another stage, although neither matcher nor unhashed realizer is in a config.

--- p.plx
train = stage(
  name          = "train",
  score         = promise / "score",
  outputs       = 3,
  hash_realizer = false,
  match         = match([worst("score")]),
  realize       = sh('''i=0; for o in $outs; do i=$((i + 1)); echo "$i" > "$o/score"; done'''),
)
use(model) = stage(name = "use", model = model, realize = sh('''cat "$model/score" > "$out/score"'''))
report = use(train)
best_train = redefine(train, matcher = match_best("score"))
by_redefine = redefine(report, config = fn (c) => c with { model = best_train })
direct = use(best_train)
other_way = redefine(report, config = fn (c) => c with { model = redefine(c.model, realizer = sh('''exit 1''')) })
equal = by_redefine == direct
both = stage(name = "both", a = report, b = by_redefine, realize = sh("true"))
---

$ plxc eval p.plx#equal
| true

# The same derivation, made with one model and with another.

$ plxc realize p.plx#report --log=quiet -o report > report.rref; cat report/score
| 1
$ plxc realize p.plx#by_redefine --log=quiet -o best > best.rref; cat best/score
| 3
$ plxc realize p.plx#direct --log=quiet | diff - best.rref
$ plxc realize p.plx#report p.plx#by_redefine --log=quiet; cat report.rref best.rref
| rref:HASH1-HASH2-use
| rref:HASH3-HASH2-use
| rref:HASH1-HASH2-use
| rref:HASH3-HASH2-use

# The other realizer is asked when there is nothing in the store.

$ PLX_ROOT="$PWD/../new" plxc realize p.plx#other_way --log=quiet
! error[E0801]: `train` failed with exit status 1
!   --> p.plx:14:66
!    |
! 14 | other_way = redefine(report, config = fn (c) => c with { model = redefine(c.model, realizer = sh('''exit 1''')) })
!    |                                                                  ^^^^^^^^ this stage
!    |
!    = note: it wrote nothing to its log
? 1

# Not both in what one target needs.

$ plxc realize p.plx#both
! error[E0814]: `train` is used with two different matchers
!   --> p.plx:11:14
!    |
!  1 | train = stage(
!    |         ----- here with another
! ...
! 11 | best_train = redefine(train, matcher = match_best("score"))
!    |              ^^^^^^^^ here with one
!    |
!    = note: both are the derivation dref:HASH4-train, and one target needs both
!    = help: give them configs that differ, or one matcher for both
? 3
