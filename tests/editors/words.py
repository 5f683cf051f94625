"""The words of the language, from where they are defined, and those of each plugin under editors/.

As a test: all lists are equal. With PLX_ACCEPT=1 the plugins' lists are written anew instead.
"""
import json
import os
import re
import subprocess
import sys
import textwrap
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VIM = ROOT / "editors/vim/syntax/plx.vim"
VIM_INDENT = ROOT / "editors/vim/indent/plx.vim"
EMACS = ROOT / "editors/emacs/plx-mode.el"
VSCODE = ROOT / "editors/vscode/syntaxes/plx.tmLanguage.json"


def library():
    """Everything that a module sees without an import, as plxc documents it."""
    text = subprocess.run([os.environ["PLXC"], "doc", "--json"], check=True, capture_output=True).stdout
    return json.loads(text)["entries"]


def language():
    lexer = (ROOT / "grammar/lexer.re").read_text()
    token = (ROOT / "lib/syntax/token.h").read_text()
    contracts = (ROOT / "lib/eval/contract_resolve.c").read_text()
    fixed = re.findall(r'^    "([a-z]+)" +\{ TAKE\(([A-Z]+)\); \}', lexer, re.M)
    assert [w.upper() for w, _ in fixed] == [t for _, t in fixed], "a word whose token is called otherwise"
    words = re.findall(r'^ *X\(([A-Z]+), "`([a-z]+)`"\)', token, re.M)
    assert [t for t, _ in words] == [w.upper() for _, w in words]
    fixed = [w for w, _ in fixed]
    missing = [w for w in fixed if w not in dict((b, a) for a, b in words)]
    assert not missing, f"words of the lexer that are not in token.h: {missing}"
    types = re.search(r"^\} named\[\] = \{(.*?)^\};", contracts, re.M | re.S).group(1)
    constants = ["true", "false", "null"]
    entries = library()
    return {
        "keywords": [w for w in fixed if w not in constants],
        "constants": constants,
        "bindings": [w for _, w in words if w not in fixed],
        "types": re.findall(r'\{"(\w+)"', types),
        "functions": [e["name"] for e in entries if e["kind"] == "function"],
        "values": [e["name"] for e in entries if e["kind"] == "value"],
    }


# Each plugin: where a list stands in its text (one group, the list), and how it is written.


def vim_place(kind):
    return re.compile(r"^let s:words\.%s = (.*(?:\n +\\.*)*)$" % kind, re.M)


def vim_write(words):
    lines = textwrap.wrap(" ".join(words), 90)
    return "split('" + "'\n      \\ . ' ".join(lines) + "')" if words else "[]"


def emacs_place(kind):
    return re.compile(r"^\(defconst plx--%s\n  '\(([^)]*)\)" % kind, re.M)


def emacs_write(words):
    return "\n    ".join(textwrap.wrap(" ".join(f'"{w}"' for w in words), 90, break_long_words=False))


def vscode_place(kind):
    return re.compile(r'"%s": \{\s*"match": "[^"(]*\(\?:([^)]*)\)' % kind)


def vscode_write(words):
    return "|".join(words)


PLUGINS = {
    "vim": (VIM, vim_place, vim_write, r"[A-Za-z_]\w*(?=[ '])"),
    "emacs": (EMACS, emacs_place, emacs_write, r"\w+"),
    "vscode": (VSCODE, vscode_place, vscode_write, r"\w+"),
}

# The words that are keywords only where a binding begins have patterns of their own: what comes behind "^, ; or let".
BINDINGS = {
    "vim": r"^syntax match plxBinding /.*?\\@<=(?:\\%\()?([a-z]+(?:\\\|[a-z]+)*)",
    "emacs": r'^ +\(?"\S*?\^\[ \\t\]\*(?:\\.*?\)\\\\\(|\\\\\()([a-z]+(?:\\\\\|[a-z]+)*)',
    "vscode": r'"match": "\(\?:\^.*?\\blet\)\\\\s\+\)\(([a-z]+(?:\|[a-z]+)*)\)',
}


class Words(unittest.TestCase):
    maxDiff = None

    def check(self, name):
        path, place, write, word = PLUGINS[name]
        text = path.read_text()
        wanted = language()
        bindings = " ".join(re.findall(BINDINGS[name], text, re.M))
        self.assertEqual(sorted(re.findall(r"[a-z]+", bindings)), sorted(wanted.pop("bindings")), f"patterns of {path}")
        for kind, words in wanted.items():
            with self.subTest(kind=kind):
                found = place(kind).search(text)
                self.assertIsNotNone(found, f"{path} has no list of {kind}")
                if os.environ.get("PLX_ACCEPT") == "1":
                    text = text[: found.start(1)] + write(words) + text[found.end(1) :]
                    path.write_text(text)
                    found = place(kind).search(text)
                listed = re.findall(word, found.group(1).removeprefix("split("))
                self.assertEqual(sorted(listed), sorted(words), f"{kind} of {path}; PLX_ACCEPT=1 writes them")

    def test_vim(self):
        self.check("vim")

    def test_vim_indent(self):
        found = re.search(r"^let s:keywords = split\('(.*)'\)$", VIM_INDENT.read_text(), re.M)
        self.assertEqual(sorted(found.group(1).split()), sorted(language()["keywords"]))

    def test_emacs(self):
        self.check("emacs")

    def test_vscode(self):
        self.check("vscode")


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
