"""What the tests of faults share: fresh stores, plxc with something bad happening to it, and what must hold afterwards.

A test is a list of cases, each with a store of its own; they run side by side. PLX_TORTURE=full takes the long form: every
site, a thousand random deaths and more. Without it, an even share of the same sites, so that all tests together take a few minutes.
"""
import concurrent.futures
import fcntl
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

PLXC = os.environ["PLXC"]
FAULTER = os.environ["FAULTER"]
HERE = os.path.dirname(os.path.abspath(__file__))
FULL = os.environ.get("PLX_TORTURE") == "full"
JOBS = int(os.environ.get("PLX_TORTURE_JOBS", os.cpu_count() or 1))
TIMEOUT = 120  # for one run of plxc, which takes a fraction of a second


class Fault(Exception):
    """Something that must not be; the text says what."""


def need(condition, text):
    if not condition:
        raise Fault(text)


def remove(folder):
    """What is realized is read-only."""
    subprocess.run(["chmod", "-R", "u+rwx", folder], check=False, stderr=subprocess.DEVNULL)
    shutil.rmtree(folder, ignore_errors=True)


class Ended:
    """How a run of plxc ended."""

    def __init__(self, status, out, err, report=None):
        self.status, self.out, self.err, self.report = status, out, err, report or {}

    def __str__(self):
        fired = ", ".join(self.report.get("fired", []))
        return f"status {self.status}{f' at {fired}' if fired else ''}\n--- stdout\n{self.out}--- stderr\n{self.err}"


