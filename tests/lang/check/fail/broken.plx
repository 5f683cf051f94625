# Names that are wrong come first: nothing else is looked at.
a(x, unused) = unknown
b() = a(1)
