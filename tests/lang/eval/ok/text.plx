s = stage(name = "data", csv = promise / "data.csv", realize = sh("true"))
one = "cat ~{s.csv} ~{s / "x/y"}"
whole = "~{s}"
joined = join(["a", s.csv, "b ~{s.csv}"], "-")
sum = "pre " + "~{s.csv}" + " post" + "~{s.csv}~{s.csv}"
many = "all: ~{paths(s.csv)}"
path = "~{./data/file.txt}"
plain = "just ~{"text"}"
