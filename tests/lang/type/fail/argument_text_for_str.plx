name(x: Str) = x
s = stage(realize = sh("true"))
run = name("file ~{s}")
