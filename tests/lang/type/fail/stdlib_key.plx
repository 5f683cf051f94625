m = match([key("accuracy")])
