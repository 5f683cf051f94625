r = { "odd name" = 1 }["od name"]
