r = promise / 3
