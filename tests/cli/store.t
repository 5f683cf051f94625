# The store's own commands: making derivations and realizations by hand (store_instantiate, store_realize), and looking at them (lsref, lsdref,
# lsrref, catref).

--- a.json
{"x": 1, "name": "a", "model": ["__promise__", "model.txt"]}
---
--- out/model.txt
42
---

$ plxc store init
| $CASE/root/store-v1

$ plxc store init --must-not-exist
! error[E0706]: the store $CASE/root/store-v1 exists already
? 4

$ plxc store ls

$ plxc store instantiate a.json > a.dref; cat a.dref
| dref:HASH1-a

# Once more: the same derivation.

$ plxc store instantiate a.json | diff - a.dref

$ plxc store commit "$(cat a.dref)" out > a.rref; cat a.rref
| rref:HASH2-HASH1-a

# An equal output is the same realization.

$ plxc store commit "$(cat a.dref)" out | diff - a.rref

$ plxc store ls
| dref:HASH1-a

$ plxc store ls "$(cat a.dref)"
| rref:HASH2-HASH1-a

$ plxc store ls --json "$(cat a.dref)"
| [
|     "rref:HASH2-HASH1-a"
| ]

$ plxc store ls "$(cat a.rref)"
| __buildtime__.txt
| context.json
| model.txt

$ plxc store ls --long "$(cat a.rref)"
| file             27 B  __buildtime__.txt
| file              2 B  context.json
| file              3 B  model.txt

$ plxc store ls --json "$(cat a.rref)"
| [
|     {
|         "bytes": 27,
|         "name": "__buildtime__.txt",
|         "type": "file"
|     },
|     {
|         "bytes": 2,
|         "name": "context.json",
|         "type": "file"
|     },
|     {
|         "bytes": 3,
|         "name": "model.txt",
|         "type": "file"
|     }
| ]

$ plxc store ls -l "$(cat a.dref)"
| BUILDTIME        3 B  rref:HASH2-HASH1-a

$ plxc store cat "$(cat a.rref)/model.txt"
| 42

# A dref stands for its only realization, a prefix for what it fits, a path and a link for where they lead.

$ plxc store cat "$(cat a.dref)/model.txt"
| 42

$ plxc store path "$(cut -c 1-12 a.dref)"
| $CASE/root/store-v1/HASH1-a

$ ln -s "$(plxc store path "$(cat a.rref)")" link; plxc store cat link/model.txt
| 42

$ plxc store path "$(cat a.rref)/model.txt"
| $CASE/root/store-v1/HASH1-a/HASH2/model.txt

$ plxc show "$(cat a.dref)"
| derivation    dref:HASH1-a
| path          $CASE/root/store-v1/HASH1-a
| promises      model: model.txt
| realizations  rref:HASH2-HASH1-a
| config
|     {
|         "model": [
|             "__promise__",
|             "model.txt"
|         ],
|         "name": "a",
|         "x": 1
|     }

$ plxc show "$(cat a.rref)"
| realization   rref:HASH2-HASH1-a
| of            dref:HASH1-a
| path          $CASE/root/store-v1/HASH1-a/HASH2
| built         BUILDTIME
| size          3 B in 1 file
| artifacts     model.txt

$ plxc show --json "$(cat a.rref)"
| {
|     "artifacts": [
|         "model.txt"
|     ],
|     "buildtime": "BUILDTIME",
|     "bytes": 3,
|     "context": {},
|     "derivation": "dref:HASH1-a",
|     "files": 1,
|     "kind": "realization",
|     "name": "a",
|     "path": "$CASE/root/store-v1/HASH1-a/HASH2",
|     "ref": "rref:HASH2-HASH1-a"
| }

$ plxc show --config "$(cat a.rref)"
| {
|     "model": [
|         "dref:HASH1-a",
|         "model.txt"
|     ],
|     "name": "a",
|     "x": 1
| }

$ plxc show --config --raw link
| {
|     "model": [
|         "__promise__",
|         "model.txt"
|     ],
|     "name": "a",
|     "x": 1
| }
|\

# A derivation that depends on it needs a context.

$ echo "{\"name\": \"b\", \"of\": \"$(cat a.dref)\"}" | plxc store instantiate - > b.dref; cat b.dref
| dref:HASH3-b

