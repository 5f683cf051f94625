a = let param x = 1 in x
b = let test "t" = true in 1
c = let assert true type T = Int in 1
