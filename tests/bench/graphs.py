"""One graph of trivial stages, written for plx, ninja, Nix and Pylightnix.

`layers` layers of `width` stages; a stage depends on two of the layer before it, chosen by a fixed rule, and one last stage depends on the
whole last layer. Every stage reads its inputs and writes one line, in shell builtins alone, so that what is measured is the tool.
"""

import os


def parents(layer, i, width):
    return (i * 7 + layer) % width, (i * 13 + 5 * layer + 1) % width


def names(layers, width):
    for layer in range(layers):
        for i in range(width):
            yield layer, i


def write_plx(folder, layers, width):
    path = os.path.join(folder, "graph.plx")
    with open(path, "w") as f:
        f.write("first(name) = stage(name = name, o = promise / \"o\", realize = sh('''echo \"$name\" > \"$o\"'''))\n")
        f.write("next(name, a, b) = stage(\n  name = name,\n  a = a.o,\n  b = b.o,\n  o = promise / \"o\",\n")
        f.write("  realize = sh('''\n    read -r x < \"$a\"; read -r y < \"$b\"; echo \"$name\" > \"$o\"\n  '''),\n)\n\n")
        for layer, i in names(layers, width):
            if layer == 0:
                f.write(f's_0_{i} = first("s-0-{i}")\n')
            else:
                a, b = parents(layer, i, width)
                f.write(f's_{layer}_{i} = next("s-{layer}-{i}", s_{layer - 1}_{a}, s_{layer - 1}_{b})\n')
        inputs = ", ".join(f"s_{layers - 1}_{i}.o" for i in range(width))
        f.write(f"\ndefault = stage(name = \"all\", inputs = [{inputs}], o = promise / \"o\", realize = sh('''echo all > \"$o\"'''))\n")
    return path


def write_ninja(folder, layers, width):
    path = os.path.join(folder, "build.ninja")
    with open(path, "w") as f:
        f.write("rule first\n  command = echo $out > $out\n")
        f.write("rule next\n  command = read -r x < $a; read -r y < $b; echo $out > $out\n")
        f.write("rule all\n  command = echo all > $out\n\n")
        for layer, i in names(layers, width):
            if layer == 0:
                f.write(f"build out/s-0-{i}: first\n")
            else:
                a, b = (f"out/s-{layer - 1}-{p}" for p in parents(layer, i, width))
                f.write(f"build out/s-{layer}-{i}: next {a} {b}\n  a = {a}\n  b = {b}\n")
        inputs = " ".join(f"out/s-{layers - 1}-{i}" for i in range(width))
        f.write(f"build out/all: all {inputs}\ndefault out/all\n")
    return path


def write_nix(folder, layers, width):
    path = os.path.join(folder, "graph.nix")
    with open(path, "w") as f:
        f.write("let\n")
        f.write('  mk = name: script: env: derivation ({ inherit name; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-euc" script ]; } // env);\n')
        f.write('  first = name: mk name "echo $name > $out" {};\n')
        f.write('  next = name: a: b: mk name "read -r x < $a; read -r y < $b; echo $name > $out" { inherit a b; };\n')
        for layer, i in names(layers, width):
            if layer == 0:
                f.write(f'  s_0_{i} = first "s-0-{i}";\n')
            else:
                a, b = parents(layer, i, width)
                f.write(f'  s_{layer}_{i} = next "s-{layer}-{i}" s_{layer - 1}_{a} s_{layer - 1}_{b};\n')
        inputs = " ".join(f"s_{layers - 1}_{i}" for i in range(width))
        f.write(f'in mk "all" "echo all > $out" {{ inputs = [ {inputs} ]; }}\n')
    return path


PYLIGHTNIX_HEAD = """from pylightnix import (build_outpath, build_setoutpaths, build_wrapper, instantiate, match_only, mkconfig, mkdrv, mklens, promise,
                        realize, store_initialize)

store_initialize()

def build(b):
    build_setoutpaths(b, 1)
    for name in b_inputs(b):
        with open(name) as f:
            f.readline()
    with open(mklens(b).o.syspath, "w") as f:
        f.write(mklens(b).name.val + "\\n")

def b_inputs(b):
    keys = mklens(b).as_dict()
    if "inputs" in keys:
        return []
    return [getattr(mklens(b), key).o.syspath for key in ("a", "b") if key in keys]

def stage(m, name, **inputs):
    return mkdrv(m, mkconfig(dict(name=name, o=[promise, "o"], **inputs)), match_only(), build_wrapper(build))

def graph(m):
"""


def write_pylightnix(folder, layers, width):
    """Its realizers are functions of the same process, so no shell is started there."""
    path = os.path.join(folder, "graph.py")
    with open(path, "w") as f:
        f.write(PYLIGHTNIX_HEAD)
        for layer, i in names(layers, width):
            needs = ""
            if layer:
                a, b = parents(layer, i, width)
                needs = f", a=s_{layer - 1}_{a}, b=s_{layer - 1}_{b}"
            f.write(f'    s_{layer}_{i} = stage(m, "s-{layer}-{i}"{needs})\n')
        inputs = ", ".join(f"s_{layers - 1}_{i}" for i in range(width))
        f.write(f'    return stage(m, "all", inputs=[{inputs}])\n\nprint(realize(instantiate(graph)))\n')
    return path
