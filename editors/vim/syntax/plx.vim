" Syntax of plx
if exists('b:current_syntax')
  finish
endif

let s:save_cpo = &cpo
set cpo&vim

" The words of the language; tests/editors compares them with the lexer and the library.
let s:words = {}
let s:words.keywords = split('let in if then else fn import for with')
let s:words.constants = split('true false null')
let s:words.types = split('Any Null Bool Int Float Number Str Text Path List Record Fn Stage Ref Promise Claim'
      \ . ' Matcher Key Realizer')
let s:words.functions = split('map filter fold range zip enumerate len any all sum reverse flatten concat_map last slice'
      \ . ' take drop product sort sort_by min max unique index_of contains group_by keys values items'
      \ . ' from_items merge merge_deep pick omit has get join split lines replace trim starts_with'
      \ . ' ends_with upper lower match_regex pad format int float abs floor ceil round div mod pow'
      \ . ' sqrt log exp to_json from_json read_text read_json type_of is_null is_bool is_int is_float'
      \ . ' is_number is_str is_text is_path is_list is_record is_fn is_stage is_ref trace fail mkdrv'
      \ . ' source paths stage redefine realized exec sh bash python script fetchurl fetchlocal mknode'
      \ . ' mkfile checkpaths match match_n match_latest match_best match_all match_some match_only'
      \ . ' latest exact best worst texthash key map_values')
let s:words.values = split('promise claim')

" The scripts inside of ''' strings. Their files do nothing when a syntax is already there.
let s:save_bash = get(b:, 'is_bash', -1)
let b:is_bash = 1
syntax include @plxShell syntax/sh.vim
unlet! b:current_syntax
if s:save_bash < 0
  unlet b:is_bash
endif
syntax include @plxPython syntax/python.vim
unlet! b:current_syntax
syntax sync clear
syntax iskeyword @,48-57,_

function! s:AnyOf(words) abort
  return '\<\%(' . join(a:words, '\|') . '\)\>'
endfunction

" What stands in a file, and in an interpolation. A later item wins over those before it.
syntax cluster plxCode contains=plxDelimiter,plxOperator,plxBuiltin,plxType,plxKeyword,plxConstant,plxBinding,
      \plxNumber,plxFloat,plxPath,plxField,plxMember,plxDefinition,plxFunction,plxBraces,plxComment,plxDoc,
      \plxString,plxText,plxShellText,plxPythonText

syntax match plxOperator /[-+*\/%<>=!&|?]/
syntax match plxDelimiter /[][(),;:.]/
syntax region plxBraces matchgroup=plxDelimiter start=/{/ end=/}/ transparent contains=@plxCode

execute 'syntax match plxBuiltin /' . s:AnyOf(s:words.functions + s:words.values) . '/'
execute 'syntax match plxType /' . s:AnyOf(s:words.types) . '/'
execute 'syntax match plxKeyword /' . s:AnyOf(s:words.keywords) . '/'
execute 'syntax match plxConstant /' . s:AnyOf(s:words.constants) . '/'

syntax match plxNumber /\<\d\%(_\=\d\)*\>/
syntax match plxNumber /\<0x\x\%(_\=\x\)*\>/
syntax match plxFloat /\<\d\%(_\=\d\)*\.\d\%(_\=\d\)*\%([eE][-+]\=\d\%(_\=\d\)*\)\=\>/
syntax match plxFloat /\<\d\%(_\=\d\)*[eE][-+]\=\d\%(_\=\d\)*\>/
syntax match plxPath /\.\{1,2}\%(\/[A-Za-z0-9_.+@-]\+\)\+\/\=/
syntax match plxPath /\.\{1,2}\/\ze\%([^A-Za-z0-9_.+@-]\|$\)/

