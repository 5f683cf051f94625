# Nothing of this fails, since nothing needs it.
never = { a = 1, b = fail("b") }.a
unused = let x = fail("x") in 2
default = (fn (a, b = fail("default")) => a)(3)
record = keys({ a = fail("a"), b = fail("b") })
merged = merge({ a = fail("left") }, { a = 4 }).a
replaced = ({ a = 1, b = fail("b") } with { a = 5 }).a
branch = if true then 6 else fail("else")
comprehension = keys({ [k] = fail(k) for k in ["x", "y"] })
public = 7
_private = fail("private")
