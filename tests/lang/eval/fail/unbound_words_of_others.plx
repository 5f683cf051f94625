a = { b = 1, c = self.b }
d = super.b
e = builtins.map
f = std.map
g = assert(true)
