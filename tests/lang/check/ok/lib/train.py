from plx import build
b = build()
b.path(b.config["model"]).write_text("x")
