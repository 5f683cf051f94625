m = match([key(fn (r) => read_text(r / "no_such_file"))])
