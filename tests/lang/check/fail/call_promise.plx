a = promise("model.bin")
b = claim("log.txt")
