a = stage(name = "a", out = promise / "o", n = 1, realize = sh("echo > $out"))
same = stage(name = "a", out = promise / "o", n = 1, realize = sh("echo > $out"))
b = stage(name = "b", from = a.out, all = [a, a / "x"], realize = sh("cat ~{a.out}"), outputs = 2, timeout = 2.5, silent_timeout = 1, retry = 3,
  passenv = ["HOME"], resources = { cpus = 2 }, check_promises = false, match = match_best("score.txt"))
unnamed = stage(x = null, y = [true, 1.0, "s"], realize = exec(["true"]))
seed = stage(name = "seed", lr = 1, dep = a, realize = sh("cat ~{a}"), hash_realizer = false)
text_dep = stage(name = "text_dep", d = "dref:00000000000000000000000000000000-elsewhere", realize = sh("true"))
