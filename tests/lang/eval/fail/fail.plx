r = fail("there is no such thing")
