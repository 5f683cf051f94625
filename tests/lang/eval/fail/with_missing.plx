opts = { learning_rate = 0.1, epochs = 3 }
r = opts with { learning_rat = 0.2 }
