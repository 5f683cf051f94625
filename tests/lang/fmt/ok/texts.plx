a = ''''''
b = '''one line'''
c = '''
  two
    lines
  '''
d = '''
  ends here'''
e = '''

    blank lines

      stay

    '''
f = '''
  \n "quotes" 'single' ''two'' ~ ~~ ~~{literal} ~~~{x}
  '''
g = '''
  ~{x} begins
    ~{y}
  '''
h = '''~{x}'''
i = '''  indented one'''
j = '''
	tab
	  more
'''
k = '''
	mixed
  spaces
'''
l = '''   
  blanks after the quotes
  '''
m = '''first
  second
  '''
n = '''
  x
 '''
o = '''
    a ~{f('''
      inner
        text
    ''')}
      b
  '''
p = '''
  x

 
  y
  '''
q = '''
  ~{a}

  ~{b}'''
