"""What a terminal shows of what is written to it, as far as plxc writes."""
import re
import sys


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
                m = re.match(r"\033\[([0-9;]*)([A-Za-z@])", text[at:])
                if not m:
                    self.pending = text[at:]
                    return
                self.escape(m[2], m[1])
                at += m.end()
                continue
            at += 1
            if c == "\r":
                self.column = 0
            elif c == "\b":
                self.column = max(0, self.column - 1)
            elif c == "\a":
                continue
            elif c == "\n":
                self.row += 1
                if self.row == len(self.lines):
                    self.lines.append("")
            else:
                line = self.lines[self.row].ljust(self.column)
                self.lines[self.row] = line[: self.column] + c + line[self.column + 1 :]
                self.column += 1

    def escape(self, kind, numbers):
        line = self.lines[self.row].ljust(self.column)
        count = int(numbers or 1) if numbers.isdigit() or not numbers else 1
        if kind == "A":
            self.row = max(0, self.row - count)
        elif kind == "J":
            self.lines[self.row] = self.lines[self.row][: self.column]
            del self.lines[self.row + 1 :]
        elif kind == "K":
            self.lines[self.row] = line[: self.column]
        elif kind == "G":
            self.column = count - 1
        elif kind == "C":
            self.column += count
        elif kind == "D":
            self.column = max(0, self.column - count)
        elif kind == "P":
            self.lines[self.row] = line[: self.column] + line[self.column + count :]
        elif kind == "@":
            self.lines[self.row] = line[: self.column] + " " * count + line[self.column :]
        elif kind != "m":
            sys.exit(f"escape sequence {kind!r} is not known")

    def show(self, title):
        print(f"-- {title}")
        for line in self.lines:
            if line.strip():
                print(line.rstrip())
