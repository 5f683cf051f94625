type Config = { lr: Float, opt: Str, lr: Int }
