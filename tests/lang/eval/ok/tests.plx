double(x) = x * 2
test "doubles" = double(2) == 4
test "names may be odd: ä" = true
