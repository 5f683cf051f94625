type A = List[Int]
type B = Map<Str, Int>
c: List[Int] = [1]
d(x: Optional<Int>) = x
e() -> List[Int] = [1]
