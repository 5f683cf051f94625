train(lr: Float, epochs: Int = 20) = lr * epochs
run = train("fast")
