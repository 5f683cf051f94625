train(layers: [{ size: Int, act: Str }]) = layers
run = train([{ size = 1, act = "relu" }, { size = 1.5, act = "relu" }])
