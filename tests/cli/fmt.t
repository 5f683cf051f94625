# One style, in place.

--- a.plx
## What it is.
x=1
s = stage(name="s",   x = x, # why
  realize=sh('''true'''))
---
--- good.plx
x = 1
---
--- bad.plx
x = = 1
---

$ plxc fmt --check a.plx good.plx
| a.plx
? 5

$ plxc fmt - < a.plx
| ## What it is.
| x = 1
| s = stage(
|   name    = "s",
|   x       = x, # why
|   realize = sh('''true'''),
| )

$ chmod 640 a.plx; ln -s a.plx link.plx; plxc fmt link.plx good.plx

$ cat a.plx; stat -c %a a.plx; readlink link.plx
| ## What it is.
| x = 1
| s = stage(
|   name    = "s",
|   x       = x, # why
|   realize = sh('''true'''),
| )
| 640
| a.plx

$ plxc fmt --check a.plx link.plx good.plx

# What cannot be parsed is left alone, and the others are formatted.

$ echo 'y  =  2' > b.plx; plxc fmt bad.plx b.plx nothing.plx; cat bad.plx b.plx
| x = = 1
| y = 2
! error[E0201]: expected an expression, found `=`
!  --> bad.plx:1:5
!   |
! 1 | x = = 1
!   |     ^ not expected here
! error[E1006]: there is no file `nothing.plx`
!   = note: this folder has `a.plx`, `b.plx`, `bad.plx`, `good.plx`, `link.plx`

# --stdin is what editors expect.
$ printf 'a=1' | plxc fmt --stdin
| a = 1

$ printf 'a=1' | plxc fmt --stdin --check
| -
? 5

$ plxc fmt --stdin a.plx
! error[E1016]: `--stdin` and the file `a.plx` exclude each other
!   = help: `plxc fmt pipeline.plx`, or `plxc fmt --stdin`
? 2

$ plxc fmt
! error[E1005]: `plxc fmt` needs a file
!   = help: `plxc fmt pipeline.plx`, or `plxc fmt --stdin`
? 2
