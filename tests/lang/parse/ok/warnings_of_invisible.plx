a = "zero​width" # and⁠joined
