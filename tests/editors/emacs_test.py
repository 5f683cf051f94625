"""Emacs in batch mode, with editors/emacs/plx-mode.el."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import places

PLUGIN = places.HERE.parents[1] / "editors/emacs"
PLXC = Path(os.environ["PLXC"])

# What a kind of place is, by the face.
WANTED = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "doc": "font-lock-doc-face",
        "comment": "font-lock-comment-face",
        "binding": "font-lock-keyword-face",
        "definition": "font-lock-variable-name-face",
        "function": "font-lock-function-name-face",
        "type": "font-lock-type-face",
        "number": "plx-number-face",
        "string": "font-lock-string-face",
        "text": "font-lock-string-face",
        "constant": "font-lock-constant-face",
        "keyword": "font-lock-keyword-face",
        "field": "font-lock-variable-name-face",
        "builtin": "font-lock-builtin-face",
        "path": "plx-path-face",
        "escape": "plx-escape-face",
        "badescape": "font-lock-warning-face",
        "textescape": "plx-escape-face",
        "interpolation": "plx-interpolation-face",
        "operator": "nil",
        "code": "nil",
        # A script is a string.
        **dict.fromkeys(
            ["shcomment", "shkeyword", "shstring", "pykeyword", "pycomment", "pystring"], "font-lock-string-face"
        ),
    }.items()
}


class Emacs(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.dir = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.dir)

    def emacs(self, *forms, file=None):
        """Evaluates the forms in the file's buffer; what they give to `say' are the lines of the result, as Lisp prints it."""
        script = self.dir / "script.el"
        script.write_text(
            "(setq make-backup-files nil create-lockfiles nil)\n"
            "(defun say (value) (princ (format \"%S\\n\" value)))\n" + "\n".join(forms)
        )
        env = dict(os.environ, HOME=str(self.dir), PATH=f"{PLXC.parent.resolve()}:{os.environ['PATH']}")
        visit = [str(file)] if file else []
        ran = subprocess.run(
            ["emacs", "-Q", "--batch", "-L", PLUGIN, "-l", "plx-mode", *visit, "-l", script],
            env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, cwd=self.dir,
        )  # fmt: skip
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout.splitlines()

    def write(self, text):
        file = self.dir / "a.plx"
        file.write_text(text)
        return file

    def test_compiles(self):
        """Without a warning."""
        shutil.copy(PLUGIN / "plx-mode.el", self.dir)
        copy = json.dumps(str(self.dir / "plx-mode.el"))
        found = self.emacs(f"(setq byte-compile-error-on-warn t) (say (byte-compile-file {copy}))")
        self.assertEqual(found, ["t"])

    def test_mode(self):
        found = self.emacs("(say major-mode)", file=self.write("a = 1\n"))
        self.assertEqual(found, ["plx-mode"])

    def test_faces(self):
        say = "(say (or (let ((face (get-text-property %d 'face))) (if (consp face) (car face) face))))"
        forms = [say % (p.offset + 1) for p in places.places()]
        found = self.emacs("(font-lock-ensure)", *forms, file=places.SAMPLE)
        self.assertEqual("\n".join(places.differences(WANTED, found)), "")

    def test_faces_after_edits(self):
        """What is coloured piece by piece while it is written is the same in the end."""
        text = places.SAMPLE.read_text()
        colours = "(say (let (all) (dotimes (i (buffer-size)) (push (get-text-property (1+ i) 'face) all)) all))"
        whole = self.emacs("(font-lock-ensure)", colours, file=places.SAMPLE)
        forms = ["(defun add (text) (goto-char (point-max)) (insert text) (font-lock-ensure))"]
        forms += [f"(add {json.dumps(line)})" for line in text.splitlines(keepends=True)]
        # And what is undone leaves nothing.
        forms += ["(goto-char 1) (insert \"x = '''~{\") (font-lock-ensure)", "(delete-region 1 10) (font-lock-ensure)"]
        self.assertEqual(self.emacs(*forms, colours, file=self.write("")), whole)

    def test_brackets(self):
        """Brackets match, also in interpolations, and those in strings are none."""
        file = self.write('a = f("(~{g("}", { b = "]" })}[~{x}", \'\'\'\n  ~{[\'\'\'{\'\'\', "~{y}~{z}"]}(\n\'\'\')\n')
        find = '(goto-char (point-min)) (search-forward "%s") (goto-char (match-beginning 0)) (forward-sexp) (say (point))'
        text = file.read_text()
        pairs = [('(\\"(', ")\n"), ("{g", "}[~"), ("{ b", "})"), ("{x", '}", '), ("['''", "]}("), ("{y", "}~"), ("{z", '}"]')]
        found = self.emacs(*(find % opening for opening, _ in pairs), file=file)
        for (opening, closing), end in zip(pairs, found, strict=True):
            with self.subTest(opening=opening):
                self.assertEqual(int(end), text.rindex(closing) + 2)

    def test_indent(self):
        """The indentation of formatted files is kept, and found again when it is lost."""
        forms, wanted = [], []
        for i, file in enumerate(places.formatted_files()):
            for name, text in ("same", file.read_text()), ("flat", places.flat(file)):
                copy = self.dir / f"{i}-{name}.plx"
                copy.write_text(text)
                wanted.append((copy, file))
                forms.append(f"(find-file {json.dumps(str(copy))})")
                forms.append("(let ((inhibit-message t)) (indent-region (point-min) (point-max)) (save-buffer))")
        self.emacs(*forms)
        for copy, file in wanted:
            with self.subTest(file=file.name, from_=copy.name):
                self.assertEqual(copy.read_text(), file.read_text())

    def test_typing(self):
        lines = ["a = stage(", "name = 1,", "realize = sh('''", "one", "two", "'''),", ")", "b =", "let", "x = 1", "in", "x"]
        forms = [f"(insert {json.dumps(line)}) (indent-according-to-mode) (newline-and-indent)" for line in lines]
        file = self.write("")
        self.emacs(*forms, "(let ((inhibit-message t)) (save-buffer))", file=file)
        self.assertEqual(
            file.read_text().rstrip(" \n"),
            "a = stage(\n  name = 1,\n  realize = sh('''\n    one\n    two\n  '''),\n)\nb =\n  let\n    x = 1\n  in\n  x",
        )

    def test_format(self):
        file = self.write("a=[1,\n2]\n\n\n\nb=3\n")
        self.emacs("(plx-format-buffer) (save-buffer)", file=file)
        self.assertEqual(file.read_text(), "a = [1, 2]\n\nb = 3\n")
        self.write("a=(1\nb=2\n")
        self.emacs("(plx-format-buffer) (set-buffer-modified-p t) (save-buffer)", file=file)
        self.assertEqual(file.read_text(), "a=(1\nb=2\n")

    def test_format_on_save(self):
        file = self.write("a=1\n")
        self.emacs("(setq plx-format-on-save t) (set-buffer-modified-p t) (save-buffer)", file=file)
        self.assertEqual(file.read_text(), "a = 1\n")

    def test_flymake(self):
        file = self.write("a = 1\n\nb = f(1,\nc = 3\n")
        found = self.emacs(
            "(flymake-mode 1)",
            "(let (done) (plx-flymake (lambda (found &rest _)"
            " (setq done t) (dolist (d found) (say (list (flymake-diagnostic-beg d) (flymake-diagnostic-end d)"
            " (flymake-diagnostic-type d) (flymake-diagnostic-text d))))))"
            " (while (not done) (accept-process-output)))",
            file=file,
        )
        self.assertEqual("\n".join(found), '(13 14 :error "`(` is never closed [E0203]\nno `)` closes it")')

    def test_index_and_motion(self):
        found = self.emacs(
            "(require 'imenu) (dolist (e (imenu--make-index-alist t)) (say (if (consp (cdr e))"
            " (cons (car e) (mapcar #'car (cdr e))) (car e))))",
            "(goto-char (point-max)) (beginning-of-defun) (say (line-number-at-pos))",
            "(beginning-of-defun) (say (line-number-at-pos)) (end-of-defun) (say (line-number-at-pos))",
            file=self.write("param p: Int\ntype T = Int\ntest \"t\" =\n  true\nf(x) = '''\nno = 1\n'''\n\nv = 1\n"),
        )
        self.assertEqual(
            found, ['"*Rescan*"', '("Tests" "t")', '("Types" "T")', '("Params" "p")', '"f"', '"v"', "9", "5", "8"]
        )


if __name__ == "__main__":
    unittest.main()
