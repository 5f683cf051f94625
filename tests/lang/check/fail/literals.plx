# What stands in the text is calculated in bodies that nobody calls, too.
half = fn (x) => x / 0
rest = fn () => 7 % (2 - 2)
large = fn () => 9223372036854775807 + 1
small = fn () => -(-9223372036854775807 - 1)
text = fn () => -"x"
not = fn () => !3
both = fn (a: Bool) => a && 1
either = fn (a: Bool) => "x" || a
# A condition around may know better of a variable.
guarded = fn () => let n = 0 in if n == 0 then 1 else 1 / n
fine = fn () => 7 % 2 + 1.5 / 3
