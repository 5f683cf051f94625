x: { a: Int } | { a: Str } = { a = [1][2] }
