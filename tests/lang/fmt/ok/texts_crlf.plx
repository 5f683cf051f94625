a = '''
  x
    y
  '''
b = 1 # c
## doc
c = 2
