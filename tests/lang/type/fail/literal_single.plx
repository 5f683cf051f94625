version: "v1" = "v2"
