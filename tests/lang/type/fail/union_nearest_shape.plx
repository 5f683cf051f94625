type Step = { kind: "train", lr: Float, opt: Str } | { kind: "eval", file: Str }
s: Step = { kind = "train", lr = 0.1 }
