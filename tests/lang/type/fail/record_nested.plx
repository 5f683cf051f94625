type Net = { layers: [{ size: Int, act?: "relu" | "tanh" }], opt: { lr: Float } }
net: Net = {
  layers = [
    { size = 3 },
    { size = 4, act = "rellu" },
  ],
  opt = { lr = 0.1 },
}
