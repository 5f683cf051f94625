x: [Int] | [Str] = [1, "a"]
