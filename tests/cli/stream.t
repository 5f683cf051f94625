# --log=stream shows every line of every realizer under the name of its stage, however quickly it ends and although workers write
# one log after the other into the same place.

--- logs.plx
parts = [stage(name = "part~{i}", i = i, realize = sh("echo one ~{i}; printf 'two ~{i}'")) for i in range(6)]
default = stage(name = "join", parts = parts, realize = sh("echo joined"))
fails = stage(name = "fails", realize = sh("echo tried; exit 1"), retry = 1)
---

$ plxc realize -j 1 --log=stream logs.plx 2>&1 > /dev/null | grep ' | ' | sort
| join | joined
| part0 | one 0
| part0 | two 0
| part1 | one 1
| part1 | two 1
| part2 | one 2
| part2 | two 2
| part3 | one 3
| part3 | two 3
| part4 | one 4
| part4 | two 4
| part5 | one 5
| part5 | two 5

# Each try, too, and what moves the log: a failure, a kept folder.
$ plxc realize --log=stream --keep-failed logs.plx#fails 2>&1 | grep ' | tried$'
| fails | tried
| fails | tried
