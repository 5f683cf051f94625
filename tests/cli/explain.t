# Pages about diagnostics.

$ plxc explain | head -n 3
| E0101  the text is not UTF-8
| E0102  an invisible character stands in the code
| E0103  unexpected character

$ plxc explain E0301
| # E0301: name not defined
|
| A name stands for a parameter, a variable of a `let` or a comprehension, a binding of the module, or something in the standard
| library, looked up in this order. This one is none of these. All such names of a file are reported in one run, with the nearest name that exists.
|
| ## Wrong
|
| ```plx
| scores = [0.7, 0.9]
| best = max(score)
| ```
|
| ## Right
|
| ```plx
| scores = [0.7, 0.9]
| best = max(scores)
| ```

$ plxc explain e301 | head -n 1
| # E0301: name not defined

$ plxc explain --json E0301 | head -n 3
| {
|     "code": "E0301",
|     "text": "# E0301: name not defined\n\nA name stands for a parameter, a variable of a `let` or a comprehension, a binding of the module, or something in the standard\nlibrary, looked up in this order. This one is none of these. All such names of a file are reported in one run, with the nearest name that exists.\n\n## Wrong\n\n```plx\nscores = [0.7, 0.9]\nbest = max(score)\n```\n\n## Right\n\n```plx\nscores = [0.7, 0.9]\nbest = max(scores)\n```\n",

$ plxc explain --color=always E0301 | head -n 1
| [1m# E0301: name not defined[0m

$ plxc explain E0391
! error[E1013]: there is no diagnostic `E0391`
!   = help: did you mean `E0301`?
!   = help: `plxc explain` lists all of them
? 2

# Each has a page behind its code, so each code in the list can be explained.

$ plxc explain | while read -r code title; do
>   plxc explain "$code" | head -n 1 | grep -qxF "# $code: $title" || echo "$code"
> done
