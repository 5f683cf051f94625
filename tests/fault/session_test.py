#!/usr/bin/env python3
"""Paused realizations under faults: pausing, continuing in each way, and cancelling, with a process killed at every mutating
system call, and with each applicable errno at each call. Afterwards the store verifies, and either the session is there as
it was and can be continued, or all that it was to lead to is in the store: above all, what a user made by hand is never
lost. Nothing is left behind that nobody will clear away."""
import json
import os
import re
import shutil

import errno_test
import fault
from fault import Case, need

PAUSE = ("realize", "-j", "1", "paused.plx#d", "--interrupt", "b")
REALIZE = ("realize", "-j", "1", "paused.plx#d")
CONTINUE = ("continue", "-j", "1")
CANCEL = ("cancel",)


def pipeline(case):
    shutil.copy(os.path.join(fault.HERE, "paused.plx"), case.folder)


def ok(done):
    need(done.status == 0, f"a step without a fault failed: {done}")
    return done


def sessions(case):
    return json.loads(ok(case.run("sessions", "--json")).out)


def paused_folders(case):
    """The stages' folders in tmp/, of sessions that are there and of others."""
    tmp = os.path.join(case.root, "tmp")
    return [os.path.join(tmp, name) for name in (os.listdir(tmp) if os.path.isdir(tmp) else []) if name.startswith("paused-")]


def outputs(case):
    return [os.path.join(folder, f"out{i}") for folder in paused_folders(case) for i in (1, 2)]


def by_hand(case):
    """What a user makes: a file that is run, one that is not, a link, a folder, and modes of their own."""
    for i in (1, 2):
        out = os.path.join(paused_folders(case)[0], f"out{i}")
        os.mkdir(os.path.join(out, "sub"))
        for name in ("b", "sub/run"):
            with open(os.path.join(out, name), "w", encoding="utf-8") as f:
                f.write(f"{name} by hand in {i}\n")
        os.chmod(os.path.join(out, "sub/run"), 0o700)
        os.chmod(os.path.join(out, "b"), 0o640)
        os.symlink("../b", os.path.join(out, "sub/link"))


def pause(case):
    pipeline(case)
    ok(case.run(*PAUSE))


def pause_and_work(case):
    pause(case)
    by_hand(case)


def pause_over_others(case):
    """There are realizations already, so they can be taken."""
    pipeline(case)
    ok(case.run("realize", "-j", "1", "paused.plx#b"))
    ok(case.run(*PAUSE))


def take_others(case):
    """Always the same ones, since what they are does not depend on the store."""
    return [f"--rref={rref}" for rref in ok(case.run("realize", "paused.plx#b")).out.split()]


def content(folder):
    """Everything below, with the modes of what is no link."""
    found = {}
    for base, dirs, files in os.walk(folder):
        for name in dirs + files:
            path = os.path.join(base, name)
            rel = os.path.relpath(path, folder)
            if os.path.islink(path):
                found[rel] = os.readlink(path)
            elif os.path.isfile(path):
                with open(path, "rb") as f:
                    found[rel] = (f.read(), bool(os.stat(path).st_mode & 0o100))
            else:
                found[rel] = "folder"
    return found


class Way:
    """A command on a prepared store, and what it leads to."""

    def __init__(self, name, prepare, command):
        self.name, self.prepare = name, prepare
        with Case() as case:
            prepare(case)
            self.command = command(case) if callable(command) else command
            self.out = ok(case.run(*self.command)).out
            self.refs = case.refs()
        with Case() as case:
            prepare(case)
            self.sites = case.sites({"calls": "mutating"}, *self.command)[0]
        with Case() as case:
            prepare(case)
            self.errno_sites = errno_test.sites(case, *self.command)

    # What must hold afterwards, undisturbed from here on.
    def check(self, case, ended):
        case.check_ended(ended)
        case.check_unlocked()
        case.verify()
        if ended.status == 0:
            need(ended.out == self.out, f"it printed something else: {ended}")
        self.check_end(case, ended)
        # Dead processes' leavings are all that may be there, and a repair removes them.
        ok(case.run("store", "verify", "--repair"))
        need(not case.verify(), f"notes stay after a repair: {ended}")
        left = [n for n in os.listdir(os.path.join(case.root, "sessions")) if n != ".lock"]
        left += [n for n in os.listdir(os.path.join(case.root, "tmp"))]
        need(not left, f"left behind: {left}: {ended}")

    def check_end(self, case, ended):
        """Continued: again, if the session is there; otherwise all of it was done."""
        there = sessions(case)
        need(len(there) <= 1, f"more than one session: {there}: {ended}")
        if there:
            again = case.run(*(CONTINUE if there[0]["made"] else self.command))
            need(again.status == 0 and again.out == self.out, f"it cannot be continued: {again}\nafter {ended}")
        need(not sessions(case), f"the session stays: {ended}")
        need(case.refs() == self.refs, f"it leads elsewhere: {sorted(case.refs() ^ self.refs)}\nafter {ended}")


