## Strings in strings, which keep their text's indentation.

left = '''
  margin = 1
  quotes '' ' " ~ ~~{ ~{join(["}", "'''"], "]")} {
'''
nested = '''
  a ~{f('''
    inner
      text
  ''')}
    b
'''
cc = "a ~{"}" + "{"} (" + '''
  x
'''
