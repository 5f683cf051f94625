train(data, learning_rate = 0.1) = data
r = train(1, learning_rat = 0.2)
