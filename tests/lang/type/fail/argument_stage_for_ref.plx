use(x: Ref) = x
s = stage(realize = sh("true"))
run = use(s)
