"""Ends a program that works on a store at every system call that changes something, by SIGKILL and by errors of the system,
one call at a time. After each: the store verifies, and the same work done again gives the same store.

usage: crash.py STORE_WORK

Exit status 77 (skipped) where strace cannot trace.
"""
import os
import shutil
import subprocess
import sys
import tempfile

KILLED_AT = ["mkdir", "mkdirat", "openat", "write", "close", "renameat", "renameat2", "fchmod", "fchmodat", "utimensat",
             "fsync", "syncfs", "unlinkat", "symlinkat", "linkat", "flock"]
FAILING = {"mkdirat": "ENOSPC", "openat": "EMFILE", "write": "ENOSPC", "close": "EIO", "renameat": "EIO", "renameat2": "EIO",
           "fchmod": "EPERM", "fchmodat": "EPERM", "utimensat": "EPERM", "fsync": "EIO", "syncfs": "EIO", "unlinkat": "EIO",
           "symlinkat": "ENOSPC", "linkat": "EMLINK", "flock": "EIO", "getdents64": "EIO", "read": "EIO"}


PATIENCE = 60  # seconds; one run takes a few milliseconds


class Fault(Exception):
    pass


def remove(root):
    for folder, _, _ in os.walk(root):
        os.chmod(folder, 0o755)
    shutil.rmtree(root)


class Harness:
    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.root = os.path.join(folder, "root")
        self.log = os.path.join(folder, "strace")
        self.runs = 0

    def run(self, command):
        return subprocess.run([self.program, command, self.root], capture_output=True, text=True, timeout=PATIENCE)

    def check(self, when):
        done = self.run("check")
        if done.returncode != 0:
            raise Fault(f"{when}: the store does not verify:\n{done.stdout}{done.stderr}")
        return done.stdout

    def work(self, when):
        done = self.run("work")
        if done.returncode != 0:
            raise Fault(f"{when}: the work cannot be done again:\n{done.stderr}")
        return self.check(when)

    def injected(self, call, number, effect):
        """Runs the work with one call changed. Returns (whether it came to that call, the exit status)."""
        trace = subprocess.run(["strace", "-qq", "-o", self.log, "-e", f"trace={call}", "-e",
                                f"inject={call}:{effect}:when={number}", self.program, "work", self.root],
                               capture_output=True, text=True, timeout=PATIENCE)
        with open(self.log, encoding="utf-8", errors="replace") as log:
            text = log.read()
        hit = "INJECTED" in text or "killed by SIGKILL" in text
        return hit, trace.returncode

    def fresh(self):
        if os.path.exists(self.root):
            remove(self.root)
        link = os.path.join(self.folder, "result")
        if os.path.islink(link):
            os.unlink(link)

    def at_every(self, call, effect, expected):
        number = 0
        while True:
            number += 1
            when = f"{call} number {number}, {effect}"
            self.fresh()
            hit, status = self.injected(call, number, effect)
            if not hit:
                return number - 1
            self.runs += 1
            if not os.path.isdir(os.path.join(self.root, "store-v1")) and status == 0:
                raise Fault(f"{when}: success without a store")
            state = self.check(when)
            # What says that it is done has done it.
            if status == 0 and state != expected:
                raise Fault(f"{when}: reported as done, but the store is another one")
            if self.work(when) != expected:
                raise Fault(f"{when}: the work done again gives another store")


def main():
    program = sys.argv[1]
    if shutil.which("strace") is None or subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"]).returncode != 0:
        print("skipped: strace cannot trace here")
        return 77
    # In memory, if that can be had: what is looked for is the order of the calls, and disks are slow to sync.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = tempfile.mkdtemp(prefix="plx-crash-", dir=memory)
    try:
        harness = Harness(program, folder)
        expected = harness.work("undisturbed")
        for call in KILLED_AT:
            count = harness.at_every(call, "signal=SIGKILL", expected)
            print(f"killed at each of {count} calls of {call}")
        for call, error in FAILING.items():
            count = harness.at_every(call, f"error={error}", expected)
            print(f"{error} from each of {count} calls of {call}")
        print(f"{harness.runs} runs, each left a store that verifies and that the same work completes")
    except (Fault, subprocess.TimeoutExpired) as fault:
        print(fault)
        return 1
    finally:
        remove(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
