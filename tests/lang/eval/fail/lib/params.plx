param lr: Float
param epochs = 3
rate = lr
