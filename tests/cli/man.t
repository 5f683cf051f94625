# The manual page is made from the same table, and man(1) finds no fault with it.

$ plxc help --man | head -n 30
| .TH PLXC 1 "" "plx 0.1.0" "User Commands"
| .SH NAME
| plxc \- evaluate and realize pipelines
| .SH SYNOPSIS
| .B plxc
| .I COMMAND
| [\fIOPTION\fR]... [\fIARGUMENT\fR]...
| .SH DESCRIPTION
| plxc builds pipelines: it evaluates a .plx file to stages, and realizes those that the store does not hold yet.
| .SH COMMANDS
| .SS plxc realize [TARGET…]
| Build what a pipeline describes.
| .PP
| Evaluates the files, writes the derivations of the targets to the store, and runs the realizers of those that have no matching realization yet, in parallel. Prints the realizations of the targets, one a line.
| .PP
| A TARGET is FILE, FILE#name or FILE#name.sub. A FILE without a name means its stage \(gadefault\(ga, or all its public stages if it has none. A dref, or a unique prefix of one, means what the store has of that derivation.
| .PP
| NAME in \-\-rebuild, \-\-assert\-realized and \-\-arg is the name of a stage or a dref.
| .PP
| .nf
|   plxc realize pipeline.plx#report \-o result
|   plxc realize pipeline.plx \-\-set epochs=5 \-\-rebuild=train \-j 4
| .fi
| .TP
| .B \-D, \-\-set=PARAM=VALUE
| set a param of the file; read by its declared type, bare words are strings
| .TP
| .B \-\-limit=NAME=N
| allow evaluation more or less: call\-depth, list\-items, memory, nesting, steps, string\-bytes
| .TP

# Every command that help knows is in it.

$ plxc help --man > page; plxc help | sed -n '/^Commands/,/^$/s/^  \([a-z ]*[a-z]\)   *.*/\1/p' | while read -r name; do
>   grep -q "^\.SS plxc $name" page || echo "no $name"
> done
