#!/usr/bin/env python3
"""Runs a command on a pseudo terminal of that width and 24 lines, and prints what its user sees.

usage: terminal.py COLUMNS WANTED FIFO COMMAND…

As soon as WANTED stands somewhere on the screen, prints the screen, writes a line to FIFO, and at the end prints the screen again and the
exit status.
"""
import os
import pty
import re
import struct
import sys
import termios
from fcntl import ioctl

ROWS = 24


class Screen:
    def __init__(self):
        self.lines = [""]
        self.row = 0
        self.column = 0
        self.pending = ""

    def feed(self, text):
        text = self.pending + text
        self.pending = ""
        at = 0
        while at < len(text):
            c = text[at]
            if c == "\033":
                m = re.match(r"\033\[([0-9;]*)([A-Za-z])", text[at:])
                if not m:
                    self.pending = text[at:]
                    return
                self.escape(m[2], m[1])
                at += m.end()
                continue
            at += 1
            if c == "\r":
                self.column = 0
            elif c == "\n":
                self.row += 1
                if self.row == len(self.lines):
                    self.lines.append("")
            else:
                line = self.lines[self.row].ljust(self.column)
                self.lines[self.row] = line[: self.column] + c + line[self.column + 1 :]
                self.column += 1

    def escape(self, kind, numbers):
        if kind == "A":
            self.row = max(0, self.row - int(numbers or 1))
        elif kind == "J":
            self.lines[self.row] = self.lines[self.row][: self.column]
            del self.lines[self.row + 1 :]
        elif kind != "m":
            sys.exit(f"escape sequence {kind!r} is not known")

    def show(self, title):
        print(f"-- {title}")
        for line in self.lines:
            if line.strip():
                print(line.rstrip())


def main():
    columns, wanted, fifo, *command = sys.argv[1:]
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.execvp(command[0], command)
    ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, int(columns), 0, 0))
    screen, seen = Screen(), False
    while True:
        try:
            data = os.read(fd, 65536)
        except OSError:
            data = b""
        if not data:
            break
        screen.feed(data.decode("utf-8", "replace"))
        if not seen and any(wanted in line for line in screen.lines):
            seen = True
            screen.show("meanwhile")
            with open(fifo, "w", encoding="utf-8") as f:
                f.write("go\n")
    screen.show("at the end")
    print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


main()
