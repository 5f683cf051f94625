r = stage(
  name = "train",
  opts = { schedule = fn (x) => x },
  realize = sh("true"),
)
