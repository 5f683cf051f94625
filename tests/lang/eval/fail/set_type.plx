param n: Int = 1
