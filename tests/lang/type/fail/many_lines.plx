type Config = {
  lr: Float,
  opt: "adam"
    | "sgd",
}
f(c: Config) = c
a = f({
  lr  = 0.1,
  opt = "rmsprop",
})
