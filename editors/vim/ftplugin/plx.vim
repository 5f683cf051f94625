" Settings for plx
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

let s:save_cpo = &cpo
set cpo&vim

setlocal comments=b:##,b:# commentstring=#\ %s
setlocal formatoptions-=t formatoptions+=croql
setlocal shiftwidth=2 softtabstop=2 expandtab
" A whole file: gggqG, or :PlxFmt, which leaves it alone if it has errors.
setlocal formatprg=plxc\ fmt\ -
setlocal suffixesadd=.plx
setlocal include=\\<import(\\s*\"\\zs[^\"]*
setlocal define=^\\s*\\%(param\\s\\+\\\|type\\s\\+\\)\\=\\ze\\h\\w*\\s*[=:(]
compiler plx

if exists('loaded_matchit') && !exists('b:match_words')
  let b:match_words = '\<let\>:\<in\>,\<if\>:\<then\>:\<else\>'
  let b:match_ignorecase = 0
endif

" Formats the buffer. A message and no change if it cannot be formatted.
function! s:Format() abort
  let errors = tempname()
  try
    let lines = systemlist('plxc --color=never fmt - 2>' . shellescape(errors), getline(1, '$'))
    if v:shell_error
      let first = get(filter(readfile(errors), 'v:val !~# "^\\s*$"'), 0, 'plxc fmt failed')
      echohl ErrorMsg | echomsg first | echohl None
      return
    endif
  finally
    call delete(errors)
  endtry
  if lines ==# getline(1, '$')
    return
  endif
  let view = winsaveview()
  if line('$') > len(lines)
    silent execute 'keepjumps ' . (len(lines) + 1) . ',$delete _'
  endif
  call setline(1, lines)
  call winrestview(view)
endfunction

command! -buffer -bar PlxFmt call s:Format()

augroup plx_fmt_on_save
  autocmd! BufWritePre <buffer> if get(g:, 'plx_fmt_on_save', 0) | execute 'PlxFmt' | endif
augroup END

let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< shiftwidth< softtabstop< expandtab<'
      \ . ' formatprg< suffixesadd< include< define< makeprg< errorformat<'
      \ . ' | unlet! b:match_words b:match_ignorecase b:current_compiler'
      \ . ' | delcommand PlxFmt'
      \ . ' | execute "autocmd! plx_fmt_on_save * <buffer>"'

let &cpo = s:save_cpo
unlet s:save_cpo
