#!/usr/bin/env python3
"""The language reference lists the functions of the standard library, all of them and no others."""

import pathlib
import re
import unittest

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"


class Library(unittest.TestCase):
    def test_the_overview_is_complete(self):
        section = re.search(r"^## 13\..*?\n(\| \| \|.*?)\n\n", (DOCS / "language.md").read_text("utf-8"), re.S | re.M)[1]
        listed = re.findall(r"`(\w+)`", section)
        documented = re.findall(r"^### `(\w+)`", (DOCS / "stdlib.md").read_text("utf-8"), re.M)
        self.assertEqual(sorted(set(listed)), sorted(set(documented)))
        self.assertGreater(len(documented), 60)


if __name__ == "__main__":
    unittest.main()
