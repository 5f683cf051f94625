m = match([key(fn (r) => len(read_text(r / "file.txt")))])
