opt: "adam" | "sgd" = "momentum"
