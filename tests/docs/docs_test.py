#!/usr/bin/env python3
"""Runs every example of the documentation. PLX_ACCEPT=1 rewrites what examples are said to give.

A page has one folder for all its examples. The words behind a fence say what a block is; readers see only the block.

    ```plx               a module. It is checked: `plxc check` reports what the comments say, and nothing else
                             a = 1 + 2      # => 3                         the value of the binding that begins at or above the line
                             b = 1 + "a"    # E0401: `+` cannot take …     what is reported in that binding
    ```plx file=x.plx    the same; stays in the page's folder under that name. Other languages can be given a name too
    ```plx in=DIR        the same, in a copy of that folder of the repository
    ```plx realize       the same; its public stages are realized
    ```output            behind a plx block: all that `plxc eval` prints for it
    ```error             behind a plx block: all that `plxc check` prints for it, but for the last line, the count
    ```console           lines that begin with `$ ` are run by a shell, below them is what they print: standard output, and
                         standard error where they fail. `…` stands for anything, a line of it for any lines. The user is ada
    ```repl              what `plxc repl` shows: behind `plx> ` and `...> ` stands what is typed, below it what is printed; one
                         session for a block, `file=x.plx` is loaded

In docs/errors each page has examples below `## Wrong` and `## Right`. A plx block, if it has no name, gives exactly the code
of its page there, and here nothing at all: from `plxc check`, and if that has nothing to say, from `plxc test`. A console block
prints a diagnostic of that code there, and here no diagnostic, and its commands succeed; standard error is always a part of it.
Blocks of other kinds are not for plx.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from blocks import Page

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PLXC = os.environ.get("PLXC", str(REPOSITORY / "build/dev/plxc"))
ACCEPT = os.environ.get("PLX_ACCEPT") == "1"
HOME = "/home/ada"
# Codes that the command line never prints: when it is interrupted it says just that instead.
WITHOUT_EXAMPLES = {"E0425"}
SAYS = re.compile(r"^(?P<code>.*?\S)(?P<space> +)# (?P<says>=> .*|[EW]\d{4}: .*)$")
BINDING = re.compile(r"[A-Za-z_]")
NAME = re.compile(r"(?:param +)?([A-Za-z_]\w*)")


class Reader:
    """One page's folder, and what is wrong with the page."""

    def __init__(self, path):
        self.page = Page(path)
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="plx-docs-")).resolve()
        self.folder = self.top / "work"
        self.folder.mkdir()
        self.faults = []
        self.changed = False
        self.count = 0

    def close(self):
        for folder, _, _ in os.walk(self.top):  # the store's are read-only
            os.chmod(folder, 0o755)
        shutil.rmtree(self.top)

    def fault(self, block, text):
        self.faults.append(f"{self.page.path.relative_to(REPOSITORY)}:{block.line}: {text}")

    def run(self, command, folder=None, typed=None):
        environment = {
            "HOME": str(self.top),
            "LANG": "C.UTF-8",
            "PATH": f"{pathlib.Path(PLXC).parent}:{os.environ['PATH']}",
            "PLX_FSYNC": "off",
            "USER": "ada",
        }
        done = subprocess.run(
            command, cwd=folder or self.folder, env=environment, capture_output=typed is None, text=True, timeout=100, check=False,
            **({} if typed is None else {"input": typed, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT})
        )
        done.stderr = done.stderr or ""
        done.stdout, done.stderr = (text.replace(str(self.top), HOME) for text in (done.stdout, done.stderr))
        return done

    def expect(self, block, lines, what):
        """Compares the lines of a block, which may hold …, or accepts what there is."""
        if matches(block.lines, lines):
            return
        if ACCEPT:
            block.lines, self.changed = lines, True
        else:
            self.fault(block, f"{what} gives\n" + "".join(f"    {line}\n" for line in lines))


def matches(wanted, got):
    """Like a file name pattern, with … for *, by lines."""
    pattern = "\n".join(re.escape(line).replace("…", ".*") if line != "…" else "\0" for line in wanted)
    pattern = re.sub("\n\0\n|\0\n|\n\0|\0", lambda m: r"(?:\n|\n[\s\S]*\n)" if len(m[0]) == 3 else r"[\s\S]*", pattern)
    return re.fullmatch(pattern, "\n".join(got)) is not None


def diagnostics(reader, folder, name, command="check"):
    """What `plxc check` reports, as (line, code, message)."""
    done = reader.run([PLXC, command, "--error-format=json", name], folder)
    found = []
    for text in done.stderr.splitlines():
        diag = json.loads(text)
        primary = next((label for label in diag["labels"] if label["primary"]), {"line": 0})
        found.append((primary["line"], diag["code"], diag["message"]))
    return found


