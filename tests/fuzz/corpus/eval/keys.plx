a = key(fn (r) => 1.0)
=== b.plx
b = key(fn (r) => 2.0)
