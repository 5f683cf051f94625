defaults = { a = 1, opts = { lr = 0.1 } }
mine = { opts = { lr = 0.2 } }
r = defaults & mine
