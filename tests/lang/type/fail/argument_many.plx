f(a: Int, b: Int, c: Int, d: Int, e: Int, g: Int, h: Int, i: Int, j: Int, k: Int, l: Int, m: Int, n: Str) = n
run = f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, n = 13)
