a = { b = { "odd name" = 42 } }
