sizes: { ["small" | "large"]: Int } = { small = 1, lage = 2 }
