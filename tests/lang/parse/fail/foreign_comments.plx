// one
a = 1 // two
b = 2 /* three
 four */
c = [1, // x
  2]
d = 3 3 // y
