# What a realizer may leave in its output, and what becomes of it.

--- a.plx
attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
symlinks = attack("symlinks")
hardlinks = attack("hardlinks")
others = stage(name = "others", passenv = ["CASE"], realize = sh('''
  cd "$CASE/theirs/own" && for f in *; do ln "$f" "$out/$f"; done
'''))
setuid = attack("setuid")
fifo = attack("fifo")
device = attack("device")
socket = attack("socket")
xattrs = attack("xattrs")
read_only_xattrs = attack("read-only-xattrs")
no_rights = attack("no-rights")
lock_job = attack("lock-job")
long_path = attack("long-path")
sparse = stage(name = "sparse", realize = sh('''cd "$out" && truncate -s 64M one && ln one two'''))
names = attack("names")
unkept = stage(name = "unkept", file = promise / "file", passenv = ["CASE"], realize = exec(["attacker", "names"]))
---

--- show.sh
# A realization: mode, links, type, name and what it is a link to.
cd "$(plxc realize "$1" --print=path --log=quiet)"
find . ! -name '__*__.*' -printf '%m %n %y %P %l\n' | LC_ALL=C sort -k 4
---

$ mkdir "$CASE/outside" && echo outside > "$CASE/outside/file"
> chmod 640 "$CASE/outside/file" && touch -d @1000000000 "$CASE/outside/file"

# Links that lead out stay links: nothing follows them, and what they lead to stays as it is.

$ sh show.sh a.plx#symlinks
| 555 2 d
| 777 1 l absolute $CASE/outside/file
| 444 1 f context.json
| 777 1 l dangling nowhere
| 777 1 l folder $CASE/outside
| 777 1 l loop loop
| 777 1 l relative ../../../../../outside/file

# Of a file with a name outside of the output there is a copy, which nobody else can write to.

$ sh show.sh a.plx#hardlinks
| 555 2 d
| 444 1 f context.json
| 444 2 f first
| 444 2 f own
| 444 2 f own-too
| 444 2 f second
$ stat -c '%a %h %Y %n' "$CASE/outside/file"; cat "$CASE/outside/file"
| 640 1 1000000000 $CASE/outside/file
| outside

# Holes stay holes in that copy.

$ cd "$(plxc realize a.plx#sparse --print=path --log=quiet)"
> stat -c '%s %h %n' one two; test "$(stat -c %b one)" -lt 100 && echo sparse
| 67108864 2 one
| 67108864 2 two
| sparse

# No bits but for reading and executing.

$ sh show.sh a.plx#setuid
| 555 3 d
| 444 1 f context.json
| 555 1 f setuid
| 555 2 d sticky

# Refused: what is neither a file, a folder nor a link.

$ plxc realize a.plx#fifo --log=quiet
! error[E0715]: $CASE/root/tmp/SESSION.job/out/fifo is a fifo
!  --> a.plx:1:16
!   |
! 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
!   |                ^^^^^ this stage
!   |
!   = note: only files, folders and symbolic links can be kept
!   = note: it wrote nothing to its log
? 1

$ plxc realize a.plx#device --log=quiet
! error[E0715]: $CASE/root/tmp/SESSION.job/out/device is a device
!  --> a.plx:1:16
!   |
! 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
!   |                ^^^^^ this stage
!   |
!   = note: only files, folders and symbolic links can be kept
!   = note: it wrote nothing to its log
? 1

$ plxc realize a.plx#socket --log=quiet
! error[E0715]: $CASE/root/tmp/SESSION.job/out/socket is a socket
!  --> a.plx:1:16
!   |
! 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
!   |                ^^^^^ this stage
!   |
!   = note: only files, folders and symbolic links can be kept
!   = note: it wrote nothing to its log
? 1

# Extended attributes go.

$ sh show.sh a.plx#xattrs
| 555 3 d
| 444 1 f context.json
| 444 1 f file
| 555 2 d folder
$ python3 -c 'import os, sys; print([os.listxattr(p) for p in sys.argv[1:]])' "$(plxc realize a.plx#xattrs --print=path --log=quiet)"/f*
| [[], []]

# What nobody may read can be read by its owner afterwards, and what nobody may execute does not become a program: for
# root, who may read all, and for others it is the same realization.

$ sh show.sh a.plx#no_rights
| 555 3 d
| 444 1 f context.json
| 444 1 f file
| 555 2 d folder
| 444 1 f folder/inside
| 444 1 f others
| 555 1 f program

--- as-nobody.sh
# root becomes nobody, others stay who they are.
if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid=65534 --regid=65534 --clear-groups env PLX_ROOT="$PLX_ROOT" "$@"
fi
exec "$@"
---

$ mkdir -m 777 "$CASE/theirs"; plxc realize a.plx#no_rights --log=quiet > mine
> PLX_ROOT="$CASE/theirs/root" sh as-nobody.sh plxc realize a.plx#no_rights --log=quiet | diff - mine
> PLX_ROOT="$CASE/theirs/root" sh as-nobody.sh plxc store verify
| 1 derivation, 1 realization, SIZE: 0 faults

