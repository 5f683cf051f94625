train(epochs: Int, lr: Float = epochs * 2) = lr
a = train(2)
