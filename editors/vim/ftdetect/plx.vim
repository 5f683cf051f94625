" Vim takes *.plx for Perl with `setf`, so this has to be `set filetype`; what says that it is Perl stays it.
autocmd BufNewFile,BufRead *.plx if getline(1) !~# '^#!.*\<perl' | set filetype=plx | endif
