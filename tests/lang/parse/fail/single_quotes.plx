a = 'abc'
b = f('x', '')
c = 'it''s'
d = '
e = 'say "hi"'
