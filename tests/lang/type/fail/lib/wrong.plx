type Config = { lr: Float }
config: Config = { lr = 1 }