class Case:
    """A folder with a store, and the pipelines of this folder to realize in it."""

    def __init__(self, keep_fsync=True, folder=None):
        base = folder or os.environ.get("PLX_TORTURE_DIR")
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="plx-fault-", dir=base))
        self.root = os.path.join(self.folder, "root")
        self.home = os.path.join(self.folder, "home")
        os.mkdir(self.home)
        self.env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": self.home, "PLX_ROOT": self.root,
                    "LANG": "C.UTF-8", "CASE": self.folder}
        if not keep_fsync:
            self.env["PLX_FSYNC"] = "off"
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        remove(self.folder)

    def run(self, *arguments):
        done = subprocess.run([PLXC, *arguments], cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=TIMEOUT, check=False)
        return Ended(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def start(self, *arguments, **options):
        return subprocess.Popen([PLXC, *arguments], cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL, **options)

    def inject(self, options, *arguments):
        """Runs plxc under the faulter, which counts calls from the first that main() makes."""
        report = os.path.join(self.folder, "report")
        command = [FAULTER, "--arm", "/dev/null", "--report", report]
        for name, value in options.items():
            command += ["--" + name, str(value)]
        # A leak checker is a tracer itself.
        env = dict(self.env, ASAN_OPTIONS=self.env.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
        done = subprocess.run([*command, "--", PLXC, *arguments], cwd=self.folder, env=env,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False)
        need(done.returncode != 125, "the faulter failed: " + done.stderr.decode(errors="replace"))
        with open(report, encoding="utf-8") as f:
            report = json.load(f)
        return Ended(report["status"], done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"), report)

    def sites(self, options, *arguments):
        """The calls that an undisturbed run makes, as (role, call, what)."""
        path = os.path.join(self.folder, "list")
        done = self.inject(dict(options, list=path), *arguments)
        need(done.status == 0, f"the undisturbed run failed: {done}")
        with open(path, encoding="utf-8") as f:
            return [tuple((line.rstrip("\n") + "  ").split(" ", 2)) for line in f], done

    # ---- what must hold ----

    def verify(self, *options):
        """The findings; a fault raises."""
        done = self.run("store", "verify", "--json", *options)
        try:
            found = json.loads(done.out)
        except ValueError:
            raise Fault(f"verify cannot be done: {done}") from None
        need(done.status == 0 and found["faults"] == 0, f"the store is damaged: {done}")
        return found["findings"]

    def refs(self):
        """All derivations and realizations."""
        store = os.path.join(self.root, "store-v1")
        refs = set()
        for dref in os.listdir(store) if os.path.isdir(store) else []:
            refs.add(dref)
            refs.update(dref + "/" + name for name in os.listdir(os.path.join(store, dref)) if name != "config.json")
        return refs

    def check_unlocked(self):
        for sub in ("locks", "roots/temp"):
            folder = os.path.join(self.root, sub)
            for name in os.listdir(folder) if os.path.isdir(folder) else []:
                with open(os.path.join(folder, name), encoding="utf-8") as f:
                    try:
                        fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        raise Fault(f"{sub}/{name} is still locked") from None

    def check_reported(self, ended):
        """What was printed is there."""
        for hash_, dref in re.findall(r"^rref:([0-9a-f]{32})-([0-9a-f]{32}-\S+)$", ended.out, flags=re.M):
            need(os.path.isdir(os.path.join(self.root, "store-v1", dref, hash_)), f"reported, but not there: {ended}")
        stages = {name.split("/")[0].split("-", 1)[1] for name in self.refs() if "/" in name}
        for name in re.findall(r"^plxc: (\S+): built in", ended.err, flags=re.M):
            need(name in stages, f"`{name}` was reported as built and is not there: {ended}")

    def check_ended(self, ended):
        """Nothing runs any more, nobody crashed."""
        need(not ended.report.get("timed_out"), f"it did not end: {ended}")
        need(not ended.report.get("left"), f"still running: {ended.report.get('left')}: {ended}")
        need("plx: bug:" not in ended.err and "Sanitizer" not in ended.err, f"a bug: {ended}")

    def strays(self):
        """Processes that were started in this case: all have its folder in their environment."""
        mark, found = f"CASE={self.folder}\0".encode(), []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as f:
                    if mark in f.read() + b"\0":
                        found.append(int(pid))
            except OSError:  # it is gone, or a zombie
                pass
        return found

    def check_no_strays(self, seconds=20):
        """What is told to end needs a moment. Whatever is left then is ended here."""
        deadline = time.monotonic() + seconds
        for pid in self.strays():
            try:
                pidfd = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            select.select([pidfd], [], [], max(0, deadline - time.monotonic()))
            os.close(pidfd)
        left = self.strays()
        names = [open(f"/proc/{pid}/cmdline", "rb").read() for pid in left]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        need(not left, f"still running: {names}")

    def check_no_leftovers(self, ended):
        findings = self.verify()
        need(not findings, f"left behind: {findings}: {ended}")
        tmp = os.path.join(self.root, "tmp")
        left = os.listdir(tmp) if os.path.isdir(tmp) else []
        need(not left, f"left in tmp: {left}: {ended}")

    def check_converges(self, arguments, wanted, before=None):
        """The same command again: the same store and output as without the fault; then all that is left can be cleared."""
        again = self.run(*arguments)
        need(again.status == 0, f"a rerun fails: {again}\nafter {before}")
        need(again.out == wanted.out, f"a rerun prints something else: {again}\nafter {before}")
        need(self.refs() == wanted.refs, f"a rerun leads elsewhere: {sorted(self.refs() ^ wanted.refs)}\nafter {before}")
        self.verify("--repair")
        findings = self.verify()
        need(not findings, f"notes stay after a repair: {findings}\nafter {before}")


class Wanted:
    """What an undisturbed run leads to. Results are relative to the store's root, which each case has elsewhere."""

    def __init__(self, pipeline, *arguments, folder=None):
        with Case(folder=folder) as case:
            pipeline(case)
            done = case.run(*arguments)
            need(done.status == 0, f"the undisturbed run failed: {done}")
            self.out = done.out
            self.refs = case.refs()


def small(case):
    """Three kinds of realizer, several outputs, links, folders; few system calls."""
    shutil.copy(os.path.join(HERE, "small.plx"), case.folder)
    with open(os.path.join(case.folder, "input.txt"), "w", encoding="utf-8") as f:
        f.write("input\n")


def wide(case, layers=4, width=8, note="", tag=""):
    """Layers of stages, each on two of the layer before, and one that joins all. `note` begins each script; `{name}` in it
    is the stage's name. With a tag, which is in their names, they are others, in a file `wideTAG.plx`."""
    lines = []
    for layer in range(layers):
        for i in range(width):
            deps = [f"s{layer - 1}_{(i + k) % width}" for k in (0, 3)] if layer else []
            inputs = "".join(f' {d} = {d} / "out",' for d in deps)
            read = " ".join(f'"${d}"' for d in deps)
            name = f"s{layer}_{i}"
            # No pipe: sh would not notice that its first part was killed.
            script = note.format(name=name + tag) + f'echo {layer} {i} > "$out/out"; cat {read} >> "$out/out"'
            lines.append(f'{name} = stage(name = "{name}{tag}", passenv = ["CASE"],{inputs} realize = sh(\'\'\'{script}\'\'\'))')
    last = ", ".join(f's{layers - 1}_{i} / "out"' for i in range(width))
    script = note.format(name="all" + tag) + 'cat $of > "$out/out"'
    lines.append(f'all = stage(name = "all{tag}", passenv = ["CASE"], of = [{last}], realize = sh(\'\'\'{script}\'\'\'))')
    with open(os.path.join(case.folder, f"wide{tag}.plx"), "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")


def share(items, limit):
    """All of them in the long form, else about `limit`, evenly spread."""
    items = list(items)
    if FULL or len(items) <= limit:
        return items
    return [items[i * len(items) // limit] for i in range(limit)]


def run_all(name, cases, one):
    """one(case) for each case, side by side; prints what went wrong and how many there were."""
    lock = threading.Lock()
    faults, done = [], 0
    begin = time.monotonic()

    def guarded(case):
        nonlocal done
        try:
            one(case)
        except Fault as f:
            with lock:
                faults.append((case, str(f)))
        except Exception as e:  # the harness is at fault, or plxc did not end
            with lock:
                faults.append((case, f"{type(e).__name__}: {e}"))
        with lock:
            done += 1

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(guarded, cases))
    for case, text in faults[:20]:
        print(f"FAULT in {name} {case}:\n{text}\n")
    print(f"{name}: {done} cases, {len(faults)} faults, {time.monotonic() - begin:.0f} s", flush=True)
    return len(faults)


def main(*tests):
    """Runs those that are named on the command line, or all."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    chosen = [t for t in tests if not sys.argv[1:] or t.__name__ in sys.argv[1:]]
    sys.exit(1 if sum(test() for test in chosen) else 0)
