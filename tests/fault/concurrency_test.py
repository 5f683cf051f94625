#!/usr/bin/env python3
"""Many processes on one store: each deterministic derivation is realized once, whoever is stopped for a while or killed, and
whatever is collected and verified meanwhile; nothing is damaged, nobody waits for ever."""
import collections
import os
import random
import selectors
import signal
import subprocess
import time

import fault
from fault import Case, Wanted, need

NOTE = 'echo {name} >> "$CASE/ran"; '
COMMAND = ("realize", "-j", "2", "wide.plx#all")
PATIENCE = 120  # seconds without any news before it counts as a deadlock
QUIET = 1  # seconds without news after which those that are stopped go on: the others wait for them


def pipeline(case):
    fault.wide(case, note=NOTE)


def ran(case):
    """How often each stage's realizer began."""
    path = os.path.join(case.folder, "ran")
    if not os.path.exists(path):
        return collections.Counter()
    with open(path, encoding="utf-8") as f:
        return collections.Counter(f.read().split())


class Process:
    def __init__(self, case, kind, command, pool):
        self.kind, self.command = kind, command
        self.process = case.start(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.text = {"out": b"", "err": b""}
        self.open = 2
        self.stopped = self.killed = False
        for name in ("out", "err"):
            pool.register(getattr(self.process, "std" + name), selectors.EVENT_READ, (self, name))

    def workers(self):
        pid = self.process.pid
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as f:
            return [int(child) for child in f.read().split()]

    def signal(self, number):
        self.process.send_signal(number)

    def __str__(self):
        return (f"{' '.join(self.command)}: status {self.process.returncode}, stopped {self.stopped}, killed {self.killed}\n"
                f"{self.text['out'].decode()}{self.text['err'].decode()}")


class Party:
    """Processes that work side by side; what is done to them happens when one of them says something."""

    def __init__(self, case, chance, kills, on_end=None):
        self.case, self.chance, self.kills, self.on_end = case, chance, kills, on_end
        self.pool = selectors.DefaultSelector()
        self.all = []
        self.killed = 0
        self.done = collections.Counter()

    def start(self, kind, *command):
        self.done[kind] += 1
        self.all.append(Process(self.case, kind, command, self.pool))

    def running(self, kind):
        return [p for p in self.all if p.open and p.kind == kind and not p.killed]

    def go_on(self):
        for p in self.all:
            if p.stopped:
                p.signal(signal.SIGCONT)
                p.stopped = False

    def disturb(self):
        what = self.chance.random()
        builders = self.running("realize")
        if what < 0.04:
            self.start("verify", "store", "verify", "--json")
        elif what < 0.08:
            self.start("gc", "store", "gc")
        elif what < 0.20 and builders:
            p = self.chance.choice(builders)
            p.signal(signal.SIGSTOP)
            p.stopped = True
            self.done["stop"] += 1
        elif what < 0.28:
            self.go_on()
        elif what < 0.34 and builders and self.killed < self.kills:
            self.kill(self.chance.choice(builders))

    def kill(self, p):
        self.killed += 1
        self.done["kill"] += 1
        p.killed = True
        try:
            workers = p.workers()
        except FileNotFoundError:
            return
        if workers and self.chance.random() < 0.3:
            os.kill(self.chance.choice(workers), signal.SIGKILL)
        else:
            p.signal(signal.SIGKILL)

    def read(self, key):
        p, name = key.data
        text = os.read(key.fd, 65536)
        p.text[name] += text
        if text:
            return
        self.pool.unregister(key.fileobj)
        key.fileobj.close()
        p.open -= 1
        if not p.open:
            p.process.wait()
            if self.on_end:
                self.on_end(p)

    def run(self):
        news = time.monotonic()
        while any(p.open for p in self.all):
            events = self.pool.select(QUIET)
            if not events:
                self.go_on()
            for key, _ in events:
                news = time.monotonic()
                self.read(key)
                self.disturb()
            if time.monotonic() > news + PATIENCE:
                stuck = "\n".join(str(p) for p in self.all if p.open)
                for p in self.all:
                    p.process.kill()
                raise fault.Fault("a deadlock: " + stuck)

    def check(self, processes=None):
        for p in self.all if processes is None else processes:
            if not p.killed:
                need(p.process.returncode == 0, str(p))
            need(b"plx: bug:" not in p.text["err"], str(p))


def two_of(chance, file):
    """Targets whose closures have much in common with those of others."""
    return [f"{file}#{s}" for s in chance.sample([f"s{layer}_{i}" for layer in (2, 3) for i in range(8)] + ["all"], 2)]


def many(name, kills, rounds, count):
    wanted = Wanted(pipeline, *COMMAND)
    seed = int(os.environ.get("PLX_TORTURE_SEED", "1"))
    done = collections.Counter()

    def one(number):
        chance = random.Random(seed * 100000 + number)
        with Case(keep_fsync=False) as case:
            pipeline(case)
            party = Party(case, chance, kills)
            for i in range(count):
                party.start("realize", "realize", "-j", str(chance.randint(1, 3)), *two_of(chance, "wide.plx"), "-o", f"result{i}")
            party.run()
            done.update(party.done)
            party.check()
            case.check_no_strays()
            case.check_unlocked()
            often = {stage: n for stage, n in ran(case).items() if n > 1}
            # Of what was killed, each worker's stage is done again.
            need(sum(n - 1 for n in often.values()) <= 3 * party.killed, f"realized more than once: {often}, {party.killed} killed")
            case.verify()
            case.check_converges(COMMAND, wanted)

    faults = fault.run_all(name, range(rounds), one)
    print("    " + ", ".join(f"{n} {what}" for what, n in sorted(done.items())), flush=True)
    return faults


def undisturbed():
    """Closures that overlap; processes that are stopped and go on; collections and checks. Each stage runs once."""
    return many("processes side by side", 0, 20 if fault.FULL else 2, 32 if fault.FULL else 8)


def killed():
    """The same, and some of them are killed, or one of their workers is."""
    return many("processes that are killed", 6, 20 if fault.FULL else 3, 32 if fault.FULL else 8)


class Steady:
    """So many processes at any moment, on one store, for as long as it takes; each that ends makes room for another one. After
    every `count` of them there are other stages to realize, which those that still run overlap with."""

    def __init__(self, case, chance, count, kills, more):
        self.case, self.chance, self.count, self.more = case, chance, count, more
        self.party = Party(case, chance, kills, self.on_end)
        self.begun = 0
        self.killed = collections.Counter()  # by generation

    def start(self):
        tag = f"-{self.begun // self.count}"
        if self.begun % self.count == 0:
            fault.wide(self.case, note=NOTE, tag=tag)
        targets = two_of(self.chance, f"wide{tag}.plx")
        self.party.start("realize", "realize", "-j", str(self.chance.randint(1, 3)), *targets, "-o", f"result{self.begun}")
        self.party.all[-1].tag = tag
        self.begun += 1

    def on_end(self, p):
        self.party.check([p])
        self.party.all.remove(p)
        if p.kind == "realize":
            self.killed[p.tag] += p.killed
            if self.more(self.begun):
                self.start()

    def run(self):
        for _ in range(self.count):
            self.start()
        self.party.run()
        self.case.check_no_strays()
        self.case.check_unlocked()
        # What a killed process had done may have been collected, if nobody else needed it, and is done again.
        often = {s: n for s, n in ran(self.case).items() if n > 1 + self.killed["-" + s.rsplit("-", 1)[1]]}
        need(not often, f"realized more than once: {often}, killed: {self.killed}")
        self.case.verify()
        self.party.done["stages"] = len(ran(self.case))


def steadily(name, kills):
    """In the long form for ten minutes, half of them with kills; PLX_TORTURE_SECONDS says otherwise."""
    done = collections.Counter()
    end = time.monotonic() + int(os.environ.get("PLX_TORTURE_SECONDS", "600")) / 2

    def one(_):
        with Case(keep_fsync=False) as case:
            more = (lambda begun: time.monotonic() < end) if fault.FULL else (lambda begun: begun < 24)
            seed = int(os.environ.get("PLX_TORTURE_SEED", "1"))
            steady = Steady(case, random.Random(seed), 32 if fault.FULL else 8, kills, more)
            steady.run()
            done.update(steady.party.done)

    faults = fault.run_all(name, [0], one)
    print("    " + ", ".join(f"{n} {what}" for what, n in sorted(done.items())), flush=True)
    return faults


def long_undisturbed():
    """A store that is never at rest."""
    return steadily("a busy store", 0)


def long_killed():
    """The same with deaths."""
    return steadily("a busy store, with kills", 1 << 30 if fault.FULL else 6)


def twins():
    """Two realizations of the same file at once build each stage once, and print the same."""
    wanted = Wanted(pipeline, *COMMAND)

    def one(_):
        with Case(keep_fsync=False) as case:
            pipeline(case)
            both = [case.start(*COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
            ends = [p.communicate(timeout=PATIENCE) for p in both]
            need(all(p.returncode == 0 for p in both) and all(out == wanted.out for out, _ in ends), str(ends))
            often = {stage: n for stage, n in ran(case).items() if n != 1}
            need(not often and len(ran(case)) == 33, f"not realized once: {often}: {ends}")
            case.check_no_leftovers(ends)

    return fault.run_all("two at once", range(60 if fault.FULL else 6), one)


if __name__ == "__main__":
    fault.main(twins, undisturbed, killed, long_undisturbed, long_killed)
