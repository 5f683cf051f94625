r = { ["k~{i % 2}"] = i for i in range(4) }
