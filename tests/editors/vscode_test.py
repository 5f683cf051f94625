"""The VS Code extension: its grammar, read as VS Code reads it, and what its package.json says. NODE_PATH leads to the
packages of package.json in this folder."""
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import places

EXTENSION = places.HERE.parents[1] / "editors/vscode"
PLXC = os.environ["PLXC"]

CODE = r"(?:.* )?(?:meta\.embedded\.line|variable\.other|variable\.other\.member)\.plx"

# What a kind of place is, by its scopes, the innermost last.
WANTED = {
    kind: re.compile(pattern if pattern == CODE else r"source\.plx (?:.* )?(?:" + pattern + ")")
    for kind, pattern in {
        "doc": r"comment\.line\.documentation\.plx",
        "comment": r"comment\.line\.number-sign\.plx",
        "binding": r"keyword\.declaration\.plx",
        "definition": r"variable\.other\.definition\.plx",
        "function": r"entity\.name\.function\.plx",
        "type": r"support\.type\.plx",
        "number": r"constant\.numeric\.\w+\.plx",
        "string": r"string\.quoted\.double\.plx",
        "text": r"string\.quoted\.triple\.plx",
        "constant": r"constant\.language\.plx",
        "keyword": r"keyword\.control\.plx",
        "field": r"variable\.parameter\.plx",
        "builtin": r"support\.(?:function|constant)\.plx",
        "path": r"string\.unquoted\.path\.plx",
        "escape": r"constant\.character\.escape\.plx",
        "badescape": r"invalid\.illegal\.escape\.plx",
        "textescape": r"constant\.character\.escape\.plx",
        "interpolation": r"punctuation\.section\.embedded\.(?:begin|end)\.plx",
        "operator": r"keyword\.operator\.plx",
        "code": CODE,
        "shcomment": r"meta\.embedded\.block\.shellscript\.plx comment\.line\.shell",
        "shkeyword": r"meta\.embedded\.block\.shellscript\.plx keyword\.control\.shell",
        "shstring": r"meta\.embedded\.block\.shellscript\.plx string\.quoted\.shell",
        "pykeyword": r"meta\.embedded\.block\.python\.plx keyword\.control\.python",
        "pycomment": r"meta\.embedded\.block\.python\.plx comment\.line\.python",
        "pystring": r"meta\.embedded\.block\.python\.plx string\.quoted\.python",
    }.items()
}


def load(name):
    return json.loads((EXTENSION / name).read_text())


class VSCode(unittest.TestCase):
    maxDiff = None

    def test_grammar(self):
        points = json.dumps([{"line": p.line, "column": p.column} for p in places.places()])
        ran = subprocess.run(
            ["node", places.HERE / "textmate.js", EXTENSION / "syntaxes/plx.tmLanguage.json", places.SAMPLE],
            input=points, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertEqual("\n".join(places.differences(WANTED, ran.stdout.splitlines())), "")

    def test_package(self):
        """The files that it names are there, and the scopes that it names are the grammar's."""
        package = load("package.json")["contributes"]
        (language,), (grammar,) = package["languages"], package["grammars"]
        self.assertEqual(language["extensions"], [".plx"])
        self.assertTrue((EXTENSION / language["configuration"]).is_file())
        rules = load(grammar["path"])
        self.assertEqual((grammar["language"], grammar["scopeName"]), (language["id"], rules["scopeName"]))
        text = (EXTENSION / grammar["path"]).read_text()
        for scope in grammar["embeddedLanguages"]:
            self.assertIn(f'"{scope}"', text)
        for name in re.findall(r'"include": "#([\w-]+)"', text):
            self.assertIn(name, rules["repository"])

    def test_version(self):
        project = (places.HERE.parents[1] / "CMakeLists.txt").read_text()
        self.assertEqual(load("package.json")["version"], re.search(r"project\(plx VERSION (\S+)", project).group(1))

    def test_problems(self):
        """The problem matcher finds what plxc prints."""
        (pattern,) = load("package.json")["contributes"]["problemPatterns"]
        heading, place = (re.compile(p["regexp"], re.M) for p in pattern["patterns"])
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "a.plx"
            file.write_text("a = 1\n\nb = f(1,\nc = 3\n")
            ran = subprocess.run([PLXC, "check", file], capture_output=True, text=True)
            self.assertEqual(heading.findall(ran.stderr), [("error", "E0203", "`(` is never closed")])
            self.assertEqual(place.findall(ran.stderr), [(str(file), "3", "6")])

    def test_indentation(self):
        """A line that opens something indents the next; a line that closes it goes back."""
        rules = load("language-configuration.json")["indentationRules"]
        increase, decrease = (re.compile(rules[k + "IndentPattern"]) for k in ("increase", "decrease"))
        for line in "f(", "x = [ # c", "x = {", "a =", "fn (x) =>", "  let", "if a then", "else", "sh('''", "x = '''":
            self.assertRegex(line, increase)
        for line in "f()", "x = 1", "x,", "# a =", "'''", "  ''')", "in", "a == b":
            self.assertNotRegex(line, increase)
        for line in ")", "  ],", "})", "in", "  else x", "''')", "  '''),":
            self.assertRegex(line, decrease)
        for line in "a)", "index = 1", "in = 2", "else = 3", "''' a":
            self.assertNotRegex(line, decrease)


if __name__ == "__main__":
    unittest.main()
