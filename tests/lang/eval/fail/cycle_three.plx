model = { weights = train(data) }
train(x) = x.size
data = { size = report.pages }
report = { pages = len(model.weights) }
r = model.weights
