"""Softmax regression on 8x8 images of digits, in plain Python."""

import math

CLASSES = 10


def load(path):
    """A list of (pixels, digit); pixels are scaled to 0..1, the last one is a constant 1."""
    examples = []
    with open(path) as f:
        for line in f:
            *pixels, digit = (float(x) for x in line.split(","))
            examples.append(([p / 16 for p in pixels] + [1.0], int(digit)))
    return examples


def scores(weights, pixels):
    lit = [(i, p) for i, p in enumerate(pixels) if p]
    return [sum(row[i] * p for i, p in lit) for row in weights]


def predict(weights, pixels):
    s = scores(weights, pixels)
    return s.index(max(s))


def learn(weights, pixels, digit, rate):
    """One step of stochastic gradient descent on the cross entropy."""
    s = scores(weights, pixels)
    top = max(s)
    e = [math.exp(x - top) for x in s]
    total = sum(e)
    for c, row in enumerate(weights):
        step = rate * (e[c] / total - (c == digit))
        for i, p in enumerate(pixels):
            if p:
                row[i] -= step * p


def accuracy(weights, examples):
    return sum(predict(weights, x) == y for x, y in examples) / len(examples)
