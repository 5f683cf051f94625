train(lr: Float = 1) = lr
a = train()
