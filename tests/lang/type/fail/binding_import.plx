lib: { size: Str, .. } = import("./lib/types.plx")
