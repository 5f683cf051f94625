a = """
text
