a = stage(name = "a", realize = sh("true"))
latest = redefine(a, matcher = match_latest())
done = realized(a)
