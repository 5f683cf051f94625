test "a ~{b}" = true
test = 3
ok = r."a~{x}"
fine = { "a~{x}" = 1 }
bad = { "a~{x}": Int = 1 }
