a = let n: Int = "thr" + "ee" in n + 1
