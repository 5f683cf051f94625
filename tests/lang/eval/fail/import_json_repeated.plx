data = import("./lib/repeated.json")
