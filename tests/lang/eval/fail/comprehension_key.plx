r = { [i] = 1 for i in [1] }
