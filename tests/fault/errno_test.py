#!/usr/bin/env python3
"""Lets system calls of a realization fail: each applicable errno at each site once, and from a site on for good. Afterwards
plxc has said what went wrong and ended as documented, without a crash; the store verifies; the same command, undisturbed,
leads to the same store."""
import os
import re

import fault
from fault import Case, Wanted, need

COMMAND = ("realize", "-j", "1", "small.plx#d", "-o", "result")

MAKES = "openat:w mkdir mkdirat symlinkat linkat".split()
WRITES = "write pwrite64 sendfile copy_file_range ftruncate".split()
SYNCS = "fsync syncfs close".split()
MOVES = "renameat renameat2".split()
CHANGES = "fchmod fchmodat utimensat fremovexattr unlink unlinkat".split()
LOOKS = "openat read pread64 fstat newfstatat getdents64 readlink readlinkat access faccessat2 chdir getcwd flistxattr".split()
WAITS = "read write sendto recvfrom poll wait4 flock".split()

# What can fail how. A log on a full disk may break off in a write; a folder's entry needs space in a rename; EINTR comes
# from file systems in user space as well.
APPLICABLE = {
    "ENOSPC": MAKES + WRITES + SYNCS + MOVES + ["inotify_add_watch"],
    "EIO": LOOKS + MAKES + WRITES + SYNCS + MOVES + CHANGES,
    "EACCES": ["openat", "newfstatat", "access", "faccessat2", "execve", "chdir"] + MAKES + MOVES + CHANGES,
    "EMFILE": "openat fcntl socketpair eventfd2 inotify_init1 pidfd_open pipe2".split(),
    "EINTR": WAITS + WRITES + ["openat", "openat:w", "fsync", "syncfs", "close", "copy_file_range"],
    "EAGAIN": ["clone", "clone3", "fork", "vfork"],
    "ENOLCK": ["flock"],
}
# What plxc itself does; a realizer's own failures are its own.
ROLES = ("main", "newborn", "worker", "committer", "child")

# Statuses of the documentation: 4 the system failed. 1 a realizer failed: what happens in the child before it becomes one.
# 2 and 3: a source that cannot be read.
STATUSES = {"main": (0, 2, 3, 4), "newborn": (0, 4), "worker": (0, 1, 4), "committer": (0, 1, 4), "child": (0, 1, 4)}

# What is also used to clear up: a failure there leaves things behind, which verify shows as such.
CLEARS = ("unlink", "close", "openat", "newfstatat", "fstat", "getdents64", "fchmod", "read", "fcntl", "wait4", "recvfrom")


def sites(case, *command):
    """(role, call, errno, n) for each call of an undisturbed run, and each errno that it may give."""
    listed, _ = case.sites({"calls": "all"}, *command)
    seen, found = {}, []
    for role, call, what in listed:
        if role not in ROLES:
            continue
        n = seen[role, call] = seen.get((role, call), 0) + 1
        for errno, names in APPLICABLE.items():
            if call in names or (call in ("open", "openat") and call + ":w" in names and "/lib/" not in what):
                found.append((role, call, errno, n))
    return found


def check(case, ended, wanted, roles, what):
    case.check_ended(ended)
    fired = ended.report["fired"]
    allowed = {status for role in roles for status in STATUSES[role]}
    need(ended.status in allowed, f"it ended with {ended}")
    # What cannot be written to standard error cannot be read there.
    silent = any(re.search(r"^main write ((?!/root/).)*$", f) for f in fired)
    if ended.status == 0:
        need(ended.out == wanted.out, f"it printed something else: {ended}")
    else:
        need(silent or re.search(r"^error\[E\d{4}\]: \S", ended.err, flags=re.M), f"it does not say why: {ended}")
        need(not ended.out, f"it failed and printed results: {ended}")
    case.check_reported(ended)
    case.check_unlocked()
    findings = case.verify()
    once = len(fired) == 1 and fired[0].split()[1]
    if once and not once.startswith(CLEARS):
        need(not findings, f"left behind by {what}: {findings}: {ended}")


def once():
    wanted = Wanted(fault.small, *COMMAND)
    with Case() as case:
        fault.small(case)
        cases = fault.share(sites(case, *COMMAND), 300)

    def one(site):
        role, call, errno, n = site
        with Case() as case:
            fault.small(case)
            ended = case.inject({"calls": call, "role": role, "at": n, "do": "errno=" + errno}, *COMMAND)
            check(case, ended, wanted, (role,), site)
            case.check_converges(COMMAND, wanted, ended)

    return fault.run_all("errors, once", cases, one)


def persistently():
    """From a call on, all of the kind fail, in all processes: a full disk, a broken one, no descriptors."""
    wanted = Wanted(fault.small, *COMMAND)
    cases = []
    for errno in APPLICABLE:
        if errno == "EAGAIN":
            continue
        calls = ",".join(dict.fromkeys(APPLICABLE[errno]))
        with Case() as case:
            fault.small(case)
            listed, _ = case.sites({"calls": calls}, *COMMAND)
        cases += [(errno, calls, n) for n in range(1, len(listed) + 1)]

    def one(site):
        errno, calls, n = site
        with Case() as case:
            fault.small(case)
            span = "half" if errno == "EINTR" else "from"
            ended = case.inject({"calls": calls, "at": n, "span": span, "do": "errno=" + errno}, *COMMAND)
            roles = {f.split()[0] for f in ended.report["fired"]} & set(STATUSES) | {"worker"}
            check(case, ended, wanted, roles, site)
            case.check_converges(COMMAND, wanted, ended)

    return fault.run_all("errors, for good", fault.share(cases, 120), one)


def on_a_full_store(name, command, statuses, limit):
    """A command that finds all that it needs, and has nothing to add, takes nothing away either and builds nothing."""
    wanted = Wanted(fault.small, *COMMAND)
    with Case() as case:
        fault.small(case)
        case.run(*COMMAND)
        cases = fault.share(sites(case, *command), limit)

    def one(site):
        role, call, errno, n = site
        with Case() as case:
            fault.small(case)
            case.run(*COMMAND)
            ended = case.inject({"calls": call, "role": role, "at": n, "do": "errno=" + errno}, *command)
            case.check_ended(ended)
            need(ended.status in statuses, f"it ended with {ended}")
            need("built in" not in ended.err, f"it was built again: {ended}")
            need(case.refs() == wanted.refs, f"something went or came: {case.refs() ^ wanted.refs}: {ended}")
            need(not os.listdir(os.path.join(case.root, "quarantine")), f"something was moved away: {ended}")
            case.check_converges(COMMAND, wanted, ended)

    return fault.run_all(name, cases, one)


def null():
    return on_a_full_store("errors, when all is built", COMMAND, (0, 2, 3, 4), 60)


def repair():
    return on_a_full_store("errors of verify --repair", ("store", "verify", "--repair"), (0, 4), 60)


def collect():
    """What a root keeps stays, though the collection cannot see all of it."""
    return on_a_full_store("errors of gc", ("store", "gc"), (0, 4), 60)


if __name__ == "__main__":
    fault.main(once, persistently, null, repair, collect)
