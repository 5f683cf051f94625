"""The sample and what editors show at places of it (places.txt)."""
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
SAMPLE = HERE / "sample.plx"


class Place(NamedTuple):
    kind: str
    spec: str
    offset: int  # from 0, in the sample, as the others
    length: int
    line: int  # from 1
    column: int  # from 1


def places():
    text = SAMPLE.read_text()
    assert text.isascii(), "offsets in characters are offsets in bytes"
    result = []
    for line in (HERE / "places.txt").read_text().splitlines():
        if line.startswith("# ") or not line:
            continue
        kind, spec = line.split(maxsplit=1)
        before, rest = spec.split("«")
        inside, after = rest.split("»")
        piece = before + inside + after
        assert text.count(piece) == 1, f"{spec}: {text.count(piece)} times in the sample"
        offset = text.index(piece) + len(before)
        start = text.rfind("\n", 0, offset) + 1
        result.append(Place(kind, spec, offset, len(inside), text.count("\n", 0, offset) + 1, offset - start + 1))
    return result


def differences(wanted, found):
    """Lines that say where `found`, a name for each place, does not match `wanted`, a pattern for each kind."""
    result = []
    for place, name in zip(places(), found, strict=True):
        kind = place.kind.rstrip("?")
        if place.kind.endswith("?") and kind not in wanted:
            continue
        if not wanted[kind].fullmatch(name):
            result.append(f"{place.line}:{place.column} {place.spec}: {kind} wanted, {name} found")
    return result


# Where an editor's indentation is tested: formatted files, among them one that shows every layout.
def formatted_files():
    return sorted(HERE.parents[1].glob("examples/**/*.plx")) + [HERE / "indent.plx", HERE / "texts.plx"]


def flat(file):
    """The file's text with no indentation but that of the lines of '''-strings, where that is easy to tell."""
    text = file.read_text()
    if file.name == "texts.plx":
        return text
    lines, inside = [], False
    for line in text.splitlines():
        lines.append(line if inside else line.lstrip())
        inside ^= line.count("'''") % 2 == 1
    return "\n".join(lines) + "\n"