$ plxc store commit "$(cat b.dref)" out
! error[E1016]: the context does not say which realizations of dref:HASH1-a were used
!   = help: `--context FILE` takes {"dref:HASH1-a": ["rref:…"], …}
? 2

$ echo "{\"$(cat a.dref)\": [\"$(cat a.rref)\"]}" > context.json

$ plxc store commit "$(cat b.dref)" out --context context.json
| rref:HASH4-HASH3-b

$ plxc show b-
! error[E0718]: `b-` is no ref and no path into the store
!   = note: the store is $CASE/root/store-v1
? 2

$ plxc show "$(cat b.dref | cut -c 6-)"
| derivation    dref:HASH3-b
| path          $CASE/root/store-v1/HASH3-b
| depends on    dref:HASH1-a
| realizations  rref:HASH4-HASH3-b
| config
|     {
|         "name": "b",
|         "of": "dref:HASH1-a"
|     }

$ plxc store verify
| 2 derivations, 2 realizations, SIZE: 0 faults

# Mistakes.

$ plxc store cat "$(cat a.dref)"
! error[E1019]: `dref:HASH1-a` is a folder
!   = help: `plxc store ls dref:HASH1-a` lists it
? 2

$ plxc store cat "$(cat a.dref)/mdoel.txt"
! error[E1019]: `rref:HASH2-HASH1-a` has no `mdoel.txt`
!   = help: did you mean `model.txt`?
!   = help: `plxc store ls rref:HASH2-HASH1-a` lists what it has
? 2

$ plxc store cat "$(cat a.dref)/../x"
! error[E1018]: `../x` leads out of `dref:HASH1-a`
? 2

$ plxc store path nothing
! error[E0718]: `nothing` is no ref and no path into the store
!   = note: the store is $CASE/root/store-v1
? 2

$ plxc store path dref:ffffffff
! error[E0701]: nothing in the store fits `dref:ffffffff`
!   = help: `plxc store ls` lists all that is there
? 2

$ plxc log "$(cat a.rref)"
! error[E1019]: `rref:HASH2-HASH1-a` has no log
? 2

$ mkdir empty; plxc store commit "$(cat a.dref)" empty
! error[E0716]: the promise `model` of `a` was not kept: `model.txt` does not exist in the output
!   = note: the output is empty
? 1

$ plxc store commit "$(cat a.dref)" nowhere
! error[E1006]: there is no folder `nowhere`
? 2

$ mkdir twice; printf '{"%s": ["%s", "%s"]}' "$(cat a.dref)" "$(cat a.rref)" "$(cat a.rref)" > twice.json; plxc store commit "$(cat b.dref)" twice --context twice.json
! error[E1016]: rref:HASH2-HASH1-a is in the context twice
? 2

$ mkdir reserved; for name in context.json __buildtime__.txt __meta__.json __log__.txt; do touch reserved/$name; plxc store commit "$(cat a.dref)" reserved; rm reserved/$name; done
! error[E0714]: an artifact is named `context.json`, which the store itself writes
!   = note: it is reserved/context.json
!   = help: give the artifact another name
! error[E0714]: an artifact is named `__buildtime__.txt`, which the store itself writes
!   = note: it is reserved/__buildtime__.txt
!   = help: give the artifact another name
! error[E0714]: an artifact is named `__meta__.json`, which the store itself writes
!   = note: it is reserved/__meta__.json
!   = help: give the artifact another name
! error[E0714]: an artifact is named `__log__.txt`, which the store itself writes
!   = note: it is reserved/__log__.txt
!   = help: give the artifact another name
$ mkdir deep; (cd deep; for i in $(seq 400); do mkdir d; cd d; done); plxc store commit "$(cat a.dref)" ./deep/; rmdir "deep/$(printf 'd/%.0s' $(seq 400))"; plxc store commit "$(cat a.dref)" deep 2>&1 | grep -o E0716
| E0716
! error[E0723]: `./deep/` has more than 400 folders inside each other
!   = help: make the tree flatter, or keep it as an archive
$ mkdir odd; mkfifo odd/pipe; plxc store commit "$(cat b.dref)" odd --context context.json
! error[E0715]: `odd/pipe` is no file, folder or link
? 1

