#!/usr/bin/env python3
"""The REPL as a person at a terminal sees it: repl_terminal_test.py PLXC.

Each step types something and waits until the screen ends in the lines that are given, whole.
"""
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import stat
import struct
import sys
import tempfile
import termios
import time
import unittest
from fcntl import ioctl

from screen import Screen

PLXC = os.path.abspath(sys.argv.pop(1))
PATIENCE = 120  # seconds, until a screen that does not come is a failure
UP, CTRL_C, CTRL_D, CTRL_R = "\033[A", "\x03", "\x04", "\x12"

PIPELINE = """
param epochs: Int = 20
train(lr: Float) -> Stage = stage(
  name = "train", lr = lr, epochs = epochs, model = promise / "model.txt", match = match_latest(),
  realize = sh("echo $lr > $model"),
)
chosen = train(0.1)
settings = { rate = 1, rounds = { first = 1, second = 2 } }
"""


class Terminal:
    def __init__(self, folder, *arguments, columns=80, under=list):
        self.folder = folder
        self.screen = Screen()
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PLX_ROOT": str(folder / "root"), "PLX_FSYNC": "off",
                       "TERM": "xterm", "LANG": "C.UTF-8", "SHELL": "/bin/sh", "NO_COLOR": "1", "PS1": "sh> "}
        environment.update((k, v) for k, v in os.environ.items() if k.endswith("SAN_OPTIONS"))
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            command = [*under(), PLXC, "repl", *arguments]
            os.execvpe(command[0], command, environment)
        self.size(columns)

    def size(self, columns):
        ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def lines(self):
        text = [line.rstrip() for line in self.screen.lines]
        while text and not text[-1]:
            text.pop()
        return [re.sub(r"paused-\w{6}", "paused-RANDOM", line) for line in text]

    def read(self, until):
        """Takes in what comes until the condition holds. False: it came to an end before."""
        deadline = time.monotonic() + PATIENCE
        while not until():
            ready, _, _ = select.select([self.fd], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError("the screen is\n" + "\n".join(self.lines()))
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            if not data:
                return until()
            self.screen.feed(data.decode("utf-8", "replace"))
        return True

    def shows(self, *expected):
        if not self.read(lambda: self.lines()[-len(expected):] == list(expected)):
            raise AssertionError("it ended with\n" + "\n".join(self.lines()))

    def type(self, text, *expected):
        os.write(self.fd, text.encode())
        self.shows(*expected)

    def ends(self, text, status):
        os.write(self.fd, text.encode())
        self.read(lambda: False)
        got = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        assert got == status, got


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="plx-repl-"))
        (self.folder / "p.plx").write_text(PIPELINE)

    def tearDown(self):
        for folder, _, _ in os.walk(self.folder):  # the store's are read-only
            os.chmod(folder, 0o755)
        shutil.rmtree(self.folder)

    def begin(self, *arguments, **options):
        terminal = Terminal(self.folder, *arguments, **options)
        terminal.shows("plxc: version 0.1.0; `:help` lists the commands", "plx>")
        return terminal

    def test_lines(self):
        t = self.begin()
        t.type("1 + 2\r", "plx> 1 + 2", "3", "plx>")
        t.type("f(a) =\r", "plx> f(a) =", "...>")
        t.type("a * it\r", "plx> f(a) =", "...> a * it", "plx>")
        t.type("f(5)\r", "plx> f(5)", "15", "plx>")
        t.type("'''\r", "plx> '''", "...>")
        t.type("one\r", "...> one", "...>")
        t.type("'''\r", "...> one", "...> '''", '"one\\n"', "plx>")
        t.type('"é日" + "x"\r', 'plx> "é日" + "x"', '"é日x"', "plx>")
        t.type("nope\r", "plx> nope", "error[E0301]: `nope` is not defined", " --> <repl:6>:1:1", "  |", "1 | nope",
               "  | ^^^^ not found here", "plx>")
        t.type("it\r", "plx> it", '"é日x"', "plx>")
        t.ends(CTRL_D, 0)
        self.begin().ends(":quit\r", 0)

    def test_what_is_dropped(self):
        t = self.begin()
        t.type("1 + (", "plx> 1 + (")
        t.type(CTRL_C, "plx> 1 + (^C", "plx>")
        t.type("1 + (\r", "plx> 1 + (", "...>")
        t.type("2", "...> 2")
        t.type(CTRL_C, "...> 2^C", "plx>")
        t.type("3\r", "plx> 3", "3", "plx>")
        # The end of an input that is not complete says what is missing, and is not the end of the session.
        t.type("1 +\r", "plx> 1 +", "...>")
        os.write(t.fd, CTRL_D.encode())
        t.shows("  |   ^ nothing comes after this", "plx>")
        t.type("4\r", "plx> 4", "4", "plx>")
        t.ends(CTRL_D, 0)

    def test_interrupts(self):
        t = self.begin()
        t.type("fib(n) = if n < 2 then n else fib(n - 1) + fib(n - 2)\r", "plx>")
        t.type("kept = fib(10)\r", "plx> kept = fib(10)", "plx>")
        t.type("slow = fib(80)\r", "plx> slow = fib(80)", "plx>")
        for _ in range(2):
            os.write(t.fd, b"slow + 1\r")
            t.shows("plx> slow + 1")
            self.until_running(t)
            t.type(CTRL_C, "^Cplxc: interrupted", "plx>")
        t.type("kept\r", "plx> kept", "55", "plx>")
        t.type('wait = stage(name = "wait", realize = sh("sleep 1000"))\r', "plx>")
        os.write(t.fd, b":r -j 1 wait\r")
        t.read(lambda: any(line.startswith("wait  ") for line in t.lines()))
        os.write(t.fd, CTRL_C.encode())
        t.read(lambda: t.lines()[-1] == "plx>" and t.lines()[-2].startswith("plxc: interrupted: nothing done in "))
        # It ended that one command.
        t.type(":r --print=dref -n kept\r", "error[E1008]: `kept` is an Int, which holds no stage", "plx>")
        t.type("kept + 1\r", "plx> kept + 1", "56", "plx>")
        t.ends(CTRL_D, 0)
        for number in signal.SIGTERM, signal.SIGHUP:
            t = self.begin()
            os.kill(t.pid, number)
            t.ends("", 130)

    def until_running(self, t):
        """Until the evaluation has taken some processor time."""
        def ticks():
            fields = pathlib.Path(f"/proc/{t.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])
        deadline, first = time.monotonic() + PATIENCE, ticks()
        while ticks() < first + 5:
            assert time.monotonic() < deadline
            select.select([], [], [], 0.01)

    def test_interrupt_that_takes_a_byte_away(self):
        """The terminal empties its queue for Ctrl-C; who is just about to read from it must not wait there."""
        t = self.begin(under=lambda: ["strace", "-qq", "-o", "log", "-P", os.ttyname(0), "-e", "trace=read",
                                      "-e", "inject=read:delay_enter=300000", "--"])
        children = pathlib.Path(f"/proc/{t.pid}/task/{t.pid}/children").read_text().split()
        os.write(t.fd, b"1")
        self.until_in_call(children[0], {"aarch64": "63"}.get(os.uname().machine, "0"))  # read
        t.type(CTRL_C, "plx> ^C", "plx>")
        t.ends(CTRL_D, 0)

    def until_in_call(self, pid, number):
        deadline = time.monotonic() + PATIENCE
        while pathlib.Path(f"/proc/{pid}/syscall").read_text().split()[0] != number:
            assert time.monotonic() < deadline
            select.select([], [], [], 0.002)

    def test_completion(self):
        (self.folder / "data").mkdir()
        (self.folder / "data/one.csv").touch()
        (self.folder / "data/two.csv").touch()
        t = self.begin("p.plx")
        t.type("cho\t", "plx> chosen")
        t.type(".\t", "plx> chosen.", "epochs  lr      model   name", "plx> chosen.")
        t.type("m\t\r", "plx> chosen.model", '<ref dref:5edf9e2cbca8a25bed139aebef9c69f7-train / "model.txt">', "plx>")
        t.type("settings.rounds.f\t\r", "plx> settings.rounds.first", "1", "plx>")
        t.type("settings.r\t\t", "plx> settings.r", "rate    rounds", "plx> settings.r")
        t.type(CTRL_C, "plx> settings.r^C", "plx>")
        t.type("starts_w\t", "plx> starts_with")
        t.type(CTRL_C, "plx> starts_with^C", "plx>")
        t.type("el\t", "plx> else")
        t.type(CTRL_C, "plx> else^C", "plx>")
        t.type("x = ./da\t\t", "plx> x = ./data/", "one.csv  two.csv", "plx> x = ./data/")
        t.type("o\t\r", "plx> x = ./data/one.csv", "plx>")
        t.type('import("./p\t")', 'plx> import("./p.plx")')
        t.type(CTRL_C, 'plx> import("./p.plx")^C', "plx>")
        t.type(":rel\t\r", "plx> :reload", "plxc: p.plx: 5 names", "plx>")
        t.type(":re\t", "plx> :re", ":realize  :reload", "plx> :re")
        t.type("a\t --reb\t cho\t", "plx> :realize --rebuild chosen")
        t.type(CTRL_C, "plx> :realize --rebuild chosen^C", "plx>")
        t.type(":load p\t\r", "plx> :load p.plx", "plxc: p.plx: 4 names", "plx>")
        t.type(":set ep\t7\r", "plx> :set epochs=7", "plxc: p.plx: 4 names", "plx>")
        t.type("epo\t\r", "plx> epochs", "7", "plx>")
        t.type("\t1\r", "plx>   1", "1", "plx>")
        t.type("no_such_na\t", "plx> no_such_na")
        t.type(CTRL_C, "plx> no_such_na^C", "plx>")
        t.ends(CTRL_D, 0)

    def test_history(self):
        t = self.begin()
        t.type("first = 1\r", "plx> first = 1", "plx>")
        t.type("f(a) =\r", "plx> f(a) =", "...>")
        t.type("  a\r", "...>   a", "plx>")
        t.type("second = '\\\\'\r", '  = help: write `"\\\\"`', "plx>")
        t.ends(CTRL_D, 0)
        path = self.folder / ".local/state/plx/history"
        self.assertEqual(path.read_text(), "first = 1\nf(a) =\\n  a\nsecond = '\\\\\\\\'\n")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        t = self.begin()
        t.type(UP * 3, "plx> first = 1")
        t.type("0\r", "plx> first = 10", "plx>")
        t.type("first\r", "plx> first", "10", "plx>")
        t.type(CTRL_R + "f(a", "plx> f(a) =", "  a", "bck:f(a")
        t.type("\r", "plx>")
        t.type("f(7)\r", "plx> f(7)", "7", "plx>")
        t.ends(CTRL_D, 0)
        # Nothing fails where it cannot be written; a link in its place is not followed.
        path.unlink()
        path.symlink_to(self.folder / "elsewhere")
        self.begin().ends("1\r" + CTRL_D, 0)
        self.assertFalse((self.folder / "elsewhere").exists())

    def test_pausing(self):
        t = self.begin("p.plx")
        t.type(":interrupt chosen\r", f"plxc: paused at `train`, session `train`",
               f"  its output is to be made in {self.folder}/root/tmp/paused-RANDOM/out",
               "  :shell train                 work there, in the realizer's environment",
               "  :continue train              go on with what $out holds",
               "  :continue train --default    go on with the realizer",
               "  :continue train --rref RREF  go on with another realization",
               "  :cancel train                drop it", "train", "plx>")
        t.type(":shell\r", "plxc: session `train`; leave with `exit`, then say `:continue train`", "sh>" if os.geteuid() else "#")
        os.write(t.fd, b"echo by hand > $model; exit\r")
        t.read(lambda: t.lines()[-1] == "plx>")
        t.type(":shell trai\t -c 'echo in $PLX_SESSION; cat $model'\r", "plx> :shell train -c 'echo in $PLX_SESSION; cat $model'",
               "in train", "by hand", "plx>")
        os.write(t.fd, b":continue --print=path\r")
        t.read(lambda: t.lines()[-1] == "plx>" and "/store-v1/" in t.lines()[-2])
        self.assertEqual((pathlib.Path(t.lines()[-2]) / "model.txt").read_text(), "by hand\n")
        t.type(":sessions\r", "plx> :sessions", "plx>")
        t.ends(CTRL_D, 0)

    def test_a_file_with_mistakes(self):
        (self.folder / "p.plx").write_text("a = 1 +\n")
        t = Terminal(self.folder, "p.plx")
        t.shows("  |       ^ nothing comes after this", "plxc: version 0.1.0; `:help` lists the commands", "plx>")
        (self.folder / "p.plx").write_text("a = 1 + 2\n")
        t.type(":reload\r", "plx> :reload", "plxc: p.plx: 1 name", "plx>")
        t.type("a\r", "plx> a", "3", "plx>")
        t.ends(CTRL_D, 0)

    def test_a_new_size(self):
        t = self.begin(columns=40)
        t.size(60)
        os.kill(t.pid, signal.SIGWINCH)
        t.type("1 + 1\r", "plx> 1 + 1", "2", "plx>")
        t.ends(CTRL_D, 0)


unittest.main()
