"""Fenced blocks of markdown pages, with their places, so that they can be checked and rewritten."""

import dataclasses
import pathlib
import re

FENCE = re.compile(r"^```(?P<info>.*)$")


@dataclasses.dataclass
class Block:
    kind: str  # first word behind the fence: plx, output, console, sh …
    options: dict  # the other words: file=x.plx gives {"file": "x.plx"}
    lines: list
    line: int  # of the opening fence, counted from 1
    heading: str  # the heading above, without its #s
    adjacent: bool  # nothing but blank lines between the block before and this one

    @property
    def text(self):
        return "".join(line + "\n" for line in self.lines)


class Page:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.lines = self.path.read_text(encoding="utf-8").splitlines()
        self.blocks = []
        self._parse()

    def _parse(self):
        heading, opened, gap = "", None, False
        for number, line in enumerate(self.lines, 1):
            fence = FENCE.match(line)
            if opened is None and fence:
                words = fence["info"].split() or [""]
                options = dict(word.partition("=")[::2] for word in words[1:])
                opened = Block(words[0], options, [], number, heading, gap)
            elif opened is not None and line == "```":
                self.blocks.append(opened)
                opened, gap = None, True
            elif opened is not None:
                opened.lines.append(line)
            elif line.strip():
                gap = False
                if line.startswith("#"):
                    heading = line.lstrip("#").strip()
        if opened is not None:
            raise ValueError(f"{self.path}:{opened.line}: a block without end")

    def save(self):
        """Writes the page with the lines that its blocks have now."""
        lines, at = [], 0
        old = Page(self.path)
        for block, before in zip(self.blocks, old.blocks):
            lines += self.lines[at : before.line] + block.lines
            at = before.line + len(before.lines)
        lines += self.lines[at:]
        self.path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
