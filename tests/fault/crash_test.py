#!/usr/bin/env python3
"""Ends processes of a realization by SIGKILL: at every mutating system call, one process or all at once, and at random
moments of a wide one. Afterwards the store verifies, nothing is reported that is not there, nothing is locked, nothing
runs, and the same command leads to the same store."""
import os
import random

import fault
from fault import Case, Wanted, need

COMMAND = ("realize", "-j", "1", "small.plx#d", "-o", "result")
MUTATING = {"calls": "mutating"}


def killed_at(action, roles, limit):
    wanted = Wanted(fault.small, *COMMAND)
    with Case() as case:
        fault.small(case)
        sites, _ = case.sites(MUTATING, *COMMAND)
    counts = {role: sum(1 for s in sites if s[0] == role) for role in roles}
    # Runs differ by a few calls; what is beyond the end is an undisturbed run.
    cases = [(role, n) for role in roles for n in range(1, counts[role] + 1)]

    def one(site):
        role, n = site
        with Case() as case:
            fault.small(case)
            ended = case.inject({"calls": "mutating", "role": role, "at": n, "do": action}, *COMMAND)
            case.check_ended(ended)
            case.check_reported(ended)
            case.check_unlocked()
            findings = case.verify()
            if ended.report["fired_count"] and action == "kill" and role != "main":
                need(ended.status in (0, 1, 4), f"one process died, and plxc ended with {ended}")
                # Published and not yet read-only; or it died while plxc ended.
                left = [f for f in findings if "not read-only" not in f["message"] and ended.status != 0]
                need(not left, f"left behind: {left}: {ended}")
            case.check_converges(COMMAND, wanted, ended)

    return fault.run_all(f"{action} at each of {len(cases)} calls", fault.share(cases, limit), one)


def kill_one():
    """One process at a time: the main one, the worker, the one that publishes, a realizer's."""
    return killed_at("kill", ("main", "newborn", "worker", "committer", "child", "realizer"), 120)


def kill_all():
    """All at once, as when memory is out or a container ends."""
    return killed_at("kill-all", ("main", "worker", "committer", "child", "realizer"), 100)


def kill_random():
    """Wide, eight workers: up to three random deaths one after another in a store, of one process or of all."""
    command = ("realize", "-j", "8", "wide.plx#all")
    wanted = Wanted(fault.wide, *command)
    with Case() as case:
        fault.wide(case)
        count = len(case.sites(MUTATING, *command)[0])
    seed = int(os.environ.get("PLX_TORTURE_SEED", "1"))
    print(f"seed {seed}, {count} calls in an undisturbed run")

    def one(number):
        chance = random.Random(seed * 100000 + number)
        with Case() as case:
            fault.wide(case)
            for _ in range(chance.randint(1, 3)):
                action = chance.choice(("kill", "kill-all"))
                ended = case.inject({"calls": "mutating", "at": chance.randint(1, count), "do": action}, *command)
                case.check_ended(ended)
                case.check_reported(ended)
                case.check_unlocked()
                case.verify()
            case.check_converges(command, wanted, ended)

    return fault.run_all("random deaths", range(1000 if fault.FULL else 30), one)


if __name__ == "__main__":
    fault.main(kill_one, kill_all, kill_random)
