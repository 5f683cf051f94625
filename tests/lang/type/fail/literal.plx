opt: "adam" | "sgd" = "adm"
