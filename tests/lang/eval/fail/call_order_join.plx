r = join(", ", ["a", "b"])
