# What matchers sort by: files of realizations, and functions.

# A file is read, and no link: it could lead out of the realization, to what changes.

--- score.plx
links = stage(
  name    = "links",
  outputs = 3,
  match   = match_best("score"),
  realize = sh('''
    echo 1 > "$out1/score"
    echo 2 > "$out2/real"; ln -s real "$out2/score"
    ln -s "$HOME/score" "$out3/score"
  '''),
)
out = redefine(links, matcher = match_n(3, [worst("score")]))
folders = stage(name = "folders", outputs = 2, match = match_best("sub/score"), realize = sh('''
  mkdir "$out1/sub"
  echo 1 > "$out1/sub/score"
  ln -s "$HOME" "$out2/sub"
'''))
---
$ mkdir home && echo 9 > home/score

$ HOME="$PWD/home" plxc realize score.plx#links --log=quiet -o links | wc -l; cat links/score
| 1
| 1
$ HOME="$PWD/home" plxc realize score.plx#out --log=quiet | wc -l
| 3
! warning[W0803]: a realization of `links` was chosen that has no score
!   --> score.plx:11:7
!    |
! 11 | out = redefine(links, matcher = match_n(3, [worst("score")]))
!    |       ^^^^^^^^ this stage
!    |
!    = note: it is rref:HASH1-HASH2-links
!    = help: the first line of its `score` should be a number
$ HOME="$PWD/home" plxc realize score.plx#folders --log=quiet -o folders | wc -l; cat folders/sub/score
| 1
| 1
$ plxc store gc --keep-best score --dry-run | grep -c links
| 2
! plxc: would free SIZE: 3 realizations; 2 derivations and 2 realizations would stay

# Nor does a plan lead out of it.

$ cat > plan.json << END
> {"version": 1,
>  "derivations": [{"config": {"name": "a"}, "realizer": {"kind": "mkfile", "path": "n", "text": "3"}, "matcher": {"keys": [{"kind": "best", "file": "../n"}]}}],
>  "targets": ["$(echo '{"name": "a"}' > a.json; plxc store instantiate a.json)"]}
> END
$ plxc realize --plan plan.json --log=quiet
! error[E0813]: the matcher of `a` is malformed
!   = note: it is {
!               "keys": [
!                   {
!                       "file": "../n",
!                       "kind": "best"
!                   }
!               ]
!           }
? 1

# A function without a place of its own fails where it was given.

--- function.plx
whole = stage(name = "whole", match = match([key(read_text)]), realize = sh('''echo 1 > "$out/score"'''))
---
$ plxc realize function.plx --log=quiet
! error[E0304]: cannot read `$CASE/root/store-v1/HASH3-whole/HASH4`: Is a directory
!  --> function.plx:1:46
!   |
! 1 | whole = stage(name = "whole", match = match([key(read_text)]), realize = sh('''echo 1 > "$out/score"'''))
!   |                                              ^^^^^^^^^^^^^^
!   |
!   = note: it was called for rref:HASH4-HASH3-whole
? 1

# Whole numbers are compared as such, also where a Float could not tell them apart.

--- large.plx
large = stage(
  name    = "large",
  outputs = 3,
  match   = match_n(3, [key(fn (r) => int(trim(read_text(r / "n"))))]),
  realize = sh('''echo 9007199254740992 > "$out1/n"; echo 9007199254740993 > "$out2/n"; echo 9007199254740991 > "$out3/n"'''),
)
---
$ plxc realize large.plx --log=quiet --print=path | sed 's,$,/n,' | xargs cat
| 9007199254740993
| 9007199254740992
| 9007199254740991
