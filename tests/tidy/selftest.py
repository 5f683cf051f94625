#!/usr/bin/env python3
"""tidy.py has to find what is wrong: runs each check on a small tree full of faults and compares all of the output.

selftest.py CC CLANG_FORMAT OBJDUMP
"""
import pathlib
import subprocess
import sys
import tempfile

TIDY = pathlib.Path(__file__).with_name("tidy.py")

TREE = {
    "tests/tidy/exemptions.txt": "# comment\nbanned lib/base/a.c:abort why\nbanned lib/base/a.c:gets not there\nsize lib/base/long.c:exempt why\n",
    "lib/base/a.h": "#pragma once\nint a(struct unknown *);\n",
    "lib/base/b.h": "int b(void);\n",
    "lib/base/a.c": '#include "base/b.h"\n#include "eval/value.h"\n#include "b.h"\n#include <store/ref.h>\n'
                    '#include "generated.h"\n'
                    '// printf("in a comment")\nstatic const char *s = "printf(\\"in a text\\")";\n'
                    "int counter;\nstatic const int constant = 1;\nconst char *const table[] = {\"x\"};\n"
                    "void a(void)\n{\n    printf(s);\n    x.printf(s);\n    x->printf(s);\n    abort();\n    fputs(s, stderr);\n}\n",
    "lib/base/long.c": "static int\nlong_one(int x,\n         int y)\n{\n" + "    x++;\n" * 71 + "}\n\n"
                       "PRINTF_LIKE(1, 2) int just_right(int x)\n{\n" + "    x++;\n" * 70 + "}\n\n"
                       "int exempt(void)\n{\n" + "    x++;\n" * 71 + "}\n",
    "lib/eval/value.c": '#include "syntax/ast.h"\n#include "store/ref.h"\n#include "engine/plan.h"\n'
                        'x = "E0401"; y = "W0402"; z = "E0499";  // "E0403"\n' + "\n" * 998,
    "lib/driver/load.c": '#include "eval/value.h"\n#include "engine/plan.h"\n#include "main.h"\n',
    "lib/engine/run.c": '#include "store/ref.h"\n#include "base/arena.h"\n#include "syntax/ast.h"\n',
    "src/main.c": '#include "anything.h"\nint main(void)\n{\n    printf("fine here");\n    return atoi("1");\n}\n',
    "grammar/parser.y": "x\n" * 1000,
    "stdlib/a.plx": "x = 1\n" * 1001,
    "docs/errors/E0401.md": "# E0401: title\n\nText.\n\n## Wrong\n\n```plx\nx\n```\n\n## Right\n\n```plx\nx\n```\n",
    "docs/errors/W0402.md": "# W0402 title\n## Wrong\n```plx\n```\n## Right\n",
    "docs/errors/E0404.md": "# E0404: title\n\nText.\n\n## When\n\n## What to do\n",
    "docs/errors/odd.md": "# odd: x\ntext\n## Other\n",
}

EXPECTED = {
    "layers": """\
lib/base/a.c:2: base may not include eval/value.h
lib/base/a.c:3: write "base/b.h"
lib/base/a.c:4: store/ref.h is ours, write "store/ref.h"
lib/engine/run.c:3: engine may not include syntax/ast.h
lib/eval/value.c:2: eval may not include store/ref.h
lib/eval/value.c:3: eval may not include engine/plan.h
""",
    "size": """\
lib/base/long.c:1: long_one has 71 lines, at most 70 are allowed
lib/eval/value.c: 1002 lines, at most 1000 are allowed
stdlib/a.plx: 1001 lines, at most 1000 are allowed
""",
    "banned": """\
lib/base/a.c:13: printf is banned
lib/base/a.c:17: the library does not write to stderr
src/main.c:5: atoi is banned
tests/tidy/exemptions.txt: lib/base/a.c:gets needs no exemption
""",
    "codes": """\
lib/eval/value.c:4: E0499 has no page docs/errors/E0499.md
docs/errors/E0404.md: nothing reports E0404
docs/errors/W0402.md: does not begin with `# W0402: title`
docs/errors/W0402.md: no example under Right
docs/errors/W0402.md: no paragraph behind the title
docs/errors/odd.md: is not named after a code
docs/errors/odd.md: the sections are ['Other'], not When and What to do, Wrong and Right, or two of them
""",
}


def run(root, *arguments):
    done = subprocess.run([sys.executable, TIDY, "--root", root, *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: got\n{got}\nwanted\n{wanted}")


def main():
    cc, clang_format, objdump = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in TREE.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for check, output in EXPECTED.items():
            expect(check, run(root, check), (1, output))

        status, output = run(root, "headers", cc)
        places = [line for line in output.splitlines() if line.startswith("lib/")]
        expect("headers", (status, places), (1, ["lib/base/a.h: does not compile alone:", "lib/base/b.h: no #pragma once"]))

        (root / "lib/base/layout.c").write_text("int x;\nint  y;\n\n\nint f(void)\n{\n  return 0;\n}\n")
        (root / ".clang-format").write_text("BasedOnStyle: LLVM\nIndentWidth: 4\nBreakBeforeBraces: Linux\n"
                                          "AllowShortFunctionsOnASingleLine: None\n")
        status, output = run(root, "format", clang_format)
        line = next((line for line in output.splitlines() if "layout.c" in line), output)
        expect("format", (status, line), (1, "lib/base/layout.c: clang-format would change lines 2, 6"))

        source = root / "globals.c"
        source.write_text("static int hidden;\nint *p = &hidden;\nstatic const int constant = 1;\n"
                          "const char *const table[] = {\"x\"};\n"
                          "int f(void) { static int counter; return ++counter + constant + hidden; }\n")
        subprocess.run([cc, "-fPIE", "-c", source, "-o", root / "globals.o"], check=True)
        subprocess.run(["ar", "rcs", root / "libx.a", root / "globals.o"], check=True)
        status, output = run(root, "globals", objdump, root / "libx.a")
        names = sorted(line.split(": ")[1].split(" ")[0].split(".")[0] for line in output.splitlines())
        expect("globals", (status, names), (1, ["counter", "hidden", "p"]))


main()
