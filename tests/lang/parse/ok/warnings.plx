a = "x‮y" # ⁦ comment
b = "👨‍👩"
c = '''
  ­
'''
