train(lr: Float, epochs: Int = 20) = lr * epochs
settings = { lr = 0.1, epochs = "many" }
run = train(..settings)
