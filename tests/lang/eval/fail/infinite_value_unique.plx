k(n) = { a = k(n + 1) }
one = unique([k(0), k(0)])
