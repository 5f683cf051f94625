train(lr: Float, epochs: Int) = lr * epochs
run = train(..[0.1, "many"])
