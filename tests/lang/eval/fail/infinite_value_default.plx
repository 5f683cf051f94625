# What contains itself is as endless within lists as within records.
a = { xs = [1, { ys = a.xs }] }
