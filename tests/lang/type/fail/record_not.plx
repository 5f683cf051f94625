cfg: { lr: Float } = [0.1]
