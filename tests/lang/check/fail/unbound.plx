# One name that is not defined hides no other mistake.
lib = import("./nowhere.plx")
a = undefined_name + 1
b = 1 + "text"
f = fn (x) => undefined_name.field + lib.thing
g = fn () => { a = 1 }.b
c = len(1, 2)
