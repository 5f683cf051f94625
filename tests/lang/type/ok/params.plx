param n: Int = 1
param f: Float = 1.0
param mode: "fast" | "slow" = "slow"
param sizes: [Int] = []
param name: Str?
param any: Any
param path: Path
param opt: { lr: Float, .. } = { lr = 0.1 }
param flag: Bool = false
param num: Number = 0
param text: Str | Int = 0
param word
