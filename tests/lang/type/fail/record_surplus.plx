cfg: { lr: Float } = { lr = 0.1, zzz = 1, aaa = 2 }