" Names: fields and arguments may be called like anything.
syntax match plxField /\%([:|>]\s*\)\@<!\<\h\w*\>\ze\s*=\%([=>]\)\@!/
syntax match plxField /\<\h\w*\>\ze?\=\s*:/
syntax match plxMember /\%(\.\)\@1<=\h\w*/
syntax match plxMember /\%(\.\.\)\@2<=\h\w*/ contains=plxBuiltin
syntax match plxDefinition /^\h\w*\>\ze\s*\%([:]\|=\%([=>]\)\@!\)/
syntax match plxDefinition /\%(^\%(param\|type\)\s\+\)\@<=\h\w*/
syntax match plxFunction /^\h\w*\>\ze\s*(/
syntax match plxBinding /\%(^\s*\|;\s*\|\<let\s\+\)\@<=\%(param\|type\)\>\ze\s\+\h\w*\s*\%($\|#\|[:=]\)/
syntax match plxBinding /\%(^\s*\|;\s*\|\<let\s\+\)\@<=test\>\ze\s*["']/
syntax match plxBinding /\%(^\s*\|;\s*\|\<let\s\+\)\@<=assert\>\ze\%(\s*[-!(["']\|\s\+[[:alnum:]_{.]\)/

syntax keyword plxTodo contained TODO FIXME XXX NOTE
syntax match plxComment /#.*$/ contains=plxTodo,@Spell
syntax match plxDoc /##.*$/ contains=plxTodo,@Spell

" Strings. An interpolation may hold strings, so it goes on where a string around it would end.
syntax match plxEscape contained /\\\%(u{\x\{1,6}}\|[ntr\\"~]\)/
syntax match plxEscapeError contained /\\\%(u{\x\{1,6}}\|[ntr\\"~]\)\@!./
syntax match plxTextEscape contained /\~\~{/
syntax region plxInterpolation matchgroup=plxInterpolationMark start=/\~{/ end=/}/ contained extend contains=@plxCode
      \ containedin=shDoubleQuote,shSingleQuote,shExDoubleQuote,shExSingleQuote,shHereDoc,shComment,shCommandSub,
      \shArithmetic,shEcho,shEmbeddedEcho,shDeref,shTest,shExpr,shPattern,shFor,shForPP,shDo,shIf,shCaseBar,
      \shSubSh,shCurlyIn,shVarAssign,shSetList,pythonComment,pythonString,pythonRawString
syntax match plxTextEscape contained /\~\~{/ containedin=shDoubleQuote,shSingleQuote,shHereDoc,pythonString,pythonRawString
syntax region plxString start=/"/ end=/"\|$/ contains=plxEscape,plxEscapeError,plxInterpolation,@Spell
syntax region plxText start=/'''/ end=/'''/ contains=plxTextEscape,plxInterpolation,@Spell
syntax region plxShellText matchgroup=plxText start=/\%(\<\%(sh\|bash\)\s*(\_s*\%(text\s*=\s*\)\=\)\@<='''/ end=/'''/
      \ keepend contains=plxTextEscape,plxInterpolation,@plxShell
syntax region plxPythonText matchgroup=plxText start=/\%(\<python\s*(\_s*\%(text\s*=\s*\)\=\)\@<='''/ end=/'''/
      \ keepend contains=plxTextEscape,plxInterpolation,@plxPython

syntax sync fromstart

highlight default link plxKeyword Keyword
highlight default link plxBinding Statement
highlight default link plxConstant Constant
highlight default link plxBuiltin Function
highlight default link plxFunction Function
highlight default link plxDefinition Identifier
highlight default link plxField Identifier
highlight default link plxMember Normal
highlight default link plxType Type
highlight default link plxNumber Number
highlight default link plxFloat Float
highlight default link plxPath Include
highlight default link plxOperator Operator
highlight default link plxDelimiter Delimiter
highlight default link plxComment Comment
highlight default link plxDoc SpecialComment
highlight default link plxTodo Todo
highlight default link plxString String
highlight default link plxText String
highlight default link plxEscape SpecialChar
highlight default link plxTextEscape SpecialChar
highlight default link plxEscapeError Error
highlight default link plxInterpolationMark PreProc

let b:current_syntax = 'plx'
let &cpo = s:save_cpo
unlet s:save_cpo s:save_bash s:words
