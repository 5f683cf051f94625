a = { next = a }
