a = "dref:0123456789abcdef0123456789abcdef-train"
b = ["x", { c = "see dref:0123456789abcdef0123456789abcdef-train" }]
c = "~{a} dref:0123456789abcdef0123456789abcdef-t"
d = "dref:0123456789ABCDEF0123456789abcdef-train"
e = "dref:0123-train"
f = "dref:0123456789abcdef0123456789abcdef-train"  # allow: dref
