_hidden = 1
shown = 2
