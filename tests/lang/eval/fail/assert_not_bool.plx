assert len([1])
a = 1
