r = "~{null}"
