type Endless = { next: Endless } | { next: null }
loop(n) = { next = loop(n + 1) }
x: Endless = loop(0)
