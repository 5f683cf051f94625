simple = let x = 1; y = x + 1 in x + y
order = let y = x + 1; x = 1 in y
shadow = let x = 1 in let x = x2 + 1; x2 = 5 in x
recursive = let f(n) = if n == 0 then 1 else n * f(n - 1) in f(10)
mutual = let even(n) = n == 0 || odd(n - 1); odd(n) = n != 0 && even(n - 1) in [even(9), odd(9)]
alias = let a = b; b = 3 in a
closure = let k = 10; add(x) = x + k in add(5)
asserted = let x = 3; assert x > 2 in x
inside = [let y = i * 2 in y for i in [1, 2, 3]]
thunks = let xs = [{ v = i * k } for i in [1, 2]]; k = 7 in xs[1].v