def bindings(lines):
    """For each line the number of the line where its binding begins."""
    start, starts = 0, []
    for number, line in enumerate(lines):
        if BINDING.match(line) and not line.startswith("else"):
            start = number
        starts.append(start)
    return starts


def check_reports(reader, block, folder, name):
    """The reports that comments announce are those that there are."""
    starts = bindings(block.lines)
    found = diagnostics(reader, folder, name)
    for number, line in enumerate(block.lines):
        says = SAYS.match(line)
        if not says or says["says"].startswith("=>"):
            continue
        here = [d for d in found if 0 < d[0] <= len(starts) and starts[d[0] - 1] == starts[number]]
        shown = [f"{code}: {message}" for _, code, message in here]
        if says["says"] in shown:
            found.remove(here[shown.index(says["says"])])
        elif ACCEPT and len(here) == 1:
            block.lines[number] = f"{says['code']}{says['space']}# {shown[0]}"
            reader.changed = True
            found.remove(here[0])
        else:
            reader.fault(block, f"`{line.strip()}`: there is {', '.join(shown) or 'no report'}")
    for at, code, message in found:
        reader.fault(block, f"line {at}: nobody expects {code}: {message}")


def one_line(text):
    text = re.sub(r"\s*\n\s*", " ", text.strip())
    return re.sub(r",( [\]}])|,([\])])", r"\1\2", text)


def check_values(reader, block, folder, name):
    starts = bindings(block.lines)
    for number, line in enumerate(block.lines):
        says = SAYS.match(line)
        if not says or not says["says"].startswith("=>"):
            continue
        binding = NAME.match(block.lines[starts[number]])[1]
        done = reader.run([PLXC, "eval", name, "-e", binding], folder)
        value = f"=> {one_line(done.stdout)}"
        if done.returncode != 0:
            reader.fault(block, f"`{binding}` cannot be evaluated:\n{done.stderr}")
        elif value == says["says"]:
            continue
        elif ACCEPT:
            block.lines[number] = f"{says['code']}{says['space']}# {value}"
            reader.changed = True
        else:
            reader.fault(block, f"`{binding}` {value}, not {says['says']}")


def folder_of(reader, block):
    if "in" not in block.options:
        return reader.folder
    reader.count += 1
    copy = reader.top / f"in-{reader.count}"
    shutil.copytree(REPOSITORY / block.options["in"], copy)
    return copy


def place(reader, block):
    """Writes a block to a file; gives the folder and the name."""
    folder = folder_of(reader, block)
    reader.count += 1
    name = block.options.get("file", f"example-{reader.count}.plx")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")
    return folder, name


def check_module(reader, block, following):
    folder, name = place(reader, block)
    if following and following.kind == "error":
        done = reader.run([PLXC, "check", name], folder)
        lines = done.stderr.replace(name, "example.plx").splitlines()
        reader.expect(following, [line for line in lines if not line.startswith("plxc: ")], "`plxc check`")
        return
    check_reports(reader, block, folder, name)
    check_values(reader, block, folder, name)
    if "realize" in block.options:
        done = reader.run([PLXC, "realize", name], folder)
        if done.returncode != 0:
            reader.fault(block, f"`plxc realize` ends with {done.returncode}\n{done.stderr}")
    if following and following.kind == "output":
        done = reader.run([PLXC, "eval", name], folder)
        reader.expect(following, (done.stderr + done.stdout).splitlines(), "`plxc eval`")


def split_console(lines):
    """[command, lines below it] …; a backslash at a line's end continues a command."""
    steps = []
    for line in lines:
        if line.startswith("$ ") or (steps and steps[-1][0].endswith("\\") and not steps[-1][1]):
            if line.startswith("$ "):
                steps.append([line, []])
            else:
                steps[-1][0] += "\n" + line
        elif steps:
            steps[-1][1].append(line)
        else:
            raise ValueError("a console block begins with a command")
    return steps


def check_console(reader, block, errors="where it fails"):
    """Returns the exit statuses, and all that was printed."""
    lines, statuses, printed = [], [], ""
    for command, wanted in split_console(block.lines):
        done = reader.run(["sh", "-c", command[2:]])
        statuses.append(done.returncode)
        printed += done.stdout + done.stderr
        got = (done.stdout + (done.stderr if done.returncode or errors == "always" else "")).splitlines()
        if matches(wanted, got):
            got = wanted
        elif not ACCEPT:
            shown = "".join(f"    {line}\n" for line in got)
            reader.fault(block, f"`{command}` ends with {done.returncode} and prints\n{shown}{done.stderr if not done.returncode else ''}")
        lines += command.split("\n") + got
    if ACCEPT and lines != block.lines:
        block.lines, reader.changed = lines, True
    return statuses, printed


