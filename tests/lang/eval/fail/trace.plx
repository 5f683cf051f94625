inner(x) = x.missing
middle(x) = inner(x) + 1
outer = map([{ a = 1 }], fn (r) => middle(r))
result = { field = outer[0] }
final = result.field
