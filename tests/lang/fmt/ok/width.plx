fits = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb + ccccc
over = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb + cccccc
list = [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccc]
list2 = [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, ccccccc]
wide = ["漢字漢字漢字漢字漢字漢字漢字漢字", "漢字漢字漢字漢字漢字漢字", "漢字漢字漢字漢字漢字", "abcde"]
nested = f(g(aaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb), h(cccccccccccccccccc, ddddddddddddddddddd))
nested2 = f(g(aaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, ccccccccccccccccccccccccccccccccccccccc), 1)
mixed = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa && bbbbbbbbbbbbbbbbbbbbbbbbbbbbb || ccccccccccccccccccccccccccccc && ddddddd
default = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ?? bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb ?? ccccccccccccc
comp = [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbbbbbbbbbbbb for a, b in ccccccccccccccccccc if ddddddddddd]
longstring = "a string is never broken, however long it is, because then it would be another string than it was before"
longcomment = 1 # a comment is never broken either, and does not count when the line before it is laid out, see
f(aaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb) -> Ccccccccccccccccccc = ddddddddddddddddddddd + e
record: { aaaaaaaaaaaaaaaaaaaa: Int, bbbbbbbbbbbbbbbbbbbbbbbbb?: [Str], cccccccccccccccccccc: "x" | "y" | null, .. } = {}
union: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" | "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" | "cccccccccccccccccccccc" = "x"
with_ = base with { aaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbb = 1, cccccccccccccccccccccccccc = 2, ddddddddddddddddddddd = 3 }
