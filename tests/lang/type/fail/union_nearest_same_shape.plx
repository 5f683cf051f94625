type Step = { kind: "train", lr: Float } | { kind: "decay", lr: Int }
s: Step = { kind = "train", lr = "fast" }
