_many = { ["k~{i}"] = i for i in range(20000) }
r = len(fold(range(100), _many, fn (m, i) => m with { k7 = i }))
