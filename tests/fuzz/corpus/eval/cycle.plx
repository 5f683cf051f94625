a = import("./b.plx").b
=== b.plx
b = import("./c.plx").c
=== c.plx
c = import("./main.plx").a
=== d.plx
d = import("./b.plx")
