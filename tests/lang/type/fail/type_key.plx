type A = { [Int]: Str }
type B = { [[Str]]: Str }
