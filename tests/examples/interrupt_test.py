"""examples/interrupt: paused, repaired by hand, and continued by other processes."""

import os
import signal
import subprocess
import unittest

from pipeline import PLXC, ExampleTest

# What a person would do in an editor: the comma that slipped, the letter for a digit, the reading that was noted elsewhere.
REPAIR = r"""
sh ../run
sed -e 's/38\.2/3.82/; s/2O/20/; s/^8,$/8,2.86/' "$raw" > "$clean"
: > "$dropped"
"""


class Interrupt(ExampleTest):
    example = "interrupt"

    def report(self):
        return (self.folder / "result" / "report.txt").read_text().splitlines()

    def pause(self):
        self.assertEqual(self.plxc("realize", self.pipeline, "-o", "result", "--interrupt", "readings"), ["readings"])

    def sessions(self):
        return [line.split()[0] for line in self.plxc("sessions")]

    def test_without_a_pause(self):
        self.realize(self.pipeline, "-o", "result")
        self.assertEqual(self.report()[-2:],
                         ["21 readings, mean 2.30 m, highest 3.90 m at 06:00", "3 readings were left out"])
        self.verify()

    def test_repaired_by_hand(self):
        self.pause()
        self.assertFalse((self.folder / "result").is_symlink())
        self.assertEqual(self.sessions(), ["readings"])
        self.plxc("shell", "readings", "-c", REPAIR)
        self.plxc("continue")
        self.assertEqual(self.report()[-1], "24 readings, mean 2.42 m, highest 3.90 m at 06:00")
        self.assertEqual(self.report()[5], "05:00   3.82 m  " + "#" * 39)
        self.assertEqual(self.sessions(), [])
        # It is what later realizations use, and it says where it comes from.
        self.plxc("realize", self.pipeline, "--assert-realized")
        (dref,) = self.drefs()["readings"]
        self.assertIn("by hand", "".join(self.plxc("log", dref)))
        self.verify()

    def test_the_realizer_after_all(self):
        self.pause()
        self.plxc("shell", "-c", "echo nonsense > $clean")
        self.plxc("continue", "--default")
        self.assertEqual(self.report()[-1], "3 readings were left out")
        self.verify()

    def test_a_promise_that_is_not_kept(self):
        self.pause()
        self.plxc("shell", "-c", "sh ../run; rm $dropped")
        self.plxc("continue", status=1)
        self.assertEqual(self.sessions(), ["readings"])
        self.plxc("shell", "-c", ": > $dropped")
        self.plxc("continue")
        self.assertEqual(self.report()[-1], "21 readings, mean 2.30 m, highest 3.90 m at 06:00")

    def test_cancelled(self):
        self.pause()
        before = self.counts()
        self.plxc("cancel")
        self.assertEqual((self.sessions(), self.counts()), ([], before))
        self.assertEqual([p.name for p in (self.folder / "root" / "tmp").iterdir()], [])
        self.plxc("continue", status=2)

    def test_a_killed_continue_can_be_repeated(self):
        self.pause()
        self.plxc("shell", "-c", REPAIR)
        # The report waits for us; by then the repaired readings are in the store.
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        tools = self.folder / "bin"
        tools.mkdir()
        (tools / "awk").write_text(f"#!/bin/sh\nset -e\necho > {fifo}\nexec /usr/bin/awk \"$@\"\n")
        (tools / "awk").chmod(0o755)
        env = dict(self.env, PATH=f"{tools}:{self.env['PATH']}")
        with subprocess.Popen([PLXC, "continue"], cwd=self.folder, env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            with open(fifo, encoding="utf-8") as f:
                f.readline()
                process.send_signal(signal.SIGKILL)
        self.assertEqual(self.sessions(), ["readings"])
        self.plxc("continue")
        self.assertEqual(self.report()[-1], "24 readings, mean 2.42 m, highest 3.90 m at 06:00")
        self.assertEqual(self.sessions(), [])
        self.verify()


if __name__ == "__main__":
    unittest.main()
