ping(n) = 1 + pong(n)
pong(n) = 2 * ping(n)
r = ping(0)
