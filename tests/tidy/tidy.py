#!/usr/bin/env python3
"""Checks house rules: tidy.py --root DIR CHECK [ARGUMENTS]. Prints each fault as PATH:LINE: what, and exits with 1 if there is one."""
import argparse
import pathlib
import re
import subprocess
import sys

LAYERS = {  # who may include whom
    "base": ["base"],
    "syntax": ["base", "syntax"],
    "eval": ["base", "syntax", "eval"],
    "store": ["base", "store"],
    "engine": ["base", "store", "engine"],
    "driver": ["base", "syntax", "eval", "store", "engine", "driver"],
}
FILE_LINES = 1000
FUNCTION_LINES = 70
CLANG_FORMAT_VERSION = 14

# In all C files: there is always a bounded or reentrant one.
BANNED = "gets strcpy strcat strncpy strncat stpcpy sprintf vsprintf strtok atoi atol atoll atof setjmp longjmp sigsetjmp siglongjmp alloca"
# The library prints nothing and never ends the process.
BANNED_IN_LIB = "printf vprintf puts putchar perror err errx warn warnx exit quick_exit abort system assert"


class Checker:
    def __init__(self, root):
        self.root = root
        self.faults = []
        self.exemptions = {}

    def fault(self, where, what):
        self.faults.append(f"{where}: {what}")

    def load_exemptions(self, check):
        for line in (self.root / "tests/tidy/exemptions.txt").read_text().splitlines():
            if line and not line.startswith("#"):
                rule, what, _reason = line.split(maxsplit=2)
                if rule == check:
                    self.exemptions[what] = False

    def is_exempt(self, what):
        if what in self.exemptions:
            self.exemptions[what] = True
            return True
        return False

    def refuse_stale_exemptions(self):
        for what, used in self.exemptions.items():
            if not used:
                self.fault("tests/tidy/exemptions.txt", f"{what} needs no exemption")

    def files(self, folders, suffixes):
        found = []
        for folder in folders:
            found += [p for p in (self.root / folder).rglob("*") if p.suffix in suffixes and p.is_file()]
        return [(str(p.relative_to(self.root)), p.read_text(encoding="utf-8", errors="replace")) for p in sorted(found)]


def code_only(text):
    """The text with comments and literals blanked; lines stay where they are."""
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.S)


def without_comments(text):
    pattern = r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/'
    return re.sub(pattern, lambda m: m[1] or re.sub(r"[^\n]", " ", m[0]), text, flags=re.S)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def check_layers(c, _arguments):
    for path, text in c.files(["lib"], {".c", ".h"}):
        layer = path.split("/")[1]
        for m in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^">]+)[">]', text, flags=re.M):
            where, target = f"{path}:{line_of(text, m.start())}", m[2]
            included = target.split("/")[0]
            if m[1] == "<":
                if included in LAYERS:
                    c.fault(where, f'{target} is ours, write "{target}"')
            elif "/" not in target:
                # Only what the build generates lies without a folder.
                if (c.root / path).with_name(target).exists():
                    c.fault(where, f'write "{layer}/{target}"')
            elif included not in LAYERS[layer]:
                c.fault(where, f"{layer} may not include {target}")


def functions(text):
    """(name, first line, lines of the body) of each function in clang-formatted C."""
    lines = code_only(text).split("\n")
    for start, line in enumerate(lines):
        if line != "{":
            continue
        end = next(i for i in range(start, len(lines)) if lines[i].startswith("}"))
        head = start
        while head > 0 and lines[head - 1] and not re.search(r"[};]\s*$|^#", lines[head - 1]):
            head -= 1
        signature = re.sub(r"__attribute__\s*\(\(.*?\)\)|\b[A-Z_]+\b\s*\([^()]*\)", "", " ".join(lines[head:start]))
        name = re.search(r"(\w+)\s*\(", signature)
        yield (name[1] if name else "?"), head + 1, end - start - 1


def check_size(c, _arguments):
    suffixes = {".c", ".h", ".re", ".y", ".py", ".sh", ".plx", ".cmake", ".txt"}
    for path, text in c.files(["lib", "src", "grammar", "stdlib", "tests"], suffixes):
        is_data = path.startswith("tests/") and path.endswith(".txt") and not path.endswith("CMakeLists.txt")
        count = text.count("\n")
        if count > FILE_LINES and not is_data and not c.is_exempt(path):
            c.fault(path, f"{count} lines, at most {FILE_LINES} are allowed")
        if path.endswith((".c", ".h")):
            for name, line, length in functions(text):
                if length > FUNCTION_LINES and not c.is_exempt(f"{path}:{name}"):
                    c.fault(f"{path}:{line}", f"{name} has {length} lines, at most {FUNCTION_LINES} are allowed")


def check_banned(c, _arguments):
    for path, text in c.files(["lib", "src", "tests"], {".c", ".h"}):
        names = BANNED.split() + (BANNED_IN_LIB.split() if path.startswith("lib/") else [])
        pattern = rf"(?<![\w.])(?<!->)({'|'.join(names)})\s*\("
        code = code_only(text)
        for m in re.finditer(pattern, code):
            if not c.is_exempt(f"{path}:{m[1]}"):
                c.fault(f"{path}:{line_of(code, m.start())}", f"{m[1]} is banned")
        if path.startswith("lib/"):
            for m in re.finditer(r"\b(stdout|stderr)\b", code):
                if not c.is_exempt(f"{path}:{m[1]}"):
                    c.fault(f"{path}:{line_of(code, m.start())}", f"the library does not write to {m[1]}")


