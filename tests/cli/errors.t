# The mistakes that everyone makes, and what is said about them.

# A name that is not there.

--- name.plx
param rate: Float = 0.1

train(lr) = stage(
  name    = "train",
  lr      = lr,
  realize = sh('''echo "$lr" > "$out/lr"'''),
)

model = trian(rate)
---

$ plxc realize name.plx
! error[E0301]: `trian` is not defined
!  --> name.plx:9:9
!   |
! 9 | model = trian(rate)
!   |         ^^^^^ not found here
!   |
!   = help: did you mean `train`?
? 3

# A comma that is missing.

--- comma.plx
data = stage(
  name   = "data"
  size   = 10,
  realize = sh('''seq "$size" > "$out/data.txt"'''),
)
---

$ plxc realize comma.plx
! error[E0205]: missing `,` between arguments
!  --> comma.plx:2:17
!   |
! 2 |   name   = "data"
!   |                 ^ `,` expected after this
! 3 |   size   = 10,
!   |   ---- before this
? 3

# A script that fails.

--- script.plx
## What the data is.
data = stage(
  name    = "data",
  text    = promise / "data.txt",
  realize = sh('''
    echo "reading the input"
    cat input.txt > "$text"
    echo "never reached"
  '''),
)

summary = stage(name = "summary", data = data.text, realize = sh('''wc "$data" > "$out/wc"'''))
---

