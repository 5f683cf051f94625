#!/usr/bin/env python3
"""SIGINT, SIGTERM and SIGHUP at each call of a realization: plxc ends soon, with 130, without leftovers, and has published
nothing that it did not say."""
import collections
import re
import signal

import fault
from fault import Case, Wanted, need

COMMAND = ("realize", "-j", "2", "small.plx#d", "-o", "result")
SOON_MS = 10000  # with everything else that this machine does; it takes some 10 ms


def at_each_call():
    wanted = Wanted(fault.small, *COMMAND)
    with Case() as case:
        fault.small(case)
        listed, _ = case.sites({"calls": "mutating,poll,wait4,recvfrom"}, *COMMAND)
    signals = ("INT", "TERM", "HUP")
    statuses = collections.Counter()
    cases = [(signals[n % 3], n) for n in range(1, len(listed) + 1)]

    def one(site):
        name, n = site
        with Case() as case:
            fault.small(case)
            ended = case.inject({"calls": "mutating,poll,wait4,recvfrom", "at": n, "do": "signal=" + name}, *COMMAND)
            case.check_ended(ended)
            # Before there is anything to end in order, the signal itself ends plxc.
            early = -getattr(signal, "SIG" + name)
            statuses[ended.status] += 1
            need(ended.status in (0, 130, early), f"it ended with {ended}")
            need(ended.report["ms"] < SOON_MS, f"it took {ended.report['ms']} ms: {ended}")
            if ended.status == 0:
                need(ended.out == wanted.out, f"it printed something else: {ended}")
            case.check_reported(ended)
            case.check_unlocked()
            case.check_no_leftovers(ended)
            there = {ref.split("/")[0].split("-", 1)[1] for ref in case.refs() if "/" in ref}
            said = set(re.findall(r"^plxc: (\S+): built in", ended.err, flags=re.M))
            need(there == said, f"published {there}, reported {said}: {ended}")
            case.check_converges(COMMAND, wanted, ended)

    faults = fault.run_all(f"signals at {len(cases)} calls", fault.share(cases, 150), one)
    print(f"    ended with 130: {statuses[130]}, done before: {statuses[0]}, ended by the signal: "
          f"{sum(n for status, n in statuses.items() if status < 0)}", flush=True)
    return faults


if __name__ == "__main__":
    fault.main(at_each_call)
