# A module may use the standard library's names for something of its own.
map = 3
len(x) = "mine: ~{x}"
r = [map, len(1)]
