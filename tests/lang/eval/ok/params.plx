param n: Int
param name: Str = "none"
param ratio: Float = 0.5
param mode: "fast" | "slow"
param list: [Int] = []
param free = 0
param free_number = 0
param url = ""
param maybe: Int? = 3
param untouched = "default"
