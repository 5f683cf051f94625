cfg: { lr: Float, seed: Int, name: Str } = { seed = 1 }
