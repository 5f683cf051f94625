type Config = { lr: Float, note: Str }
train(c: Config) = c.lr
cfg = { lr = "~{1}", note = "x" }
run = train(cfg)
