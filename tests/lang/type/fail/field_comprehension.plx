a = { n: Int = "~{i}" for i in [1] }
