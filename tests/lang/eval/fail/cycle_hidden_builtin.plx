len = len("abc")