# A promise in a folder that nobody may enter.

--- locked.plx
locked = stage(name = "locked", f = promise / "d/f", realize = sh('''mkdir "$out/d"; touch "$f"; chmod 0 "$out/d"'''))
---
$ PLX_ROOT="$CASE/theirs/root" sh as-nobody.sh plxc realize locked.plx --log=quiet
! error[E0716]: the promise `f` of `locked` was not kept: `d/f` cannot be reached: Permission denied
!  --> locked.plx:1:10
!   |
! 1 | locked = stage(name = "locked", f = promise / "d/f", realize = sh('''mkdir "$out/d"; touch "$f"; chmod 0 "$out/d"'''))
!   |          ^^^^^ this stage
!   |
!   = note: it wrote nothing to its log
!   = help: leave the folders on the way so that they can be entered
? 1

# A file with a name outside of the output keeps its mode there, also where nobody may read it.

--- theirs.sh
mkdir -m 700 "$CASE/theirs/own" && cd "$CASE/theirs/own" || exit 1
for mode in 000 111 2111 200; do
  echo "$mode" > "$mode" && chmod "$mode" "$mode"
done
---

$ CASE="$CASE" sh as-nobody.sh sh theirs.sh
> PLX_ROOT="$CASE/theirs/root" sh as-nobody.sh sh show.sh a.plx#others
| 555 2 d
| 444 1 f 000
| 555 1 f 111
| 444 1 f 200
| 555 1 f 2111
| 444 1 f context.json
$ cd "$CASE/theirs/own" && stat -c '%a %n' * && cat *
| 0 000
| 111 111
| 200 200
| 2111 2111
| 000
| 111
| 200
| 2111

# Attributes of what is read-only go as well.

$ cd "$(PLX_ROOT="$CASE/theirs/root" sh as-nobody.sh plxc realize a.plx#read_only_xattrs --print=path --log=quiet)"
> stat -c '%a %n' f*
> python3 -c 'import os; print([os.listxattr(p) for p in ("file", "folder")])'
| 444 file
| 555 folder
| [[], []]

# What plx cannot take into the store as it was left is the realizer's fault: others go on.

$ PLX_ROOT="$CASE/theirs/root" sh as-nobody.sh plxc realize -j 1 -k a.plx#lock_job a.plx#long_path a.plx#no_rights --log=quiet 2>&1 | sed -E 's,x{250}(/x{250})*,xxx,'
| error[E0715]: cannot open the output $CASE/theirs/root/tmp/SESSION.job/out: Permission denied
|  --> a.plx:1:16
|   |
| 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
|   |                ^^^^^ this stage
|   |
|   = note: it wrote nothing to its log
|   = help: what a realizer leaves must be its own to change: no attributes that forbid that, no folder above it locked, no path of more than 4096 bytes
| error[E0715]: cannot make canonical $CASE/theirs/root/tmp/SESSION.job/out/xxx/two: File name too long
|  --> a.plx:1:16
|   |
| 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
|   |                ^^^^^ this stage
|   |
|   = note: it wrote nothing to its log
|   = help: what a realizer leaves must be its own to change: no attributes that forbid that, no folder above it locked, no path of more than 4096 bytes
| rref:HASH1-HASH2-no-rights

# Odd names are names; in messages they are harmless.

$ sh show.sh a.plx#names | cat -v | cut -c 1-60
| line
| 444 1 f ^[[31mred
| 555 2 d
| 444 1 f
| 444 1 f $(id)
| 444 1 f -rf
| 444 1 f __pycache__
| 444 1 f back\slash
| 444 1 f badM-^?M-~utf8
| 444 1 f context.json
| 444 1 f new
| 444 1 f quo"te
| 444 1 f tab	here
| 444 1 f xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
| 444 1 f ~
$ plxc store ls "$(plxc realize a.plx#names --log=quiet)" | cat -v | cut -c 1-60
| ^[[31mred
|
| $(id)
| -rf
| __buildtime__.txt
| __log__.txt
| __meta__.json
| __pycache__
| back\slash
| badM-^?M-~utf8
| context.json
| new
| line
| quo"te
| tab	here
| xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
| ~
$ plxc store ls --json "$(plxc realize a.plx#names --log=quiet)" | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))'
| 15
$ plxc realize a.plx#unkept --log=quiet 2>&1 | cat -v | sed 's/xxxx*/xxx/'
| error[E0716]: the promise `file` of `unkept` was not kept: `file` does not exist in the output
|   --> a.plx:18:10
|    |
| 18 | unkept = stage(name = "unkept", file = promise / "file", passenv = ["CASE"], realize = exec(["attacker", "names"]))
|    |          ^^^^^ this stage
|    |
|    = note: the output holds M-bM-^PM-^[[31mred,  , $(id), -rf, __pycache__, back\slash, badM-oM-?M-=M-oM-?M-=utf8, new
|            line, quo"te, tab    here, xxx, ~
|    = note: it wrote nothing to its log

$ plxc store verify; ls "$CASE/root/tmp"
| 11 derivations, 7 realizations, SIZE: 0 faults
