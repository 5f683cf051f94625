#!/usr/bin/env python3
"""Compares plxc with its peers, side by side in one run, and prints ratios.

    ./dev bench [--runs N] [--scale F] [CASE…]

Each case runs plxc and its peer in turns, N times (default 5), in fresh folders, and reports the medians of wall time and of
peak memory of the largest process, and the ratio plx / peer: under 1 means that plx is faster or smaller. --scale makes the inputs smaller
(0.1) for a quick look. Without CASE all run; --list shows them.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import graphs  # noqa: E402
import programs  # noqa: E402


class Failed(Exception):
    pass


def measure(args, cwd, env=None):
    """Runs a command; returns (seconds, peak KiB of the process or its largest waited-for child)."""
    full_env = dict(os.environ, **(env or {}))
    with tempfile.TemporaryFile() as output:
        begin = time.monotonic()
        child = subprocess.Popen(args, cwd=cwd, env=full_env, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            output.seek(0)
            raise Failed(f"{' '.join(args)}: exit {child.returncode}\n{output.read()[-2000:].decode(errors='replace')}")
    return seconds, usage.ru_maxrss


class Bench:
    def __init__(self, plxc, runs, scale):
        self.plxc = os.path.abspath(plxc)
        self.runs = runs
        self.scale = scale
        self.rows = []

    def size(self, n):
        return max(1, int(n * self.scale))

    def folder(self):
        return tempfile.TemporaryDirectory(prefix="plx-bench-")

    def row(self, title, plx, peer_name, peer):
        """plx and peer are lists of (seconds, KiB)."""
        time_plx, time_peer = (statistics.median(s for s, _ in runs) for runs in (plx, peer))
        mem_plx, mem_peer = (statistics.median(m for _, m in runs) for runs in (plx, peer))
        self.rows.append((title, peer_name, time_plx, time_peer, mem_plx, mem_peer))
        print(f"{title:<34} plx {time_plx:8.3f} s {mem_plx / 1024:7.1f} MiB   {peer_name} {time_peer:8.3f} s {mem_peer / 1024:7.1f} MiB"
              f"   ratio: time {time_plx / time_peer:6.2f}, memory {mem_plx / mem_peer:6.2f}", flush=True)


CASES = {}


def case(function):
    CASES[function.__name__.replace("_", "-")] = function
    return function


@case
def graph_ninja(bench):
    """Trivial `sh` stages, 10 layers of 1,000 and one that joins all, against ninja: clean build, then null build."""
    layers, width = 10, bench.size(1000)
    jobs = ["-j", str(os.cpu_count())]
    clean, null = ([], []), ([], [])
    for _ in range(bench.runs):
        with bench.folder() as folder:
            pipeline = graphs.write_plx(folder, layers, width)
            graphs.write_ninja(folder, layers, width)
            plx = [bench.plxc, "realize", pipeline, *jobs]
            env = {"PLX_ROOT": os.path.join(folder, "plx")}
            clean[0].append(measure(plx, folder, env))
            clean[1].append(measure(["ninja", *jobs], folder))
            null[0].append(measure(plx, folder, env))
            null[1].append(measure(["ninja", *jobs], folder))
    stages = layers * width + 1
    bench.row(f"{stages:,} stages, clean", clean[0], "ninja", clean[1])
    bench.row(f"{stages:,} stages, null", null[0], "ninja", null[1])


@case
def graph_nix(bench):
    """The same graph against nix-instantiate (evaluation and writing of the derivations)."""
    layers, width = 10, bench.size(1000)
    runs = ([], [])
    for _ in range(bench.runs):
        with bench.folder() as folder:
            pipeline = graphs.write_plx(folder, layers, width)
            expression = graphs.write_nix(folder, layers, width)
            runs[0].append(measure([bench.plxc, "instantiate", pipeline], folder, {"PLX_ROOT": os.path.join(folder, "plx")}))
            runs[1].append(measure(["nix-instantiate", expression], folder, nix_env(folder)))
    bench.row(f"{layers * width + 1:,} stages, instantiate", runs[0], "nix", runs[1])


def compare_program(bench, title, folder, texts):
    """Runs one program in plx and its peers; all must print the same."""
    runs = {language: [] for language in texts}
    printed = {}
    for language, text in texts.items():
        with open(os.path.join(folder, f"main.{language}"), "w") as f:
            f.write(text)
    commands = {"plx": [bench.plxc, "eval", "main.plx#default"],
                "nix": ["nix-instantiate", "--eval", "--strict", "main.nix"],
                "jsonnet": ["jsonnet", "--max-stack", "100000", "main.jsonnet"]}
    for turn in range(bench.runs):
        for language in texts:
            if turn == 0:
                printed[language] = output_of(commands[language], folder)
            runs[language].append(measure(commands[language], folder, nix_env(folder)))
    if len(set(printed.values())) != 1:
        raise Failed(f"{title}: the programs differ: {printed}")
    for peer in texts:
        if peer != "plx":
            bench.row(title, runs["plx"], peer, runs[peer])


def output_of(command, cwd):
    run = subprocess.run(command, cwd=cwd, env=dict(os.environ, **nix_env(cwd)), capture_output=True, text=True)
    if run.returncode != 0:
        raise Failed(f"{' '.join(command)}: exit {run.returncode}\n{run.stderr[-2000:]}")
    return run.stdout.strip()


@case
def language(bench):
    """Small programs against nix-instantiate --eval and jsonnet, whole process."""
    size = bench.size
    small = {
        "fib(27)": programs.fib(27 if bench.scale >= 1 else 20),
        "fold over 1,000,000": programs.fold(size(1000000)),
        "sort of 200,000": programs.sort(max(2000, size(200000))),
        "join of 300,000": programs.join(size(300000)),
        "3,000 record updates": programs.updates(size(3000)),
    }
    for title, texts in small.items():
        with bench.folder() as folder:
            compare_program(bench, title, folder, texts)
    with bench.folder() as folder:
        compare_program(bench, "import tree of 1,000 files", folder, programs.imports(folder, size(1000)))
    with bench.folder() as folder:
        compare_program(bench, "a file of 10 MB", folder, programs.large_file(size(130000)))


def nix_env(folder):
    """A Nix store of its own in `folder`, which works as any user."""
    root = os.path.join(folder, "nix")
    return {
        "NIX_REMOTE": "local", "NIX_STORE_DIR": f"{root}/store", "NIX_STATE_DIR": f"{root}/var", "NIX_LOG_DIR": f"{root}/log",
        "NIX_LOCALSTATE_DIR": f"{root}/var", "NIX_PATH": "", "NIX_CONFIG": "build-users-group =\nsandbox = false\nsubstitute = false\n",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plxc", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    args = parser.parse_args()
    if args.list:
        for name, function in CASES.items():
            print(f"{name:<16} {function.__doc__.strip()}")
        return 0
    unknown = [c for c in args.cases if c not in CASES]
    if unknown:
        parser.error(f"no such case: {', '.join(unknown)} (there are: {', '.join(CASES)})")
    bench = Bench(args.plxc, args.runs, args.scale)
    for name in args.cases or CASES:
        try:
            CASES[name](bench)
        except (Failed, FileNotFoundError) as problem:
            print(f"{name}: {problem}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
