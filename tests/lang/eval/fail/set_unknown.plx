param epochs = 1
