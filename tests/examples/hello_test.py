"""examples/hello: GNU Hello over HTTP from a server on loopback, built, installed and run."""

import os
import unittest

from pipeline import ExampleTest
from mirror import Mirror


class Hello(ExampleTest):
    example = "hello"

    def setUp(self):
        super().setUp()
        mirror = Mirror(os.environ["HELLO_TARBALL"])
        self.addCleanup(mirror.stop)
        self.mirror = ("--set", f"mirror={mirror.url}")

    def test_greeting_and_edits(self):
        (greeting,) = self.realize(self.pipeline, *self.mirror)
        self.assertEqual((greeting / "greeting.txt").read_text(), "Hello, world!\n")
        self.assertEqual(self.counts(), {"hello-src": 1, "hello": 1, "greeting": 1})

        # What nothing needs but itself.
        self.edit('"$bin" > "$text"', '"$bin" --greeting="Good morning" > "$text"')
        (greeting,) = self.realize(self.pipeline, *self.mirror)
        self.assertEqual((greeting / "greeting.txt").read_text(), "Good morning\n")
        self.assertEqual(self.counts(), {"hello-src": 1, "hello": 1, "greeting": 2})

        # A stage in the middle, and what needs it.
        self.edit('"--disable-nls"', '"--disable-nls", "--disable-silent-rules"')
        self.realize(self.pipeline, *self.mirror)
        self.assertEqual(self.counts(), {"hello-src": 1, "hello": 2, "greeting": 3})
        self.verify()


if __name__ == "__main__":
    unittest.main()
