me = import("./import_self.plx")
