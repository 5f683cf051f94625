a = { lr: Float = "x" + "y", n = 1 }
