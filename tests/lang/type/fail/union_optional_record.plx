f(c: { lr: Float }?) = c
a = f({ lr = "x" })
