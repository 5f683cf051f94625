here = [./, ../, ./a.csv, ../ok/b, ./..c]
text = "~{./}/x ~{../data}"
bidi = "a\u{202e}b\u{200b}c\u{85}"
plain = "é 日本 😀"
