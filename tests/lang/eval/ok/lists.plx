literal = [1, [2, 3], []]
concat = [1] ++ [2, 3] ++ []
spread = [0, ..[1, 2], 3, ..[]]
index = [10, 20, 30][1]
shared = let a = [1] ++ [2]; b = a ++ [3]; c = a ++ [4] in [a, b, c]
appended = fold(range(10), [], fn (a, x) => a ++ [x * x])
trailing = [1, 2,]
