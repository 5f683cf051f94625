"""Vim, or Neovim: `vim_test.py PROGRAM`, headless, with the plugin of editors/vim and nothing of the user's."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import places

PLUGIN = places.HERE.parents[1] / "editors/vim"
PLXC = Path(os.environ["PLXC"])
VIM = "vim"

# What a kind of place is, by the name of the innermost syntax item.
WANTED = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "doc": "plxDoc",
        "comment": "plxComment",
        "binding": "plxBinding",
        "definition": "plxDefinition",
        "function": "plxFunction",
        "type": "plxType",
        "number": "plxNumber|plxFloat",
        "string": "plxString",
        "text": "plxText",
        "constant": "plxConstant",
        "keyword": "plxKeyword",
        "field": "plxField",
        "builtin": "plxBuiltin",
        "path": "plxPath",
        "escape": "plxEscape",
        "badescape": "plxEscapeError",
        "textescape": "plxTextEscape",
        "interpolation": "plxInterpolationMark|plxInterpolation",
        "operator": "plxOperator",
        "code": "plxInterpolation|plxMember|",
        "shcomment": "shComment",
        "shkeyword": "shFor|shLoop|shDo|shConditional|shRepeat|shStatement",
        "shstring": "shDoubleQuote|shQuote",
        "pykeyword": "pythonStatement|pythonInclude",
        "pycomment": "pythonComment",
        "pystring": "pythonString",
    }.items()
}


class Vim(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.dir = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.dir)

    def vim(self, file, *lines):
        """Runs the commands in the opened file; what they write with Say() are lines of the result."""
        out, script = self.dir / "out", self.dir / "script.vim"
        # What says nothing else, says what went wrong.
        script.write_text(
            "function! Say(text)\n  call writefile([a:text], $OUT, 'a')\nendfunction\n"
            "try\n" + "\n".join(lines) + "\n"
            "catch\n  call Say('error: ' . v:exception . ' at ' . v:throwpoint)\nendtry\nqall!\n"
        )
        out.write_text("")
        rc = self.dir / "vimrc"
        rc.write_text(
            f"set nocompatible noswapfile viminfo= runtimepath^={PLUGIN}\nfiletype plugin indent on\nsyntax on\n"
        )
        headless = ["--headless"] if VIM == "nvim" else ["--not-a-term", "-T", "dumb", "-X"]
        env = dict(os.environ, OUT=str(out), HOME=str(self.dir), XDG_CONFIG_HOME=str(self.dir),
                   XDG_DATA_HOME=str(self.dir), XDG_STATE_HOME=str(self.dir), TERM="dumb",
                   PATH=f"{PLXC.parent.resolve()}:{os.environ['PATH']}")  # fmt: skip
        ran = subprocess.run(
            [VIM, *headless, "-n", "-u", rc, "-S", script, file], env=env, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60, cwd=self.dir,
        )  # fmt: skip
        self.assertNotRegex(ran.stdout + ran.stderr, r"\bE\d+:")
        return out.read_text().splitlines()

    def test_filetype(self):
        plx, perl, new = self.dir / "a.plx", self.dir / "perl.plx", self.dir / "new.plx"
        plx.write_text("a = 1\n")
        perl.write_text("#!/usr/bin/perl -w\nprint 1;\n")
        settings = "call Say(join([&ft, get(b:, 'current_syntax', ''), &indentexpr, &formatprg, &commentstring], '|'))"
        wanted = ["plx|plx|PlxIndent(v:lnum)|plxc fmt -|# %s"]
        self.assertEqual(self.vim(plx, settings), wanted)
        self.assertEqual(self.vim(new, settings), wanted)
        self.assertEqual(self.vim(perl, "call Say(&ft)"), ["perl"])

    def test_undo(self):
        """Another file type leaves nothing behind."""
        file = self.dir / "a.plx"
        file.write_text("a = 1\n")
        found = self.vim(file, "setfiletype text", "set filetype=text",
                         "call Say(join([&formatprg, &indentexpr, &suffixesadd, exists(':PlxFmt')], '|'))")  # fmt: skip
        self.assertEqual(found, ["|||0"])

    def test_syntax(self):
        say = "call Say(synIDattr(synID(%d, %d, 0), 'name'))"
        found = self.vim(places.SAMPLE, *(say % (p.line, p.column) for p in places.places()))
        self.assertEqual("\n".join(places.differences(WANTED, found)), "")

    def test_indent(self):
        """The indentation of formatted files is kept, and found again when it is lost."""
        for file in places.formatted_files():
            for name, text in ("same", file.read_text()), ("flat", places.flat(file)):
                with self.subTest(file=file.name, from_=name):
                    copy = self.dir / "copy.plx"
                    copy.write_text(text)
                    self.assertEqual(self.vim(copy, "normal! gg=G", "write"), [])
                    self.assertEqual(copy.read_text(), file.read_text())

    def test_typing(self):
        """Lines that are typed one after the other get the indentation of the formatter."""
        file = self.dir / "typed.plx"
        file.write_text("")
        keys = ["a = stage(", "name = 1,", "realize = sh('''", "one", "two", "'''),", ")", "b =", "let", "x = 1", "in", "x"]
        text = "\\<CR>".join(keys)
        self.vim(file, f'execute "normal! i{text}\\<Esc>"', "write")
        self.assertEqual(
            file.read_text(),
            "a = stage(\n  name = 1,\n  realize = sh('''\n    one\n    two\n  '''),\n)\nb =\n  let\n    x = 1\n  in\n  x\n",
        )

    def test_format(self):
        file = self.dir / "a.plx"
        file.write_text("a=[1,\n2]\n\n\n\nb=3\n")
        self.vim(file, "PlxFmt", "write")
        formatted = file.read_text()
        self.assertEqual(formatted, "a = [1, 2]\n\nb = 3\n")
        file.write_text("a=[1,\n2]\n\n\n\nb=3\n")
        self.vim(file, "normal! gggqG", "write")
        self.assertEqual(file.read_text(), formatted)
        file.write_text("a=(1\nb=2\n")
        self.vim(file, "PlxFmt", "write")
        self.assertEqual(file.read_text(), "a=(1\nb=2\n")

    def test_format_on_save(self):
        file = self.dir / "a.plx"
        file.write_text("a=1\n")
        self.vim(file, "let g:plx_fmt_on_save = 1", "write")
        self.assertEqual(file.read_text(), "a = 1\n")

    def test_make(self):
        """What plxc says about a file becomes a list of places."""
        file = self.dir / "a.plx"
        file.write_text("a = 1\n\nb = f(1,\nc = 3\n")
        found = self.vim(
            file,
            "silent make!",
            "for q in filter(getqflist(), 'v:val.valid')",
            "  call Say(json_encode([bufname(q.bufnr), q.lnum, q.col, q.type, q.text]))",
            "endfor",
        )
        self.assertEqual([json.loads(q) for q in found], [["a.plx", 3, 6, "E", "error[E0203]: `(` is never closed"]])


if __name__ == "__main__":
    VIM = sys.argv.pop(1)
    unittest.main()
