r = "yes" && true