$ plxc realize -j 1 script.plx#summary
! plxc: data: started
! error[E0801]: `data` failed with exit status 1
!  --> script.plx:2:8
!   |
! 2 | data = stage(
!   |        ^^^^^ this stage
!   |
!   : reading the input
!   : cat: input.txt: No such file or directory
!   |
!   = note: the whole log is in $CASE/root/log/HASH1-data.log
!   = help: `plxc log dref:HASH1-data` shows it
! plxc: 1 failed, 1 skipped in TIME
? 1

$ plxc log "$(plxc instantiate script.plx#data)"
| reading the input
| cat: input.txt: No such file or directory
! plxc: this is the log of an attempt that failed

# With --keep-failed the build directory stays.

$ plxc realize -j 1 script.plx#data --keep-failed --log=quiet 2>&1 | grep kept
|   = note: its build directory is kept in $CASE/root/tmp/kept-data-RANDOM

# A promise that is not kept.

--- promise.plx
plot = stage(
  name    = "plot",
  picture = promise / "plots/loss.svg",
  realize = sh('''
    mkdir "$out/plot"
    echo "<svg/>" > "$out/plot/loss.svg"
  '''),
)
---

$ plxc realize -j 1 promise.plx
! plxc: plot: started
! error[E0716]: the promise `picture` of `plot` was not kept: `plots/loss.svg` does not exist in the output
!  --> promise.plx:1:8
!   |
! 1 | plot = stage(
!   |        ^^^^^ this stage
!   |
!   = note: the output holds plot/loss.svg
!   = note: it wrote nothing to its log
!   = help: did you mean `plot/loss.svg`?
! plxc: 1 failed in TIME
? 1

# A link that leads to nothing once the output has moved.

--- links.plx
by_link(name, script) = stage(name = name, x = promise / "x", realize = sh(script))
absolute = by_link("absolute", '''touch "$out/t"; ln -s "$out/t" "$x"''')
build = by_link("build", '''touch t; ln -s "$PWD/t" "$x"''')
up = by_link("up", '''touch t; ln -sr t "$x"''')
relative = by_link("relative", '''touch "$out/t"; ln -sr "$out/t" "$x"''')
---

$ plxc realize -j 1 -k links.plx#absolute links.plx#build links.plx#up --log=quiet
! error[E0716]: the promise `x` of `absolute` was not kept: `x` is a link that will lead to nothing
!  --> links.plx:1:25
!   |
! 1 | by_link(name, script) = stage(name = name, x = promise / "x", realize = sh(script))
!   |                         ^^^^^ this stage
!   |
!   = note: it leads to $CASE/root/tmp/SESSION.job/out/t, which moves into the store with the output
!   = note: it wrote nothing to its log
!   = help: make a relative link: `ln -sr`
! error[E0716]: the promise `x` of `build` was not kept: `x` is a link that will lead to nothing
!  --> links.plx:1:25
!   |
! 1 | by_link(name, script) = stage(name = name, x = promise / "x", realize = sh(script))
!   |                         ^^^^^ this stage
!   |
!   = note: it leads to $CASE/root/tmp/SESSION.job/build/t, which is temporary and does not come with the output
!   = note: it wrote nothing to its log
!   = help: copy it into the output, or move it there
! error[E0716]: the promise `x` of `up` was not kept: `x` is a link that will lead to nothing
!  --> links.plx:1:25
!   |
! 1 | by_link(name, script) = stage(name = name, x = promise / "x", realize = sh(script))
!   |                         ^^^^^ this stage
!   |
!   = note: it leads to $CASE/root/tmp/SESSION.job/build/t, which is temporary and does not come with the output
!   = note: it wrote nothing to its log
!   = help: copy it into the output, or move it there
? 1

$ plxc realize links.plx#relative --log=quiet
| rref:HASH2-HASH3-relative

# A file that is not what its hash says.

$ echo "1,2,3" > digits.csv

$ cat > hash.plx << END
> digits = fetchlocal(
>   path   = "$PWD/digits.csv",
>   sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
>   mode   = "as-is",
> )
> END

$ plxc realize -j 1 hash.plx
! plxc: digits_csv: started
! error[E0904]: the sha256 of `$CASE/work/digits.csv` is not the expected one
!  --> hash.plx:1:10
!   |
! 1 | digits = fetchlocal(
!   |          ^^^^^^^^^^
!   |
!   = note: expected HASH4
!   = note:      got HASH5 (6 bytes)
!   = help: if the file was changed on purpose and you trust the new one, write sha256 = "HASH5"; else find out why it differs
! plxc: 1 failed in TIME
? 1

# A server that is not there.

--- dead.plx
hello = fetchurl(
  url    = "http://127.0.0.1:1/hello-2.10.tar.gz",
  sha256 = "31e066137a962676e89f69d1b65382de95a7ef7d914b8cb956f41ea72e0f516b",
)
---

$ PLX_FETCH_TRIES=2 PLX_FETCH_BACKOFF_MS=1 plxc realize -j 1 dead.plx
! plxc: hello-2_10: started
! error[E0902]: cannot fetch `http://127.0.0.1:1/hello-2.10.tar.gz`: no connection to the server (Connection refused)
!  --> dead.plx:1:9
!   |
! 1 | hello = fetchurl(
!   |         ^^^^^^^^
!   |
!   = note: it was tried 2 times
!   = help: check the URL and the network; proxies are taken from http_proxy, https_proxy, all_proxy and no_proxy
! plxc: 1 failed in TIME
? 1

# An archive that wants to write elsewhere.

$ python3 - << END
> import io, tarfile
> with tarfile.open("evil.tar", "w") as tar:
>     for name in ["readme.txt", "../../etc/passwd"]:
>         info = tarfile.TarInfo(name)
>         info.size = 6
>         tar.addfile(info, io.BytesIO(b"hello\n"))
> END

$ cat > evil.plx << END
> evil = fetchlocal(path = "$PWD/evil.tar", sha256 = "$(sha256sum evil.tar | cut -c -64)")
> END

$ plxc realize -j 1 evil.plx
! plxc: evil: started
! error[E0906]: cannot unpack `evil.tar`: the entry `../../etc/passwd` leads out of the output with `..`
!  --> evil.plx:1:8
!   |
! 1 | evil = fetchlocal(path = "$CASE/work/evil.tar", sha256 = "HASH6")
!   |        ^^^^^^^^^^
!   |
!   = help: if you trust the archive, fetch it with mode = "as-is" and unpack it in a stage of your own
! plxc: 1 failed in TIME
? 1

# Nothing of all this is in the store.

$ plxc store verify
| 10 derivations, 1 realization, SIZE: 0 faults

# A file that is not there is the source's mistake, not the system's.

--- missing.plx
count = stage(name = "count", data = ./data/x.csv, realize = sh('''wc -l < "$data" > "$out/n"'''))
---

$ plxc realize missing.plx
! error[E0304]: there is no file `data/x.csv`
!  --> missing.plx:1:31
!   |
! 1 | count = stage(name = "count", data = ./data/x.csv, realize = sh('''wc -l < "$data" > "$out/n"'''))
!   |                               ^^^^
!   |
!   = trace: in the call of `stage` (missing.plx:1:9)
!            while evaluating `count` (missing.plx:1:1)
? 3

# Thousands of mistakes of one kind are not all told.

$ i=0; while [ $i -lt 300 ]; do echo "a$i = nowhere$i"; i=$((i + 1)); done > many.plx; plxc check many.plx 2>&1 | grep -c '^error'
| 100

$ i=0; while [ $i -lt 300 ]; do echo "a$i = $i )"; i=$((i + 1)); done > strays.plx; plxc check strays.plx 2>&1 | grep -c '^error'
| 100

# In a folder that was removed, relative paths lead nowhere.

--- here.plx
x = 1
---
$ mkdir removed; cd removed; rmdir ../removed; plxc eval ../here.plx#x; plxc eval $CASE/work/here.plx#x
| 1
! error[E1006]: there is no file `../here.plx`
!   = note: the current folder was removed, so only absolute paths lead somewhere
