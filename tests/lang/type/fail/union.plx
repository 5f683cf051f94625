x: Int | Str | [Int] = 1.5
