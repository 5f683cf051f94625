opt: "adam" | "sgd" = 1
