lib = import("./no/such/file.plx")
