out = stage(name = "use", file = ./data/file.txt, again = ./data/../data/file.txt, text = "see ~{./data/file.txt}", realize = python(./data/file.txt))
