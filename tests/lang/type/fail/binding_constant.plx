n: Int = "three"
