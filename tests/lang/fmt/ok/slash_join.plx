a = ./data/"x"/"y"
b = ./data/(x)
c = x/"y"
