and = [true && false, true && true, false && fail("not reached")]
or = [true || fail("not reached"), false || true]
not = [!true, !false, !(1 == 2)]
nested = if true && (false || true) then "yes" else "no"
