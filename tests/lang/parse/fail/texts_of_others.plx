a = f"~{b}"
c = r"\d"
d = ''
  text
''
