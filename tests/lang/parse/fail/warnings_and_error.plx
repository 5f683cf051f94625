a = "x‮y" # ⁦ comment
b = 1 1
