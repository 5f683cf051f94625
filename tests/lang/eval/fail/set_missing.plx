param lr: Float
param epochs: Int
r = lr
