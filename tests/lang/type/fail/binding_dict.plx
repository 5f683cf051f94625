sizes: { [Str]: Int } = { a = 1, b = "two" }
