" plxc check, for :make
if exists('current_compiler')
  finish
endif
let current_compiler = 'plx'

let s:save_cpo = &cpo
set cpo&vim

if exists(':CompilerSet') != 2
  command -nargs=* CompilerSet setlocal <args>
endif

CompilerSet makeprg=plxc\ --color=never\ check\ $*\ %:S
" error[E0203]: `(` is never closed
"  --> file.plx:2:8
CompilerSet errorformat=%+Eerror[%.%#,%+Wwarning[%.%#,%Z%*\\s-->\ %f:%l:%c,%-G%.%#

let &cpo = s:save_cpo
unlet s:save_cpo
