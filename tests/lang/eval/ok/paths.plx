file = ./data/file.txt
joined = ./data / "file.txt"
