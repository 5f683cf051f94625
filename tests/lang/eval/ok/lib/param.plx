param lr: Float
param steps = 10
rate = lr * steps
