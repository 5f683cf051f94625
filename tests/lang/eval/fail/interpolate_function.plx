r = "~{fn (x) => x}"
