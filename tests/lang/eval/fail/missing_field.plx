r = { alpha = 1, beta = 2 }
x = r.alhpa
