type Tree = { v: Int, kids: [Tree] }
type Json = null | Bool | Number | Str | [Json] | { [Str]: Json }
type A = { b?: B }
type B = { a?: A }
tree: Tree = { v = 1, kids = [{ v = 2, kids = [] }, { v = 3, kids = [{ v = 4, kids = [] }] }] }
json: Json = { a = [1, 2.5, { b = [null, [true]] }], c = "x" }
mutual: A = { b = { a = { b = {} } } }
type Nest = [Nest]
depth(n: Nest) = len(n)
deep = depth(fold(range(20000), [], fn (acc, i) => [acc]))
list(n) = if n == 0 then null else { head = n, tail = list(n - 1) }
type List2 = { head: Int, tail: List2 } | null
last_of(l: List2) = if l.tail == null then l.head else last_of(l.tail)
end = last_of(list(300))
