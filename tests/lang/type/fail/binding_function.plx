f: Fn = 3
