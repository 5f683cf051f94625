a = '''abc
b = ~{x} 1
