param b: Bool = false
param m: [Int] = []
