#!/usr/bin/env python3
"""A collection that begins while a process works, and is stopped at each of its steps until that process has made its link and ended: what the
link leads to must stay. Before, the process's temporary root keeps it; afterwards, the link does; the collector must not miss both.

Exit status 77 (skipped) where strace cannot trace.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PLXC = os.environ["PLXC"]
PATIENCE = 60

PIPELINE = """default = stage(name = "slow", passenv = ["CASE"], o = promise / "o", realize = sh('''
  : > "$CASE/begun"
  read -r line < "$CASE/go"
  echo "$line" > "$o"
'''))
"""

# Where the collector stops: when it opens one of these.
PLACES = ["roots", "roots/temp", "store-v1", "locks/gc.lock"]


def wait_for(what, condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited for {what} in vain"
        time.sleep(0.005)


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return [int(child) for child in f.read().split()]


def stopped(log):
    with open(log, encoding="utf-8") as f:
        return "stopped by SIGSTOP" in f.read()


def goes_on(collect):
    """Each kind of call stops it once. True at its end."""
    if collect.poll() is not None:
        return True
    with contextlib.suppress(ProcessLookupError, FileNotFoundError):  # it may end meanwhile
        for child in children(collect.pid):
            os.kill(child, signal.SIGCONT)
    return False


def one(folder, place, nth):
    """False if the collector does not come there so often."""
    root, log, link = (os.path.join(folder, name) for name in ("root", "strace", "result"))
    env = dict(os.environ, PLX_ROOT=root, PLX_FSYNC="off", CASE=folder)
    with open(os.path.join(folder, "p.plx"), "w", encoding="utf-8") as f:
        f.write(PIPELINE)
    os.mkfifo(os.path.join(folder, "go"))
    open(log, "w", encoding="utf-8").close()
    work = subprocess.Popen([PLXC, "realize", "p.plx", "-o", link], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for("the realizer", lambda: os.path.exists(os.path.join(folder, "begun")))
    collect = subprocess.Popen(["strace", "-o", log, "-P", os.path.join(root, place), "-e", "trace=openat,getdents64,flock", "-e",
                                f"inject=openat,getdents64,flock:signal=SIGSTOP:when={nth}", PLXC, "store", "gc"], cwd=folder, env=env,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for("the collector", lambda: stopped(log) or collect.poll() is not None)
    came = collect.poll() is None
    with open(os.path.join(folder, "go"), "w", encoding="utf-8") as f:
        f.write("done\n")
    out, err = work.communicate(timeout=PATIENCE)
    assert work.returncode == 0, err
    wait_for("the end of the collector", lambda: goes_on(collect))
    _, gc_err = collect.communicate(timeout=PATIENCE)
    assert collect.returncode == 0, gc_err
    assert os.path.isfile(os.path.join(link, "o")), f"stopped at {place}, {nth}: the link leads nowhere\n{out}{err}{gc_err}"
    return came


def main():
    probe = subprocess.run(["strace", "-o", "/dev/null", "true"], check=False, capture_output=True)
    if probe.returncode != 0:
        print("strace cannot trace here")
        return 77
    count = 0
    for place in PLACES:
        for nth in range(1, 50):
            folder = os.path.realpath(tempfile.mkdtemp(prefix="plx-race-"))
            try:
                came = one(folder, place, nth)
            finally:
                subprocess.run(["chmod", "-R", "u+w", folder], check=True)
                shutil.rmtree(folder)
            if not came:
                break
            count += 1
    assert count >= len(PLACES), f"the collector was stopped {count} times only"
    print(f"stopped at {count} steps")
    return 0


if __name__ == "__main__":
    sys.exit(main())
