add(a, b) = a + b
test "holds" = add(1, 2) == 3
test "does not hold" = add(1, 2) == { sum = 4 }
test "is no Bool" = add(1, 2)
test "breaks" = add(1, "x") == 3
