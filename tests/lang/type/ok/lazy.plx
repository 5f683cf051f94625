# Checking a type evaluates nothing.
type Config = { lr: Float, note: Str }
private(c: Config) = c.lr
a = private({ lr = 0.5, note = fail("nobody needs this") })
_b: { x: Int, y: Int } | { z: Int } = { x = fail("nor this"), y = 1 }
_c: { [Str]: Int } = { x = 1, y = fail("nor this") }
d = [_b.y, _c.x]
_e: Int = fail("nor this")
f(x: Int, y: Int = fail("nor this")) = x
g = f(1)
_h: { self: Int, twice: Int } = { self = 4, twice = _h.self * 2 }
i = _h.twice
