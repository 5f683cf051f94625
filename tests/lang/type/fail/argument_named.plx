train(lr: Float, epochs: Int = 20) = lr * epochs
run = train(epochs = 1.5, lr = 0.1)
