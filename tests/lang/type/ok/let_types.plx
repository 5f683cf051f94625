a =
  let
    type Pair = { x: Int, y: Int }
    type Line = [Pair]
    turn(p: Pair) -> Pair = { x = p.y, y = p.x }
    line: Line = [{ x = 1, y = 2 }]
  in map(line, turn)
type Pair = Str
b: Pair = "module"
c = let type Pair = Int in let p: Pair = 3 in p
