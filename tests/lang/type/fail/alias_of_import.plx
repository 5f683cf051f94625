lib = import("./lib/types.plx")
fit(c: lib.Config) = c
a = fit({ lr = 0.1, opt = "adma", note = 1 })
