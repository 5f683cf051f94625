# What nothing defines in the end; a local that is like it is still known then.
f(count) = cuont + 1
g = let values = 1 in vlaues
h = defnied
k = nothing_like_it
defined = 1
