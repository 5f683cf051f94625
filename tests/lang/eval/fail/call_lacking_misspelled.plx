make(count, ..attrs) = { count, attrs }
a = make(name = "x", cuont = 3)
