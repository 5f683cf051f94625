#!/usr/bin/env python3
"""Writes utf8_tables.h from the Unicode character database (Debian: unicode-data).

    lib/base/utf8_tables.py /usr/share/unicode | clang-format > lib/base/utf8_tables.h
"""
import re
import sys


def ranges_of(points):
    out = []
    for point in sorted(points):
        if out and out[-1][1] == point - 1:
            out[-1][1] = point
        else:
            out.append([point, point])
    return out


def property_file(path, wanted):
    points = set()
    for line in open(path, encoding="utf-8"):
        found = re.match(r"([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;\s*(\w+)", line)
        if found and found[3] in wanted:
            points.update(range(int(found[1], 16), int(found[2] or found[1], 16) + 1))
    return points


def categories(path):
    by_category, first = {}, None
    for line in open(path, encoding="utf-8"):
        fields = line.split(";")
        point = int(fields[0], 16)
        if fields[1].endswith(", First>"):
            first = point
            continue
        points = range(first, point + 1) if first is not None else [point]
        by_category.setdefault(fields[2], set()).update(points)
        first = None
    return by_category


def write_table(name, what, points):
    print(f"\n// {what}")
    print(f"static const struct utf8_range {name}[] = {{")
    print(", ".join(f"{{0x{a:X}, 0x{b:X}}}" for a, b in ranges_of(points)))
    print("};")


def main():
    folder = sys.argv[1]
    category = categories(f"{folder}/UnicodeData.txt")
    version = re.search(r"-([0-9.]+)\.txt", open(f"{folder}/PropList.txt", encoding="utf-8").readline())[1]
    visible_format = property_file(f"{folder}/PropList.txt", {"Prepended_Concatenation_Mark"}) | {0xAD}
    presentation = {0xFE0E, 0xFE0F}
    invisible = category["Cf"] | category["Zl"] | category["Zp"] | {0x2800}
    invisible |= property_file(f"{folder}/DerivedCoreProperties.txt", {"Default_Ignorable_Code_Point"})
    invisible -= property_file(f"{folder}/PropList.txt", {"Prepended_Concatenation_Mark"}) | presentation
    jamo = set(range(0x1160, 0x1200)) | set(range(0xD7B0, 0xD7C7)) | set(range(0xD7CB, 0xD7FC))
    zero = (category["Mn"] | category["Me"] | category["Cf"] | jamo) - visible_format
    wide = property_file(f"{folder}/EastAsianWidth.txt", {"W", "F"}) - zero

    print(f"// Ranges of code points, from Unicode {version}; written by utf8_tables.py, included by utf8.c alone.")
    print("#pragma once\n\n#include <stdint.h>\n")
    print("struct utf8_range {\n    uint32_t first;\n    uint32_t last;\n};")
    write_table("utf8_zero_width",
                "Categories Mn, Me and Cf, and Hangul vowels and finals, which join the consonant before.", zero)
    write_table("utf8_wide", "East Asian width W or F.", wide)
    write_table("utf8_invisible",
                "Category Cf, Default_Ignorable_Code_Point, line separators and the blank Braille pattern, but not the\n"
                "// Cf that are drawn (Prepended_Concatenation_Mark) and not the selectors of emoji presentation.", invisible)


main()