def split_repl(lines):
    """[the lines that are typed, the lines below them] …"""
    steps = []
    for line in lines:
        if line.startswith("plx> "):
            steps.append([[line], []])
        elif line.startswith("...>") and steps and not steps[-1][1]:
            steps[-1][0].append(line)
        elif steps:
            steps[-1][1].append(line)
        else:
            raise ValueError("a repl block begins with something typed")
    return steps


def check_repl(reader, block):
    steps = split_repl(block.lines)
    # What an input printed ends where the print of a text that nobody else writes begins; that leaves `it` alone.
    typed = "".join("\n".join(line[5:] for line in step[0]) + f'\n:print "end of {i}"\n' for i, step in enumerate(steps))
    file = [block.options["file"]] if "file" in block.options else []
    rest = reader.run([PLXC, "repl", *file], typed=typed).stdout
    # That print counts as an input.
    rest = re.sub(r"<repl:(\d+)>", lambda m: f"<repl:{(int(m[1]) + 1) // 2}>", rest)
    lines = []
    for i, (inputs, wanted) in enumerate(steps):
        printed, found, rest = rest.partition(f'"end of {i}"\n')
        got = printed.splitlines()
        if matches(wanted, got):
            got = wanted
        elif not ACCEPT:
            reader.fault(block, f"`{inputs[0]}` prints\n" + "".join(f"    {line}\n" for line in got))
        if not found:
            reader.fault(block, f"`{inputs[0]}` does not come to its end")
            return
        lines += inputs + got
    if ACCEPT and lines != block.lines:
        block.lines, reader.changed = lines, True


def check_page(reader):
    blocks = reader.page.blocks
    for block, following in zip(blocks, blocks[1:] + [None]):
        if block.kind == "plx":
            check_module(reader, block, following if following and following.adjacent else None)
        elif block.kind == "console":
            check_console(reader, block)
        elif block.kind == "repl":
            check_repl(reader, block)
        elif block.kind in ("output", "error"):
            if not block.adjacent:
                reader.fault(block, f"an {block.kind} without the example that it belongs to")
        elif "file" in block.options:
            place(reader, block)


def check_error_page(reader):
    code = reader.page.path.stem
    if not reader.page.lines[0].startswith(f"# {code}: "):
        reader.faults.append(f"docs/errors/{code}.md: the title is no `# {code}: …`")
    headings = [block.heading for block in reader.page.blocks if block.kind == "plx" and "file" not in block.options]
    if headings.count("Wrong") != headings.count("Right"):
        reader.faults.append(f"docs/errors/{code}.md: not as many right examples as wrong ones")
    shown = set()
    for block in reader.page.blocks:
        if block.kind == "console":
            check_error_console(reader, block, code)
        elif block.kind == "plx" and "file" not in block.options:
            check_error_module(reader, block, code)
        else:
            if "file" in block.options:
                place(reader, block)
            continue
        shown.add(block.heading)
    for missing in {"Wrong", "Right"} - shown if code not in WITHOUT_EXAMPLES else ():
        reader.faults.append(f"docs/errors/{code}.md: no example below `## {missing}`")


def check_error_module(reader, block, code):
    folder, name = place(reader, block)
    codes = sorted({found[1] for found in diagnostics(reader, folder, name) or diagnostics(reader, folder, name, "test")})
    if block.heading == "Wrong" and codes != [code]:
        reader.fault(block, f"the wrong example gives {' '.join(codes) or 'nothing'}")
    if block.heading == "Right" and codes:
        reader.fault(block, f"the right example gives {' '.join(codes)}")


def check_error_console(reader, block, code):
    statuses, printed = check_console(reader, block, errors="always")
    if block.heading == "Wrong" and f"[{code}]" not in printed:
        reader.fault(block, f"the wrong example does not show {code}")
    if block.heading == "Right" and (any(statuses) or re.search(r"\[[EW]\d{4}\]", printed)):
        reader.fault(block, "the right example fails, or shows a diagnostic")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+")
    failed = 0
    for path in parser.parse_args().pages:
        reader = Reader(pathlib.Path(path).resolve())
        try:
            if reader.page.path.parent.name == "errors":
                check_error_page(reader)
            else:
                check_page(reader)
            if reader.changed:
                reader.page.save()
                print(f"accepted: {path}")
        finally:
            reader.close()
        for fault in reader.faults:
            print(fault)
        failed += bool(reader.faults)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
