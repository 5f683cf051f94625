# Files that a matcher chooses by and that are none: a link is not followed, and nobody waits for a fifo. A realization
# with one comes after those with a number.

--- a.plx
scored(name, make) = stage(name = name, make = make, passenv = ["CASE"], match = match([best("eyes/score")]), realize = sh('''
  mkdir "$out/eyes" && cd "$out" && eval "$make"'''))
to_fifo = scored("to-fifo", '''ln -s "$CASE/fifo" eyes/score''')
to_file = scored("to-file", '''ln -s "$CASE/ten" eyes/score''')
to_folder = scored("to-folder", '''rmdir eyes && ln -s "$CASE/eyes" eyes''')
folder = scored("folder", '''mkdir eyes/score''')
---

$ mkfifo "$CASE/fifo"; mkdir "$CASE/eyes"; echo 10 > "$CASE/ten"; echo 10 > "$CASE/eyes/score"
> for s in to_fifo to_file to_folder folder; do plxc realize "a.plx#$s" --log=quiet; done 2>&1 | grep -v '^ '
| warning[W0803]: a realization of `to-fifo` was chosen that has no score
| 1 | scored(name, make) = stage(name = name, make = make, passenv = ["CASE"], match = match([best("eyes/score")]), realize = sh('''
| rref:HASH1-HASH2-to-fifo
| warning[W0803]: a realization of `to-file` was chosen that has no score
| 1 | scored(name, make) = stage(name = name, make = make, passenv = ["CASE"], match = match([best("eyes/score")]), realize = sh('''
| rref:HASH3-HASH4-to-file
| warning[W0803]: a realization of `to-folder` was chosen that has no score
| 1 | scored(name, make) = stage(name = name, make = make, passenv = ["CASE"], match = match([best("eyes/score")]), realize = sh('''
| rref:HASH5-HASH6-to-folder
| warning[W0803]: a realization of `folder` was chosen that has no score
| 1 | scored(name, make) = stage(name = name, make = make, passenv = ["CASE"], match = match([best("eyes/score")]), realize = sh('''
| rref:HASH7-HASH8-folder

$ plxc store gc --keep-best eyes/score --dry-run
! error[E0701]: no realization in the store has a number in an artifact `eyes/score`
!   = note: nothing would be kept by it, so nothing was removed
!   = help: give its path in the realization; `plxc store ls REF` shows what is there
? 2

# A link inside of the realization is none either: what it leads to can be named itself.

--- b.plx
inside = stage(name = "inside", match = match([best("score")]), realize = sh('''cd "$out" && echo 5 > real && ln -s real score'''))
---

$ plxc realize b.plx --log=quiet
| rref:HASH9-HASH10-inside
! warning[W0803]: a realization of `inside` was chosen that has no score
!  --> b.plx:1:10
!   |
! 1 | inside = stage(name = "inside", match = match([best("score")]), realize = sh('''cd "$out" && echo 5 > real && ln -s real score'''))
!   |          ^^^^^ this stage
!   |
!   = note: it is rref:HASH9-HASH10-inside
!   = help: the first line of its `score` should be a number
