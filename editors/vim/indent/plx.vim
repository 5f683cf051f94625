" Indentation of plx: that of `plxc fmt`, and of what is written by hand like it.
"
" The line's binding is read from its first line on, and a stack says what is open at the line. Its frames:
"   {kind: 'file'}        the bindings of the file
"   {kind: '('}           any bracket; `~{` too, whose kind is '~'
"   {kind: 'let'}         the bindings between `let` and `in`
"   {kind: 'if'}          an `if`; `done` once its `else` was there
"   {kind: 'value'}       an expression that begins on a line of its own
"   {kind: '"'}, {kind: "'"}  a string, and a '''-string
" `inner` is the indentation of what it holds, `outer` that of what closes it.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal indentexpr=PlxIndent(v:lnum)
setlocal indentkeys=0),0],0},0=''',0=in,0=then,0=else,0<Bar>,0+,0&,0?,!^F,o,O
setlocal nolisp nosmartindent autoindent
let b:undo_indent = 'setlocal indentexpr< indentkeys< lisp< smartindent< autoindent<'

if exists('*PlxIndent')
  finish
endif

let s:save_cpo = &cpo
set cpo&vim

let s:token = '\C^\%(\h\w*\|\d[[:alnum:]_]*\%(\.\d\w*\)\=\%([eE]\@1<=[-+]\d\+\)\=\|\.\{1,2}\/[A-Za-z0-9_.+@/-]*'
      \ . '\|''''''\||>\|||\|&&\|[=!<>]=\|[-=]>\|++\|??\|\.\.\|.\)'
let s:operator = '^\%(|>\|||\|&&\|==\|!=\|<=\|>=\|++\|??\|[-+*/%<>&|.]\|with\)$'
let s:keywords = split('let in if then else fn import for with')
let s:binding = '\C^\h\w*\%(\s\+["[:alnum:]_]\|\s*[=:("]\)'

function! s:IsString(frame) abort
  return a:frame.kind ==# '"' || a:frame.kind ==# "'"
endfunction

function! s:IsBracket(frame) abort
  return a:frame.kind ==# '(' || a:frame.kind ==# '~'
endfunction

function! s:HoldsItems(frame) abort
  return a:frame.kind ==# 'file' || a:frame.kind ==# 'let' || s:IsBracket(a:frame)
endfunction

function! s:PopToItems(stack) abort
  while !s:HoldsItems(a:stack[-1])
    call remove(a:stack, -1)
  endwhile
  return a:stack[-1]
endfunction

function! s:PopToBracket(stack) abort
  while !s:IsBracket(a:stack[-1]) && a:stack[-1].kind !=# 'file'
    call remove(a:stack, -1)
  endwhile
  return a:stack[-1]
endfunction

" The innermost `let`, or `if` without an `else`, inside of the innermost bracket; -1 if there is none.
function! s:Find(stack, kind) abort
  let i = len(a:stack) - 1
  while i >= 0 && !s:IsBracket(a:stack[i])
    if a:stack[i].kind ==# a:kind && !a:stack[i].done
      return i
    endif
    let i -= 1
  endwhile
  return -1
endfunction

function! s:Push(stack, kind, inner, outer) abort
  call add(a:stack, {'kind': a:kind, 'inner': a:inner, 'outer': a:outer, 'done': 0, 'own': 0, 'named': 0})
endfunction

" Where an expression goes on that began on an earlier line.
function! s:Continued(stack, width) abort
  let frame = a:stack[-1]
  let bracket = s:IsBracket(frame)
  let flush = bracket ? !frame.named : !s:HoldsItems(frame)
  return frame.inner + (flush ? 0 : a:width)
endfunction

" The indentation of a line that begins with the token, behind the token `prev`. Leaves in the stack what is open there.
function! s:Place(stack, prev, token, width) abort
  let [stack, prev, token] = [a:stack, a:prev, a:token]
  if token.text =~# '^[])}]$'
    return s:PopToBracket(stack).outer
  elseif token.keyword && token.text ==# 'in' && s:Find(stack, 'let') >= 0
    return stack[s:Find(stack, 'let')].outer
  elseif token.keyword && token.text =~# '^\%(then\|else\)$' && s:Find(stack, 'if') >= 0
    return stack[s:Find(stack, 'if')].outer
  elseif prev.text =~# '^\%(=\|=>\|->\)$'
    call s:Push(stack, 'value', prev.indent + a:width, prev.indent)
  elseif prev.keyword && prev.text =~# '^\%(then\|else\)$'
    call s:Push(stack, 'value', stack[-1].inner, stack[-1].outer)
  elseif prev.operand
    if s:IsBracket(s:Innermost(stack)) && token.keyword && token.text =~# '^\%(for\|if\)$'
      call s:PopToBracket(stack)
    elseif token.text =~# s:operator || token.text =~# '^[[({=:?]$' || token.keyword
      return s:Continued(stack, a:width)
    else
      call s:PopToItems(stack)
    endif
  elseif prev.text =~# s:operator || (prev.keyword && prev.text =~# '^\%(if\|fn\|for\|import\)$')
    return s:Continued(stack, a:width)
  endif
  let stack[-1].own = 1
  return stack[-1].inner
endfunction

function! s:Innermost(stack) abort
  let i = len(a:stack) - 1
  while !s:HoldsItems(a:stack[i])
    let i -= 1
  endwhile
  return a:stack[i]
endfunction

function! s:Keyword(stack, prev, token, width) abort
  let [stack, text] = [a:stack, a:token.text]
  let outer = a:token.indent + (a:token.first ? 0 : a:width)
  if text ==# 'let'
    call s:Push(stack, 'let', outer + a:width, outer)
  elseif text ==# 'in' && s:Find(stack, 'let') >= 0
    call remove(stack, s:Find(stack, 'let') + 1, -1)
    let stack[-1].kind = 'value'
    let stack[-1].inner = stack[-1].outer
  elseif text ==# 'if' && !a:prev.operand
    if a:prev.text ==# 'else' && stack[-1].kind ==# 'if'
      let stack[-1].done = 0
    else
      call s:Push(stack, 'if', outer + a:width, outer)
    endif
  elseif text ==# 'then' || text ==# 'else'
    let i = s:Find(stack, 'if')
    if i >= 0
      if i + 1 < len(stack)
        call remove(stack, i + 1, -1)
      endif
      let stack[-1].done = text ==# 'else'
    elseif text ==# 'else'
      call s:Push(stack, 'if', outer + a:width, outer)
      let stack[-1].done = 1
    endif
  endif
endfunction

function! s:Feed(stack, prev, token, width) abort
  let [stack, text, indent] = [a:stack, a:token.text, a:token.indent]
  if a:token.keyword
    call s:Keyword(stack, a:prev, a:token, a:width)
  elseif text =~# '^[[({]$'
    call s:Push(stack, '(', indent + a:width, indent)
  elseif text =~# '^[])}]$'
    call s:PopToBracket(stack)
    if len(stack) > 1
      call remove(stack, -1)
    endif
  elseif text ==# ','
    call extend(s:PopToBracket(stack), {'own': 0, 'named': 0})
  elseif text ==# ';'
    call s:PopToItems(stack)
  elseif text ==# '=' && s:IsBracket(stack[-1])
    let stack[-1].named = 1
  elseif text ==# '"' || text ==# "'''"
    call s:Push(stack, text[0], indent + a:width, indent)
  endif
