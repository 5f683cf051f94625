type Config = { lr: Float, note: Str }
train(c: Config) = c.lr
steps = 3
run = train({ lr = steps * 2, note = "x" })