class Pausing(Way):
    def check_end(self, case, ended):
        there = sessions(case)
        need(ended.status or there, f"paused, and there is no session: {ended}")
        if not there:
            ok(case.run(*PAUSE))
        # One that was paused without saying so is whole.
        by_hand(case)
        ok(case.run(*CONTINUE))


class Cancelling(Way):
    def check_end(self, case, ended):
        there = sessions(case)
        need(ended.status or not there, f"cancelled, and it is there: {ended}")
        if there:
            ok(case.run(*CANCEL))


WAYS = (
    (Pausing, "pause", pipeline, PAUSE),
    (Way, "continue with what is there", pause_and_work, CONTINUE),
    (Way, "continue with the realizer", pause, CONTINUE + ("--default",)),
    (Way, "continue with others", pause_over_others, lambda case: (*CONTINUE, *take_others(case))),
    (Cancelling, "cancel", pause_and_work, CANCEL),
)


def ways():
    return [make(name, prepare, command) for make, name, prepare, command in WAYS]


def killed_at(action, roles, limit):
    faults = 0
    for way in ways():
        counts = {role: sum(1 for s in way.sites if s[0] == role) for role in roles}
        cases = [(role, n) for role in roles for n in range(1, counts[role] + 1)]

        def one(site, way=way):
            role, n = site
            with Case() as case:
                way.prepare(case)
                ended = case.inject({"calls": "mutating", "role": role, "at": n, "do": action}, *way.command)
                way.check(case, ended)

        faults += fault.run_all(f"{way.name}: {action} at each of {len(cases)} calls", fault.share(cases, limit), one)
    return faults


def kill_one():
    return killed_at("kill", ("main", "newborn", "worker", "committer", "child", "realizer"), 25)


def kill_all():
    return killed_at("kill-all", ("main", "worker", "committer", "child"), 25)


def errors(span, limit, ways, calls=None):
    faults = 0
    for way in ways:

        def one(site, way=way):
            role, call, errno, n = site
            with Case() as case:
                way.prepare(case)
                work = {path: content(path) for path in outputs(case)}
                # What is interrupted is tried again, so not everything can be.
                real_span = "half" if errno == "EINTR" and span == "from" else span
                fault_ = {"calls": call, "role": role, "at": n, "span": real_span, "do": "errno=" + errno}
                ended = case.inject(fault_, *way.command)
                fired = ended.report["fired"]
                # What refuses access to an output is taken for something that was done to it.
                refused = ended.status == 1 and errno == "EACCES" and "error[E0715]" in ended.err
                need(ended.status in errno_test.STATUSES[role] or refused, f"it ended with {ended}")
                if ended.status:
                    silent = any(re.search(r"^main write ((?!/root/).)*$", f) for f in fired)
                    need(silent or re.search(r"^error\[E\d{4}\]: \S", ended.err, flags=re.M), f"it does not say why: {ended}")
                # What is still a session's has not changed for whoever works on it. If undoing fails, too, then the next
                # command undoes it, see below.
                if span == "once" and any(not s["made"] for s in sessions(case)):
                    for path, before in work.items():
                        now = content(path)
                        need(now == before or not os.path.exists(path), f"{path} changed: {now} from {before}: {ended}")
                way.check(case, ended)

        sites = [s for s in way.errno_sites if not calls or s[1] in calls]
        faults += fault.run_all(f"{way.name}: errors, {span}", fault.share(sites, limit), one)
    return faults


def errors_once():
    return errors("once", 30, ways())


def errors_for_good():
    return errors("from", 12, ways())


def work_stays():
    """Each call after which an output could be thought to be in the store, or to be nobody's."""
    way = [w for w in WAYS if w[3] == CONTINUE]
    calls = ("fsync", "syncfs", "renameat", "renameat2", "fchmodat", "pwrite64")
    return errors("once", 60, [make(*rest) for make, *rest in way], calls)


if __name__ == "__main__":
    fault.main(work_stays, kill_one, kill_all, errors_once, errors_for_good)
