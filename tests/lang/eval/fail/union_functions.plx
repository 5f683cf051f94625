r = { f = fn (x) => x } & { f = fn (x) => x }
