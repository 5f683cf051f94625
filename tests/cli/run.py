#!/usr/bin/env python3
"""Runs transcripts of plxc and compares them, whole.

usage: run.py PLXC CASE.t [FOLDER…]      (PLX_ACCEPT=1 rewrites the case; FOLDERs are added to PATH)

A case is a text:

    # a comment; blank lines are free
    --- pipeline.plx        a file, made before the command that follows it; ends at a line `---`
    x = 1
    ---
    $ plxc eval pipeline.plx#x        a command for sh, in a fresh folder that is the same for all of a case
    > | cat                           goes on
    | 1                               its standard output, line by line
    ! plxc: …                         its standard error
    ? 3                               its exit status, if that is not 0

`\\` alone behind `|` or `!` says that the line before it did not end in a newline. plxc is first in PATH; PLX_ROOT is $CASE/root;
there is no terminal, and the environment holds nothing else. What differs from run to run is replaced, in `normalise` and
nowhere else.
"""
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

TIMEOUT = 120


class Normaliser:
    """Replaces what differs from run to run; equal hashes stay equal within a case."""

    def __init__(self, folder, bin_folder):
        self.folder = folder
        self.bin = bin_folder  # where plxc is
        self.hashes = {}

    def hash_name(self, match):
        return self.hashes.setdefault(match[0], f"HASH{len(self.hashes) + 1}")

    def normalise(self, text):
        text = text.replace(self.folder, "$CASE").replace(self.bin, "$BIN")
        # Halves of a SHA-256, as refs have them, and whole ones.
        text = re.sub(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b", self.hash_name, text)
        # Durations, as cli_duration prints them; what aligns them in a column goes as well.
        text = re.sub(r"(?<=  ) *(?:\d+ ms|\d+\.\d s|\d+ min \d\d s)\b", "TIME", text)
        text = re.sub(r"\b(?:\d+ ms|\d+\.\d s|\d+ min \d\d s)\b", "TIME", text)
        # Build times, as people read them, as JSON has them, and as the store does: 260131-23:59:59:000001+0000
        text = re.sub(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{6}Z)?", "BUILDTIME", text)
        text = re.sub(r"\b\d{6}-\d\d:\d\d:\d\d:\d{6}\+0000", "BUILDTIME", text)
        text = re.sub(r"\bprocess \d+\b", "process PID", text)
        # What verify read: the metadata among it tells durations.
        text = re.sub(r"(realizations?, )[\d.]+ (B|KiB|MiB):", r"\1SIZE:", text)
        # What a collection freed, which depends on the file system.
        text = re.sub(r"\b(free|freed|takes) [\d.]+ (B|KiB|MiB)", r"\1 SIZE", text)
        # Temporary folders: PID-RANDOM.RANDOM.LABEL
        text = re.sub(r"\b\d+-[0-9a-f]{8}\.[0-9a-f]+\.", "SESSION.", text)
        text = re.sub(r"(/tmp/(?:kept-[\w-]*-|paused-))\w{6}\b", r"\1RANDOM", text)
        return text


def parse(lines):
    """Yields ("text", line), ("file", name, lines), ("command", lines, outputs)."""
    items, i = [], 0
    while i < len(lines):
        line = lines[i]
        if line.startswith("--- "):
            end = lines.index("---", i)
            items.append(("file", line[4:], lines[i + 1 : end]))
            i = end + 1
        elif line.startswith("$ "):
            command = [line[2:]]
            i += 1
            while i < len(lines) and lines[i].startswith("> "):
                command.append(lines[i][2:])
                i += 1
            while i < len(lines) and lines[i][:1] in ("|", "!", "?"):
                i += 1
            items.append(("command", command))
        elif not line or line.startswith("#"):
            items.append(("text", line))
            i += 1
        else:
            sys.exit(f"line {i + 1} is neither a comment nor a command: {line}")
    return items


def prefixed(mark, text):
    if not text:
        return []
    ended = text.endswith("\n")
    out = [f"{mark} {line}".rstrip() for line in (text[:-1] if ended else text).split("\n")]
    return out if ended else out + [mark + "\\"]


def run_case(plxc, items, folder, programs):
    os.chmod(folder, 0o755)  # some cases run plxc as another user
    work = os.path.join(folder, "work")
    os.mkdir(work)
    bin_folder = os.path.dirname(os.path.abspath(plxc))
    env = {
        "PATH": ":".join([bin_folder, *programs, "/usr/local/bin:/usr/bin:/bin"]),
        "HOME": os.path.join(folder, "home"),
        "PLX_ROOT": os.path.join(folder, "root"),
        "PLX_FSYNC": "off",
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "CASE": folder,
        "TESTS": os.path.dirname(os.path.abspath(__file__)),
    }
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    normaliser = Normaliser(folder, bin_folder)
    out = []
    for item in items:
        if item[0] == "text":
            out.append(item[1])
        elif item[0] == "file":
            path = os.path.join(work, item[1])
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as f:
                f.write("".join(line + "\n" for line in item[2]))
            out += ["--- " + item[1], *item[2], "---"]
        else:
            command = item[1]
            done = subprocess.run(
                ["/bin/sh", "-c", "\n".join(command)], cwd=work, env=env, timeout=TIMEOUT,
                stdin=subprocess.DEVNULL, capture_output=True, check=False)
            out += ["$ " + command[0], *("> " + line for line in command[1:])]
            out += prefixed("|", normaliser.normalise(done.stdout.decode("utf-8", "backslashreplace")))
            out += prefixed("!", normaliser.normalise(done.stderr.decode("utf-8", "backslashreplace")))
            if done.returncode:
                out.append(f"? {done.returncode}")
    return out


def remove(folder):
    """What is realized is read-only."""
    for path, _, _ in os.walk(folder):
        os.chmod(path, 0o755)
    shutil.rmtree(folder)


def main():
    plxc, case, *programs = sys.argv[1:]
    with open(case, encoding="utf-8") as f:
        wanted = f.read().split("\n")
    if wanted and not wanted[-1]:
        wanted.pop()
    folder = os.path.realpath(tempfile.mkdtemp(prefix="plx-cli-"))
    try:
        got = run_case(plxc, parse(wanted), folder, programs)
    finally:
        remove(folder)
    if got == wanted:
        return 0
    if os.environ.get("PLX_ACCEPT") == "1":
        with open(case, "w", encoding="utf-8") as f:
            f.write("".join(line + "\n" for line in got))
        return 0
    for line in difflib.unified_diff(wanted, got, "wanted", "got", lineterm=""):
        print(line)
    return 1


if __name__ == "__main__":
    sys.exit(main())
