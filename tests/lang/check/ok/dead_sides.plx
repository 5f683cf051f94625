never = fn (x) => false && x.a
always = fn (x) => true || x
negated = fn (x) => !true && x
silent = fn (x) => false && x # allow: unreachable
open = fn (x: Bool) => true && x
