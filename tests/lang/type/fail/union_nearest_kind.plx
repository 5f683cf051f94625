type Step = { kind: "train", lr: Float } | { kind: "decay", lr: Float }
s: Step = { kind = "trian", lr = 0.1 }
