test "nested" = [1, 2, { a = "x", b = [1, 2] }] == [1, 3, { a = "x", b = [1, 3], c = 1 }]

test "lists" = { "odd name" = [1, 2, 3] } == { "odd name" = [1, 5] }

test "several lines" = "one\ntwo\nthree" == "one\n2\nthree"

test "text inside" = { script = "echo one\necho two\n" } == { script = "echo one\necho 2\n" }

_stage(n, script) = stage(name = "s", n = n, realize = sh(script))

test "stages" = [_stage(1, "true")] == [_stage(2, "true")]

test "realizers" = _stage(1, "true") == _stage(1, "false")

test "order" = 1 + 1 < 0

test "unequal" = 1 + 1 != 2

test "the false part" = 1 == 1 && 2 == 3 && 4 == 5

test "local names" = let
    a = { x = 1 }
    b = a with { x = 2 }
  in a == b

test "what fails elsewhere" = { a = 1, b = fail("not needed") } == { a = 2, b = 3 }

test "many" = range(20) == [x + 1 for x in range(20)]

test "a call" = has({ a = 1 }, "b")
