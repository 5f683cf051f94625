type Int = Str
a = let type Stage = Int in 1
