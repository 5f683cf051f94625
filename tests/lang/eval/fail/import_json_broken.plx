data = import("./lib/broken.json")
