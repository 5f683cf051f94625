r = [1].first
