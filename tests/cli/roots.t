# Roots: what garbage collection keeps.

--- p.plx
a = stage(name = "a", realize = sh('''echo a > "$out/a"'''))
b = stage(name = "b", a = a / "a", realize = sh('''cat "$a" > "$out/b"'''))
c = stage(name = "c", realize = sh('''echo c > "$out/c"'''))
---

$ plxc realize p.plx#b --log=quiet -o result > b.rref; plxc realize p.plx#c --log=quiet --print=dref > c.dref
$ plxc store root ls
| $CASE/work/result -> rref:HASH1-HASH2-b
$ plxc store root add keep-c "$(cat c.dref)"; plxc store root ls
| keep-c -> dref:HASH3-c
| $CASE/work/result -> rref:HASH1-HASH2-b

# Once more, the same; under another name, another.

$ plxc store root add keep-c "$(cat c.dref)"; plxc store root add b ./result; plxc store root ls --json
| [
|     {
|         "kind": "name",
|         "name": "b",
|         "ref": "rref:HASH1-HASH2-b"
|     },
|     {
|         "kind": "name",
|         "name": "keep-c",
|         "ref": "dref:HASH3-c"
|     },
|     {
|         "kind": "link",
|         "link": "$CASE/work/result",
|         "name": "HASH4",
|         "ref": "rref:HASH1-HASH2-b"
|     }
| ]
$ plxc store root add b "$(cat c.dref)"
! error[E1030]: there is a root `b` already
!   = note: it keeps rref:HASH1-HASH2-b
!   = help: take another name, or remove it first: `plxc store root rm b`
? 2
$ plxc store root add 'no good' "$(cat c.dref)"
! error[E1004]: the name of a root cannot be `no good`
!   = note: it has 1 to 200 letters, digits, `_` and `-`, and is not `temp`
? 2
$ plxc store root add temp "$(cat c.dref)"
! error[E1004]: the name of a root cannot be `temp`
!   = note: it has 1 to 200 letters, digits, `_` and `-`, and is not `temp`
? 2
$ plxc store root add x dref:ffff
! error[E0701]: nothing in the store fits `dref:ffff`
!   = help: `plxc store ls` lists all that is there
? 2
$ plxc store root add x
! error[E1005]: `plxc store root add` needs REF
!   = note: usage: plxc store root add NAME REF
!   = help: `plxc store root add --help` lists its options
? 2

# They keep what they lead to, and all that it was made with.

$ plxc store gc
! plxc: freed nothing; 3 derivations and 3 realizations stay

$ plxc store root rm keep_c
! error[E1030]: there is no root `keep_c`
!   = help: did you mean `keep-c`?
!   = help: `plxc store root ls` lists them
? 2
$ plxc store root rm keep-c; plxc store gc | sed 's/.*-//'
| c
| c
! plxc: freed SIZE: 1 derivation and 1 realization; 2 derivations and 2 realizations stay

# One that is not known: then none is removed. One that is named twice is one.

$ plxc store root rm b nothing nowhere; plxc store root ls | grep -c '^b '
| 1
! error[E1030]: there is no root `nothing`
!   = help: `plxc store root ls` lists them
! error[E1030]: there is no root `nowhere`
!   = help: `plxc store root ls` lists them
$ plxc store root add twice "$(plxc instantiate p.plx#a)"; plxc store root rm twice twice; plxc store root ls | grep twice
? 1

# By its link, from anywhere; the link itself stays.

$ mkdir sub; ln -s . alias; cd sub; plxc store root rm ../alias/result; cd ..; plxc store root ls; readlink result
| b -> rref:HASH1-HASH2-b
| $CASE/root/store-v1/HASH2-b/HASH1

# A link that is gone, or that leads elsewhere, keeps nothing.

$ plxc realize p.plx#b --log=quiet -o result > /dev/null; plxc store root rm b; rm result; plxc store root ls; plxc store gc | sed 's/.*-//'
| $CASE/work/result -> nothing
| b
| b
| a
| a
! plxc: freed SIZE: 2 derivations and 2 realizations; nothing stays
$ plxc store root ls --json
| [
|     {
|         "kind": "link",
|         "link": "$CASE/work/result",
|         "name": "HASH4",
|         "ref": null
|     }
| ]
$ plxc store root rm result; plxc store root ls
$ plxc store root rm
! error[E1005]: `plxc store root rm` needs NAME|LINK…
!   = note: usage: plxc store root rm NAME|LINK…
!   = help: `plxc store root rm --help` lists its options
? 2
$ plxc store root rn x
! error[E1001]: there is no command `plxc store root rn`
!   = help: did you mean `plxc store root rm`?
!   = help: `plxc help` lists the commands
? 2
$ plxc store root
! error[E1001]: `plxc store root` needs the name of a command
!   = note: `plxc store root add`: keep something from garbage collection
!   = note: `plxc store root ls`: list what garbage collection keeps
!   = note: `plxc store root rm`: let garbage collection take something again
!   = help: `plxc help` lists the commands
? 2
$ plxc store root --help
| Usage: plxc store root COMMAND [OPTION…] [ARGUMENT…]
|
| Commands:
|   store root add      keep something from garbage collection
|   store root ls       list what garbage collection keeps
|   store root rm       let garbage collection take something again
|
| `plxc store root COMMAND --help` tells more about a command.
