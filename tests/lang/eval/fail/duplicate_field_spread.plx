base = { a = 1 }
r = { a = 2, ..base }
