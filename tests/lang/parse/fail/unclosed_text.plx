a = 3 3
b = '''
  abc ~{x}
c = 3