$ echo '{' | plxc store instantiate -
! error[E0709]: a config is not valid JSON
!   = note: line 2, column 0: string or '}' expected near end of file
!   = note: it was read from standard input
? 3

$ echo '[]' > list.json; plxc store instantiate list.json
! error[E0709]: a config is not the JSON text that it should be: it is not an object
!   = note: it is in `list.json`
? 3

$ echo '{"name": "no good"}' | plxc store instantiate -
! error[E0710]: "no good" cannot be the name of a derivation
!   = note: a name has 1 to 200 letters, digits, `_` and `-`
!   = note: it was read from standard input
? 3

$ nested() { python3 -c "print('{\"a\":' + '[' * $1 + ']' * $1 + '}')" | plxc store instantiate - > /dev/null; }; mkdir limits; export PLX_ROOT="$CASE/work/limits"; nested 999; nested 1000
> printf '{"\\u0000": 1}' | plxc store instantiate -; printf '{"a": "\\ud800"}' | plxc store instantiate -; printf '{"a": "\\u0000"}' | plxc store instantiate -
> numbers=$(echo '{"name": "numbers"}' | plxc store instantiate -); printf '{"t": {"__text__": ["a ", "%s"]}}' "$numbers" > text.json; plxc store deps "$(plxc store instantiate text.json)" | sed 's/.*-//'
| dref:HASH5-unnamed
| numbers
! error[E0709]: a config is not the JSON text that it should be: it is nested too deeply
!   = note: it was read from standard input
! error[E0709]: a config is not valid JSON
!   = note: line 1, column 9: NUL byte in object key not supported near '"\u0000"'
!   = note: it was read from standard input
! error[E0709]: a config is not valid JSON
!   = note: line 1, column 14: invalid Unicode '\uD800' near '"\ud800"'
!   = note: it was read from standard input
$ echo '{"of": "dref:00000000000000000000000000000000-gone"}' | plxc store instantiate -
! error[E0702]: the store has no derivation dref:HASH6-gone
!   = note: the config depends on it
!   = help: instantiate dependencies first
? 4

$ plxc store instantiate missing.json
! error[E1006]: cannot read `missing.json`: No such file or directory
? 2

$ plxc --store nowhere store ls
! error[E0704]: there is no store at $CASE/work/nowhere
!   = help: make one with `plxc store init`, or see PLX_ROOT and PLX_STORE
? 4

$ mkdir -p other/folder; plxc --store other store ls
! error[E0704]: the folder $CASE/work/other is no store
!   = note: it is not empty, and has no derivation
!   = help: name another folder, which `plxc store init` makes
? 4

$ PLX_STORE="$CASE/root" plxc store instantiate b.json
! error[E0704]: the folder $CASE/root is no store
!   = note: it is not empty, and has no derivation
!   = help: the store is $CASE/root/store-v1; it is PLX_ROOT that names the folder around it
? 4

$ mkdir -p "$CASE/new/lost+found"; plxc --store "$CASE/new" store instantiate - < a.json
| dref:HASH1-a

$ PLX_FSYNC=maybe plxc store ls
! error[E1004]: `PLX_FSYNC` cannot be `maybe`
!   = note: this environment variable is `on` or `off`
? 2

# A reader who has had enough is no failure, a full disk is one.

$ plxc store ls | true

$ plxc store ls > /dev/full
! error[E1020]: cannot write to standard output: No space left on device
? 4

# What was hashed while it was copied is what verify finds: names before and after that of the context, metadata, links, a large file.

$ mkdir -p woods/_first woods/zz/empty woods/__meta; for name in context dd __meta/q; do echo "$name" > "woods/$name"; done; chmod +x woods/dd; ln -s dd woods/l; ln -s nowhere woods/_first/k

$ head -c 9000001 /dev/zero > woods/zz/large; printf '{"name": "woods"}' > woods.json; plxc store commit "$(plxc store instantiate woods.json)" woods > woods.rref; plxc store verify | grep -o '0 faults'
| 0 faults

$ diff -r --no-dereference woods "$(dirname "$PLX_ROOT"/store-v1/*-woods/*/zz)" | sed 's/^Only in [^:]*: //'
| __buildtime__.txt
| context.json
