big = 4000000000
r = big * big
