param opt: { lr: Float, layers: [Int] }
x = opt.lr
