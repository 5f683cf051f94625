m = match([best(1)])
