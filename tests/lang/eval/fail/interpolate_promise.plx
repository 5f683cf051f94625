r = "~{promise / "a"}"
