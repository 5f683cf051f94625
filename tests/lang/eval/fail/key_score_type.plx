m = match([key(fn (r) => [r])])
