_make(resources) = stage(name = "a", resources = resources, realize = sh("true"))
same = all(
  [{}, { cpus = 2 }, { cpus = 0.5, memory = "8G" }, { memory = "1.5T", gpu = 1 }, { memory = "100" }, null],
  fn (r) => _make(r) == _make(null),
)
