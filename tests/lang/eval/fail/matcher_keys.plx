r = match(["latest"])
