type Step = { kind: "train", lr: Float } | { kind: "eval", file: Str } | { kind: "wait" }
s: Step = { kind = "train", lr = "fast" }
