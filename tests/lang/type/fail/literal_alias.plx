type Opt = "adam" | "sgd" | "rmsprop"
pick(o: Opt) = o
a = pick("rmsprob")
