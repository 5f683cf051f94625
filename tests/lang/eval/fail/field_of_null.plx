n = null
r = n.x
