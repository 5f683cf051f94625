## of the file

## of a
a = 1