endfunction

" The rest of a string from col on, up to behind its end or a `~{` in it. The column behind it, or -1 at the end of the line.
function! s:SkipString(stack, line, col, indent, width) abort
  let text = a:stack[-1].kind ==# "'"
  let [part, _, end] = matchstrpos(a:line, text ? "'''\\|\\~\\~{\\|\\~{" : '\\.\|"\|\~{', a:col)
  if end < 0
    if !text
      call remove(a:stack, -1)
    endif
  elseif part ==# '~{'
    call s:Push(a:stack, '~', a:indent + a:width, a:indent)
  elseif part ==# '"' || part ==# "'''"
    call remove(a:stack, -1)
  endif
  return end
endfunction

" The token at col of the line, which has one there.
function! s:Next(line, col, indent, first, prev) abort
  let rest = a:line[a:col :]
  let text = matchstr(rest, s:token)
  let after = rest[len(text) :]
  let field = a:prev.text ==# '.' || after =~# '^?\=\s*:\|^\s*=\%([=>]\)\@!'
  let keyword = !field && index(s:keywords, text) >= 0
  let operand = !keyword && text =~# '^\%([])}"[:alnum:]_?]\|\.\{1,2}\/\|''''''\)'
  return {'text': text, 'indent': a:indent, 'first': a:first, 'keyword': keyword, 'operand': operand && text !=# '??'}
endfunction

let s:nothing = {'text': '', 'indent': 0, 'first': 0, 'keyword': 0, 'operand': 0}

" Reads a line; returns its last token, or prev if it has none.
function! s:Read(stack, lnum, prev, width) abort
  let [line, indent, prev, first, col] = [getline(a:lnum), indent(a:lnum), a:prev, 1, 0]
  while 1
    if s:IsString(a:stack[-1])
      let col = s:SkipString(a:stack, line, col, indent, a:width)
      if col < 0
        return prev
      endif
      let first = 0
      let prev = extend(copy(s:nothing), {'operand': !s:IsBracket(a:stack[-1]), 'indent': indent})
      continue
    endif
    let col = match(line, '\S', col)
    if col < 0 || line[col] ==# '#'
      return prev
    endif
    let token = s:Next(line, col, indent, first, prev)
    if first
      call s:Place(a:stack, prev, token, a:width)
    endif
    call s:Feed(a:stack, prev, token, a:width)
    let col += len(token.text)
    let [prev, first] = [token, 0]
  endwhile
endfunction

" The last line up to lnum where a binding of the file begins. Text at the left margin looks the same, but for its colour.
function! s:Start(lnum) abort
  let lnum = a:lnum
  while lnum > 1
    if getline(lnum) =~# s:binding
      let groups = map(synstack(lnum, 1), 'synIDattr(v:val, "name")')
      if empty(filter(groups, 'v:val =~# "Text$\\|^plxString"'))
        return lnum
      endif
    endif
    let lnum -= 1
  endwhile
  return 1
endfunction

function! s:InString(stack, lnum) abort
  let line = getline(a:lnum)
  if line =~# "^\\s*'''"
    return a:stack[-1].outer
  endif
  if line =~# '\S'
    return -1
  endif
  let above = prevnonblank(a:lnum - 1)
  return max([indent(above), indent(above) == a:stack[-1].outer ? a:stack[-1].inner : 0])
endfunction

" A comment stands where what follows it will; at the end of something that is closed, with what it closes.
function! s:Comment(stack, prev, lnum, width) abort
  let next = a:lnum
  while next > 0 && getline(next) =~# '^\s*#'
    let next = nextnonblank(next + 1)
  endwhile
  if next == 0
    return 0
  endif
  let token = s:Next(getline(next), match(getline(next), '\S'), 0, 1, a:prev)
  if token.text =~# '^[])}]$' || (token.keyword && token.text ==# 'in')
    return s:PopToItems(a:stack).inner
  endif
  return s:Place(a:stack, a:prev, token, a:width)
endfunction

function! PlxIndent(lnum) abort
  let width = shiftwidth()
  let [stack, prev] = [[], s:nothing]
  call s:Push(stack, 'file', 0, 0)
  if a:lnum > 1
    for lnum in range(s:Start(a:lnum - 1), a:lnum - 1)
      let prev = s:Read(stack, lnum, prev, width)
    endfor
  endif
  let line = getline(a:lnum)
  if s:IsString(stack[-1])
    return s:InString(stack, a:lnum)
  elseif line =~# '^\s*#'
    return s:Comment(stack, prev, a:lnum, width)
  elseif line !~# '\S'
    return s:Place(stack, prev, extend(copy(s:nothing), {'text': 'x', 'operand': 1}), width)
  endif
  return s:Place(stack, prev, s:Next(line, match(line, '\S'), 0, 1, prev), width)
endfunction

let &cpo = s:save_cpo
unlet s:save_cpo
