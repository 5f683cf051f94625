assert 1 == 1, "message"
a = let assert 1 == 1, "message" in 1
