a = b?.c
d = b.c ? 1
