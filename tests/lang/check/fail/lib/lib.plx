type Opt = "adam" | "sgd"
type Config = { lr: Float, opt: Opt, seed?: Int, .. }
param size: Int = 3
train(lr: Float, opt: Opt = "adam") -> Stage = stage(name = "t", lr = lr, opt = opt, realize = sh("true"))
cfg = { a = 1, b = { c = 2 } }
table: { [Str]: Int } = { x = 1 }
