more = import("./lib/again.plx")
x: more.types.Opt = "adma"
y: more.typos.Opt = "adam"
