a = """
several
lines
"""
b = f("""x""", "y")
c = """it's "quoted" here"""
d = ok + 1
