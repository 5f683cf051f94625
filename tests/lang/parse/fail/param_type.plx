param n Int = 3
param name Str
param plain
param a; B = 1
C = 2
