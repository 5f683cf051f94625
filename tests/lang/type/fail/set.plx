param lr: Float
param opt: "adam" | "sgd" = "sgd"
param layers: [{ size: Int }] = []
param n: Int = 0
