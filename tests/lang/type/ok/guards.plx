# A record keeps its value and its identity through any number of contracts.
type Config = { lr: Float, layers: [Int] }
same(c: Config) -> Config = c
again(c: Config, n: Int) -> Float = if n == 0 then c.lr else again(c, n - 1)
cfg = { lr = 0.1 * 2, layers = [1, 1 + 1] }
a = same(cfg) == cfg
b = same(same(cfg)) == same(cfg)
c = again(cfg, 5000)
d = keys(same(cfg))
e = same(cfg) with { lr = 1.0 }
f = same({ lr = 1.0, ..{ layers = [] } })
g = map([cfg, cfg], fn (c: Config) => c.lr)
