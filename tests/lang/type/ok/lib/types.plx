type Opt = "adam" | "sgd"
type Config = { lr: Float, opt: Opt, .. }
type Tree = { v: Int, kids: [Tree] }
type _Private = Int
param size: Int = 3
default: Config = { lr = 0.1, opt = "sgd", note = "x" }
