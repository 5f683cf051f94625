#!/usr/bin/env python3
"""How many jobs there really are at a time, of all stages and of what make runs in them: each job notes its begin and its end
in one file, and waits until as many run as it was told there must be. None of this is a matter of time: too few jobs at a time
never get to the end, and too many are seen in the file."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

PLXC = os.path.abspath(sys.argv[1])

JOB = """#!/bin/sh
# job NAME COUNT: waits until COUNT jobs of this batch have begun.
echo "+ $1" >> "$JOBS_LOG"
n=0
while [ "$(grep -c '^+' "$JOBS_LOG")" -lt "$2" ]; do
  n=$((n + 1)); [ $n -lt 600 ] || { echo "too few jobs at a time"; exit 9; }
  sleep 0.1
done
echo "- $1" >> "$JOBS_LOG"
"""

# The recipes wait for the first $(WAIT) of all jobs.
MAKEFILE = "all: a b c d e f\na b c d e f:\n\t@job $(TAG)$@ $(WAIT)\n"

PIPELINE = """
run(name, script, resources = null, after = null) = stage(name = name, after = after, resources = resources,
  passenv = ["JOBS_LOG", "WAIT"], realize = sh('''
    cp ~{makefile} Makefile
    ''' + script))
makefile = mkfile("Makefile", read_text(./Makefile)) / "Makefile"

plain = run("plain", "make TAG=p")
one = run("one", "make TAG=x")
two = run("two", "make TAG=y")
three = run("three", "make TAG=z")
single(i) = run("single~{i}", "job single~{i} 1")
many = stage(name = "many", of = [one, two, three, single(1), single(2), single(3)], realize = sh("true"))

killed = run("killed", '''
  make TAG=k WAIT=99 & make=$!  # its jobs are there until they are killed
  while [ "$(grep -c '^+' "$JOBS_LOG")" -lt 3 ]; do sleep 0.1; done
  kill -9 $make
  grep -c '^+' "$JOBS_LOG" > "$out/begun"
  : > "$JOBS_LOG"''')
afterwards = run("afterwards", "make TAG=a", after = killed / "begun")

failed = run("failed", '''
  make TAG=k WAIT=99 & make=$!  # its jobs are there until they are killed
  while [ "$(grep -c '^+' "$JOBS_LOG")" -lt 3 ]; do sleep 0.1; done
  : > "$JOBS_LOG"
  kill -9 $$''')

own = run("own", '''make -j"$PLX_CORES" TAG=o; echo $PLX_CORES > "$out/cores"''', resources = { cpus = 2 })
reserved = run("reserved", '''make TAG=r; echo $PLX_CORES > "$out/cores"''', resources = { cpus = 2 })
serial = run("serial", "make -j1 TAG=s")
variable = stage(name = "variable", realize = sh('''printf '%s\\n' "$MAKEFLAGS" > "$out/flags"; ls /proc/self/fd > "$out/fds"'''))
"""


class Case:
    def __init__(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="plx-jobs-"))
        bin_folder = os.path.join(self.folder, "bin")
        os.mkdir(bin_folder)
        for path, text in ((os.path.join(bin_folder, "job"), JOB), ("Makefile", MAKEFILE), ("jobs.plx", PIPELINE)):
            with open(os.path.join(self.folder, path), "w", encoding="utf-8") as f:
                f.write(text)
        os.chmod(os.path.join(bin_folder, "job"), 0o755)
        self.log = os.path.join(self.folder, "jobs")
        self.env = {"PATH": bin_folder + ":/usr/bin:/bin", "HOME": self.folder, "LANG": "C.UTF-8", "JOBS_LOG": self.log,
                    "PLX_ROOT": os.path.join(self.folder, "root")}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["chmod", "-R", "u+rwx", self.folder], check=False)
        shutil.rmtree(self.folder)

    def realize(self, jobs, target, wait, *options, status=0):
        """Returns the most jobs there were at a time, how many there were, and the output folder."""
        with open(self.log, "w", encoding="utf-8"):
            pass
        done = subprocess.run([PLXC, "realize", f"-j{jobs}", f"jobs.plx#{target}", "--print=path", "--rebuild", *options],
                              cwd=self.folder, env=dict(self.env, WAIT=str(wait)), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == status, f"{target} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        with open(self.log, encoding="utf-8") as f:
            lines = f.read().splitlines()
        # Jobs of a make that was killed may end after a stage emptied the log: their begins are not in it.
        running, most = set(), 0
        for line in lines:
            running.add(line[2:]) if line[0] == "+" else running.discard(line[2:])
            most = max(most, len(running))
        return most, sum(line[0] == "+" for line in lines), done.stdout.strip()


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as f:
        return f.read()


def same(what, is_, should):
    assert is_ == should, f"{what}: {is_}, and not {should}"


def one_stage_has_all():
    with Case() as case:
        same("of one stage with -j4", case.realize(4, "plain", 4)[:2], (4, 6))
        same("with -j1", case.realize(1, "plain", 1)[:2], (1, 6))


def stages_share():
    for jobs in (3, 5):
        with Case() as case:
            same(f"of six stages with -j{jobs}", case.realize(jobs, "many", jobs)[:2], (jobs, 21))


def tokens_of_the_dead_come_back():
    """What a make holds that was killed is free again when its stage has ended."""
    with Case() as case:
        same("after a make was killed", case.realize(3, "afterwards", 3, "--rebuild=killed")[:2], (3, 6))
        # Twice in the same worker, once by its own end.
        case.realize(3, "failed", 3, "--retry=1", status=1)
        same("after a stage was killed", case.realize(3, "plain", 3)[:2], (3, 6))


def cores_are_what_was_asked_for():
    with Case() as case:
        most, count, folder = case.realize(4, "own", 2)
        same("with make -j$PLX_CORES", (most, count, read(folder, "cores")), (2, 6, "2\n"))
        most, count, folder = case.realize(2, "reserved", 2)
        same("of a stage with all cpus", (most, count, read(folder, "cores")), (2, 6, "2\n"))
        same("with make -j1", case.realize(4, "serial", 1)[:2], (1, 6))


def variable():
    with Case() as case:
        folder = case.realize(3, "variable", 1)[2]
        same("MAKEFLAGS", read(folder, "flags"), " -j3 --jobserver-auth=98,99\n")
        # One is of ls itself.
        fds = re.sub(r"^3$", "", read(folder, "fds"), flags=re.M).split()
        same("descriptors", sorted(fds, key=int), ["0", "1", "2", "98", "99"])


if __name__ == "__main__":
    for test in (variable, one_stage_has_all, cores_are_what_was_asked_for, stages_share, tokens_of_the_dead_come_back):
        test()
        print(f"{test.__name__}: good", flush=True)
