# A name that is wrong hides no other mistake, but lints wait for it.
a(x, unused) = unknown
b() = a(1)
