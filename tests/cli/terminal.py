#!/usr/bin/env python3
"""Runs a command on a pseudo terminal of that width and 24 lines, and prints what its user sees.

usage: terminal.py COLUMNS WANTED FIFO COMMAND…

As soon as WANTED stands somewhere on the screen, prints the screen, writes a line to FIFO, and at the end prints the screen again and the
exit status.
"""
import os
import pty
import struct
import sys
import termios
from fcntl import ioctl

from screen import Screen

ROWS = 24


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
