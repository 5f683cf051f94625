r = join(["a"], sepp = ",")
