# Completion scripts are made from the table of commands. bash's is tried out as readline would call it.

--- try.bash
source <(plxc completion bash)
compopt() { :; }
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_plxc
printf '%s\n' "${COMPREPLY[@]}"
---
--- pipeline.plx
---
--- notes.txt
---

# Commands, and those of a group.

$ bash try.bash plxc rea
| realize

$ bash try.bash plxc store ''
| init
| ls
| cat
| path
| find
| du
| diff
| deps
| rdeps
| context
| gc
| rm
| reindex
| root
| verify
| instantiate
| commit

$ bash try.bash plxc store root ''
| add
| ls
| rm

$ bash try.bash plxc store root ls --
| --store=
| --color=
| --error-format=
| --help
| --version
| --all
| --json
$ bash try.bash plxc store gc --keep-l
| --keep-latest=

# Options of the command that stands before; readline parts words at `=` and `:`.

$ bash try.bash plxc realize --re
| --resource=
| --rebuild
| --retry=

$ bash try.bash plxc --store /tmp realize -j 4 --pr
| --print=

$ bash try.bash plxc realize --print = pa
| path

$ bash try.bash plxc realize --print d
| dref

$ bash try.bash plxc realize pipeline.plx --log = ''
| auto
| stream
| quiet

# Arguments: words, files, refs.

$ bash try.bash plxc completion ''
| bash
| zsh
| fish

$ bash try.bash plxc check ''
| pipeline.plx

$ echo '{"name": "a"}' | plxc store instantiate -
| dref:HASH1-a

$ bash try.bash plxc show d
| dref:HASH1-a

$ bash try.bash plxc show dref : ''
| HASH1-a

# The others know every option, too.

$ for shell in zsh fish; do
>   plxc completion $shell > script
>   plxc realize --help | grep -o -e ' --[a-z-]*' | sed 's/ --//' | while read -r name; do
>     grep -q -e "-l $name " -e "--$name" script || echo "$shell does not know --$name"
>   done
>   grep -c . script > /dev/null && echo "$shell done"
> done
| zsh done
| fish done
