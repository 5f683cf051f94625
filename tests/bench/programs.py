"""Equivalent programs for plx, Nix and jsonnet, by name: what the language costs, as a whole process.

Each is {"plx": text, "nix": text, "jsonnet": text}; all of a row print the same number. jsonnet is left out where its own library makes it
quadratic: folding over 1,000,000 numbers takes it three minutes, sorting 200,000 or joining 300,000 more memory than there is.
"""


def fib(n):
    return {
        "plx": f"fib(n) = if n < 2 then n else fib(n - 1) + fib(n - 2)\ndefault = fib({n})\n",
        "nix": f"let fib = n: if n < 2 then n else fib (n - 1) + fib (n - 2); in fib {n}\n",
        "jsonnet": f"local fib(n) = if n < 2 then n else fib(n - 1) + fib(n - 2);\nfib({n})\n",
    }


def fold(n):
    return {
        "plx": f"default = fold(range({n}), 0, fn (a, x) => a + x % 7)\n",
        "nix": f"builtins.foldl' (a: x: a + (x - (x / 7) * 7)) 0 (builtins.genList (x: x) {n})\n",
    }


def sort(n):
    return {
        "plx": f"default = sort([(x * 7919 + 13) % 1000003 for x in range({n})])[1000]\n",
        "nix": "let m = a: b: a - (a / b) * b; in "
               f"builtins.elemAt (builtins.sort builtins.lessThan (builtins.genList (x: m (x * 7919 + 13) 1000003) {n})) 1000\n",
    }


def join(n):
    return {
        "plx": f'default = len(join(["item ~{{i}}" for i in range({n})], ", "))\n',
        "nix": "builtins.stringLength (builtins.concatStringsSep \", \" (builtins.genList "
               f'(i: "item ${{toString i}}") {n}))\n',
    }


def updates(n):
    return {
        "plx": f'default = len(keys(fold(range({n}), {{}}, fn (r, i) => merge(r, {{ ["k~{{i}}"] = i }}))))\n',
        "nix": "builtins.length (builtins.attrNames (builtins.foldl' (r: i: r // { \"k${toString i}\" = i; }) {} "
               f"(builtins.genList (i: i) {n})))\n",
    }


def write_modules(folder, children_of):
    """m0 and all below it; a module's value is 1 and those of its children. jsonnet is left out: with its own library in each file
    it takes gigabytes for this."""
    for i, children in enumerate(children_of):
        with open(f"{folder}/m{i}.plx", "w") as f:
            f.write("value = " + " + ".join(["1"] + [f"import(\"./m{c}.plx\").value" for c in children]) + "\n")
        with open(f"{folder}/m{i}.nix", "w") as f:
            f.write(" + ".join(["1"] + [f"import ./m{c}.nix" for c in children]) + "\n")
    return {"plx": 'default = import("./m0.plx").value\n', "nix": "import ./m0.nix\n"}


def imports(folder, n):
    """A balanced tree: each module imports two."""
    return write_modules(folder, [[c for c in (2 * i + 1, 2 * i + 2) if c < n] for i in range(n)])


def import_spine(folder, n):
    """A deep tree: n / 2 modules in each other, each of which imports a leaf, too."""
    spine = n // 2
    return write_modules(folder, [[i + 1, spine + i] if i + 1 < spine else [spine + i] for i in range(spine)] + [[]] * spine)


def large_file(bindings):
    """jsonnet, for which every local is inside the one before it, overflows its stack. Nothing to evaluate: what is measured is reading the file."""
    plx = "".join(f'b{i} = {{ name = "item {i}", tags = ["a", "b", {i}], f = fn (x) => x * {i} + 1 }}\n' for i in range(bindings))
    nix = "".join(f'b{i} = {{ name = "item {i}"; tags = [ "a" "b" {i} ]; f = x: x * {i} + 1; }};\n' for i in range(bindings))
    return {"plx": plx + "default = b0.tags[2]\n", "nix": "let\n" + nix + "in builtins.elemAt b0.tags 2\n"}
