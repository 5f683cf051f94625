x: { first: Int, second: { third: Str, fourth: [Int] }, fifth: Bool, sixth: Float, seventh: Int } = 1