def check_headers(c, compiler):
    """Each header compiles alone, and twice."""
    for path, text in c.files(["lib", "src"], {".h"}):
        name = path.split("/", 1)[1]
        if "#pragma once" not in text:
            c.fault(path, "no #pragma once")
        include = ["-I", str(c.root / "lib")] + (["-I", str(c.root / "src")] if path.startswith("src/") else [])
        source = f'#include "{name}"\n#include "{name}"\n'
        run = subprocess.run(
            [*compiler, *include, "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c", "-"],
            input=source, capture_output=True, text=True)
        if run.returncode:
            c.fault(path, "does not compile alone:\n" + run.stderr)


def check_codes(c, _arguments):
    used = {}
    for path, text in c.files(["lib", "src", "grammar"], {".c", ".h", ".re", ".y"}):
        code = without_comments(text)
        for m in re.finditer(r'"([EW]\d{4})"', code):
            used.setdefault(m[1], f"{path}:{line_of(code, m.start())}")
    for path, text in c.files(["stdlib"], {".plx"}):
        for m in re.finditer(r'_fail\(\s*"([EW]\d{4})"', text):
            used.setdefault(m[1], f"{path}:{line_of(text, m.start())}")
    pages = {p.stem: p for p in (c.root / "docs/errors").glob("*.md")}
    for code in sorted(used.keys() - pages.keys()):
        c.fault(used[code], f"{code} has no page docs/errors/{code}.md")
    for code, page in sorted(pages.items()):
        where, text = f"docs/errors/{page.name}", page.read_text(encoding="utf-8")
        if not re.fullmatch(r"[EW]\d{4}", code):
            c.fault(where, "is not named after a code")
        elif code not in used:
            c.fault(where, f"nothing reports {code}")
        if not text.startswith(f"# {code}: "):
            c.fault(where, f"does not begin with `# {code}: title`")
        check_page_form(c, where, text)


def check_page_form(c, where, text):
    # In an example `##` begins documentation.
    text = re.sub(r"^```.*?^```$", lambda block: block[0].replace("\n#", "\n "), text, flags=re.M | re.S)
    sections = re.split(r"^## (.*)$", text, flags=re.M)
    titles, bodies = sections[1::2], sections[2::2]
    if titles not in (["Wrong", "Right"], ["When", "What to do", "Wrong", "Right"], ["When", "What to do"]):
        c.fault(where, f"the sections are {titles}, not When and What to do, Wrong and Right, or two of them")
    for title, body in zip(titles, bodies):
        if title in ("Wrong", "Right") and "```plx\n" not in body and "```console\n" not in body:
            c.fault(where, f"no example under {title}")
    if not sections[0].split("\n", 1)[-1].strip():
        c.fault(where, "no paragraph behind the title")


def check_format(c, arguments):
    if not arguments or arguments[0].endswith("NOTFOUND"):
        sys.exit("clang-format is not installed")
    tool = arguments[0]
    version = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
    if f"version {CLANG_FORMAT_VERSION}." not in version:
        sys.exit(f"clang-format {CLANG_FORMAT_VERSION} is needed, other versions decide otherwise: {version}")
    paths = [str(c.root / path) for path, _ in c.files(["lib", "src", "tests"], {".c", ".h"})]
    run = subprocess.run([tool, "--dry-run", *paths], capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    places = re.findall(r"^(.*?):(\d+):\d+: warning: .*\[-Wclang-format-violations\]$", run.stderr, flags=re.M)
    for path in dict.fromkeys(path for path, _ in places):
        lines = dict.fromkeys(line for p, line in places if p == path)
        c.fault(str(pathlib.Path(path).relative_to(c.root)), f"clang-format would change lines {', '.join(lines)}")


def check_globals(c, arguments):
    """No variable of a library is in a section that can be written while it runs."""
    objdump, *libraries = arguments
    for library in libraries:
        out = subprocess.run([objdump, "-t", library], capture_output=True, text=True, check=True).stdout
        member = "?"
        for line in out.splitlines():
            if m := re.match(r"^(\S+\.o):\s", line):
                member = m[1]
            m = re.match(r"^[0-9a-f]+ ......O (\S+)\s+[0-9a-f]+ (?:\.hidden )?(\S+)$", line)
            if not m or m[1].startswith((".rodata", ".data.rel.ro")) or c.is_exempt(re.sub(r"\.\d+$", "", m[2])):
                continue
            c.fault(f"{pathlib.Path(library).name}({member})", f"{m[2]} is a global that can change")


def main():
    checks = {n[len("check_"):]: f for n, f in globals().items() if n.startswith("check_") and n != "check_page_form"}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("check", choices=checks)
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    checker = Checker(arguments.root.resolve())
    checker.load_exemptions(arguments.check)
    checks[arguments.check](checker, arguments.arguments)
    checker.refuse_stale_exemptions()
    print("\n".join(checker.faults) or f"{arguments.check}: nothing to complain about")
    sys.exit(1 if checker.faults else 0)


main()
