cfg: { lr: Float, epochs?: Int } = { lr = 0.1, epoch = 3 }
