r = true && 1
