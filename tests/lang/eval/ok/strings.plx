escapes = "tab\t quote\" back\\ tilde\~{x} newline\n unicode\u{1F600}"
interpolated = "~{1} ~{2.5} ~{true} ~{"nested ~{1 + 1}"} ~{"a" + "b"}"
multiline = '''
  first
    second ~{1 + 1}
  third \n raw ~~{x}
'''
lens = [len(""), len("abc"), len("äöü"), len("😀"), len("é")]
concat = "a" + "b" + ""
rope = fold(range(30), "", fn (a, i) => a + "piece ~{i}, ")
rope_left = fold(range(30), "", fn (a, i) => "piece ~{i}, " + a)
empty = "~{""}"
