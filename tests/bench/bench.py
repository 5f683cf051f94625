#!/usr/bin/env python3
"""Compares plxc with its peers, side by side in one run, and prints ratios.

    ./dev bench [--runs N] [--scale F] [CASE…]

Each case runs plxc and its peer in turns, N times (default 5), in fresh folders, and reports the medians of wall time and of
peak memory of the largest process, and the ratio plx / peer: under 1 means that plx is faster or smaller. --scale makes the inputs smaller
(0.1) for a quick look. Without CASE all run but for those that need much time or room; --list shows them. Everything is made in $TMPDIR.
"""

import argparse
import functools
import hashlib
import mmap
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import graphs  # noqa: E402
import many  # noqa: E402
import programs  # noqa: E402

REST = 8  # seconds, after a run that synced gigabytes


class Failed(Exception):
    pass


class LeftOut(Exception):
    """What a case needs is not there."""


def measure(args, cwd, env=None):
    """Runs a command; returns (seconds, peak KiB of the process or its largest waited-for child).

    Between the two stands time(1), which is small: a process inherits the peak of the one that starts it, here that of Python."""
    full_env = dict(os.environ, **(env or {}))
    with tempfile.TemporaryFile() as output, tempfile.NamedTemporaryFile("r") as peak:
        begin = time.monotonic()
        status = subprocess.run(["time", "-q", "-f", "%M", "-o", peak.name, *args], cwd=cwd, env=full_env, stdout=output,
                                stderr=output, stdin=subprocess.DEVNULL).returncode
        seconds = time.monotonic() - begin
        if status != 0:
            output.seek(0)
            raise Failed(f"{' '.join(args)}: exit {status}\n{output.read()[-2000:].decode(errors='replace')}")
        return seconds, int(peak.read())


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


    def figure(self, title, text):
        """Something without a peer."""
        print(f"{title:<34} {text}", flush=True)


CASES = {}
LARGE = set()


def case(function):
    CASES[function.__name__.replace("_", "-")] = function
    return function


def large_case(function):
    """One that runs only when it is named."""
    LARGE.add(function.__name__.replace("_", "-"))
    return case(function)


def median(runs):
    return statistics.median(s for s, _ in runs)


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
    """The same graph against nix-instantiate (evaluation and writing of the derivations); and a twentieth of it with
    nix-store --realise, too, which takes long."""
    layers, width, few = 10, bench.size(1000), bench.size(50)
    written, built = ([], []), ([], [])
    for _ in range(bench.runs):
        with bench.folder() as folder:
            for i, (args, env) in enumerate(instantiations(bench, folder, layers, width)):
                written[i].append(measure(args, folder, env))
            many.remove(os.path.join(folder, "nix"))
    bench.row(f"{layers * width + 1:,} stages, instantiate", written[0], "nix", written[1])
    for _ in range(bench.runs):
        with bench.folder() as folder:
            (_, env), (instantiate, nix) = instantiations(bench, folder, layers, few)
            built[0].append(measure([bench.plxc, "realize", "graph.plx"], folder, env))
            steps = measure(instantiate, folder, nix), measure(["nix-store", "--realise", "all.drv", "-j", str(os.cpu_count())], folder, nix)
            built[1].append((sum(seconds for seconds, _ in steps), max(memory for _, memory in steps)))
            many.remove(os.path.join(folder, "nix"))
    bench.row(f"{layers * few + 1:,} stages, clean", built[0], "nix", built[1])


def instantiations(bench, folder, layers, width):
    """plx's and Nix's, as a command and its environment."""
    pipeline, expression = graphs.write_plx(folder, layers, width), graphs.write_nix(folder, layers, width)
    return (([bench.plxc, "instantiate", pipeline], {"PLX_ROOT": os.path.join(folder, "plx")}),
            (["nix-instantiate", expression, "--add-root", "all.drv"], nix_env(folder)))


@large_case
def graph_scale(bench):
    """100,000 stages in one closure against 10,000: clean build and null build; time and memory are to grow linearly."""
    small, large = ([], []), ([], [])
    for width, into in ((bench.size(1000), small), (bench.size(10000), large)):
        with bench.folder() as folder:
            pipeline = graphs.write_plx(folder, 10, width)
            command = [bench.plxc, "realize", pipeline, "-j", str(os.cpu_count()), "--log=quiet"]
            env = {"PLX_ROOT": os.path.join(folder, "plx")}
            into[0].append(measure(command, folder, env))
            for _ in range(bench.runs):
                into[1].append(measure(command, folder, env))
            many.remove(env["PLX_ROOT"])
    sizes = f"{10 * bench.size(10000) + 1:,} stages"
    bench.row(f"{sizes}, clean", large[0], f"{10 * bench.size(1000) + 1:,}", small[0])
    bench.row(f"{sizes}, null", large[1], f"{10 * bench.size(1000) + 1:,}", small[1])


ONE = """a = stage(name = "one-a", n = {n}, o = promise / "o", realize = sh('''echo $n > "$o"'''))
default = stage(name = "one-b", a = a.o, o = promise / "o", realize = sh('''cat "$a" > "$o"'''))
"""


@large_case
def store_scale(bench):
    """A store with 1,000,000 realizations: realizing two stages in it and in an empty one; gc, find, du with it. About 25 GB."""
    drop = "/proc/sys/vm/drop_caches"
    with bench.folder() as folder:
        env = {"PLX_ROOT": os.path.join(folder, "plx")}
        empty = {"PLX_ROOT": os.path.join(folder, "empty")}
        graph = graphs.write_plx(folder, 10, bench.size(10000))
        top = output_of([bench.plxc, "instantiate", graph], folder, dict(env, PLX_FSYNC="off"))
        count = many.fill(env["PLX_ROOT"], 10)
        measure([bench.plxc, "store", "root", "add", "all", top], folder, env)
        os.sync()
        title = f"{count:,} realizations"
        new, again = ([], []), ([], [])
        for turn in range(bench.runs):
            path = os.path.join(folder, "one.plx")
            with open(path, "w") as f:
                f.write(ONE.format(n=turn))
            for i, place in enumerate((env, empty)):
                new[i].append(measure([bench.plxc, "realize", path], folder, place))
                again[i].append(measure([bench.plxc, "realize", path], folder, place))
        bench.row(f"{title}: two stages, clean", new[0], "empty", new[1])
        bench.row(f"{title}: two stages, null", again[0], "empty", again[1])
        questions = {"gc --dry-run": ["gc", "--dry-run"], "find": ["find", "--name", "s-5-*"], "du": ["du"], "ls": ["ls"], "rdeps": ["rdeps", top],
                     "verify": ["verify"]}
        for name, args in questions.items():
            warm = []
            for _ in range(1 if name == "verify" else bench.runs + 1):
                warm.append(measure([bench.plxc, "store", *args], folder, env))
            cold = []
            if os.access(drop, os.W_OK) and name != "verify":
                os.sync()
                with open(drop, "w") as f:
                    f.write("3")
                cold = [measure([bench.plxc, "store", *args], folder, env)]
            text = f"{median(warm[1:] or warm):8.3f} s {max(m for _, m in warm) / 1024:7.1f} MiB"
            bench.figure(f"{title}: {name}", text + (f", from the disk {median(cold):8.3f} s" if cold else ""))
        many.remove(env["PLX_ROOT"])


FETCH = 'default = fetchlocal(path = "{path}", sha256 = "{hash}", mode = "as-is")\n'
SOURCE = 'default = source(./big.bin)\n'


def large_file(path, size):
    """Bytes that no file system can make smaller. Returns their SHA-256."""
    h = hashlib.sha256()
    block = os.urandom(1 << 24)
    with open(path, "wb") as f:
        for i in range(max(1, size >> 24)):
            piece = i.to_bytes(8, "little") + block[8:]
            h.update(piece)
            f.write(piece)
        f.flush()
        os.fsync(f.fileno())
    return h.hexdigest()


def settle(seconds, room):
    """What ran before wrote gigabytes and removed them, and where this machine is virtual, the next run would pay for
    that: its disk goes on for some seconds after `sync`, where nothing here can see it, and memory that lies free has been
    taken back. So the disk gets time, and `room` bytes of memory, if there are so many, are asked for right before."""
    os.sync()
    time.sleep(seconds)
    room = min(room, os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4 * 3)
    with mmap.mmap(-1, room, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE):
        pass


@large_case
def file_add(bench):
    """A file of 4 GB into the store, in three ways, against `openssl dgst` on it; with syncs (after pauses), and without. Needs 8 GB."""
    with bench.folder() as folder:
        big = os.path.join(folder, "big.bin")
        digest = large_file(big, bench.size(4 << 30))
        os.mkdir(os.path.join(folder, "out"))
        os.link(big, os.path.join(folder, "out", "big.bin"))
        with open(os.path.join(folder, "config.json"), "w") as f:
            f.write('{\n    "name": "big"\n}')
        for name, text in (("fetch", FETCH), ("source", SOURCE)):
            with open(os.path.join(folder, f"{name}.plx"), "w") as f:
                f.write(text.format(path=big, hash=digest))
        ways = {"fetchlocal": ["realize", "fetch.plx"], "source": ["realize", "source.plx"], "store commit": None}
        for sync in ("off", "on"):
            rest = functools.partial(settle, REST if sync == "on" else 0, bench.size(9 << 30))
            runs, peer, copy = {way: [] for way in ways}, [], []
            for _ in range(bench.runs):
                rest()
                peer.append(measure(["openssl", "dgst", "-sha256", big], folder))
                for way, args in ways.items():
                    env = {"PLX_ROOT": os.path.join(folder, "plx"), "PLX_FSYNC": sync}
                    if args is None:
                        args = ["store", "commit", output_of([bench.plxc, "store", "instantiate", "config.json"], folder, env), "out"]
                    rest()
                    runs[way].append(measure([bench.plxc, *args], folder, env))
                    many.remove(env["PLX_ROOT"])
                rest()
                begin = measure(["cp", "--reflink=never", big, "copy"], folder)
                flush = measure(["sync", "copy"], folder) if sync == "on" else (0, 0)
                copy.append((begin[0] + flush[0], begin[1]))
                os.unlink(os.path.join(folder, "copy"))
            for way in ways:
                bench.row(f"{bench.size(4096)} MiB, {way}, sync {sync}", runs[way], "openssl", peer)
            bench.row(f"{bench.size(4096)} MiB, cp, sync {sync}", copy, "openssl", peer)


@case
def graph_pylightnix(bench):
    """1,000 stages that each write a file from the ones before, against Pylightnix: clean build and null build."""
    layers, width = 10, bench.size(100)
    source = os.environ.get("PYLIGHTNIX", "")
    if subprocess.run([sys.executable, "-c", "import pylightnix"], env=dict(os.environ, PYTHONPATH=source), capture_output=True).returncode != 0:
        raise LeftOut("there is no Pylightnix; PYLIGHTNIX=FOLDER names the folder `src` of its repository")
    clean, null = ([], []), ([], [])
    for _ in range(bench.runs):
        with bench.folder() as folder:
            pipeline = graphs.write_plx(folder, layers, width)
            script = graphs.write_pylightnix(folder, layers, width)
            plx = [bench.plxc, "realize", pipeline, "-j", str(os.cpu_count())]
            env = {"PLX_ROOT": os.path.join(folder, "plx")}
            peer = [sys.executable, script]
            peer_env = {"PYTHONPATH": source, "PYLIGHTNIX_ROOT": os.path.join(folder, "pylightnix"), "HOME": folder}
            for runs in (clean, null):
                runs[0].append(measure(plx, folder, env))
                runs[1].append(measure(peer, folder, peer_env))
            many.remove(folder)
    stages = f"{layers * width + 1:,} stages"
    bench.row(f"{stages}, clean", clean[0], "pylightnix", clean[1])
    bench.row(f"{stages}, null", null[0], "pylightnix", null[1])


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


def output_of(command, cwd, env=None):
    run = subprocess.run(command, cwd=cwd, env=dict(os.environ, **(env or nix_env(cwd))), capture_output=True, text=True)
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
        compare_program(bench, "the same, 500 deep", folder, programs.import_spine(folder, size(1000)))
    with bench.folder() as folder:
        compare_program(bench, "a file of 10 MB", folder, programs.large_file(size(130000)))
        parse_alone(bench, folder)


def parse_alone(bench, folder):
    """Nix parses alone; no command of plxc does, so that names are resolved, too."""
    runs = ([], [])
    for _ in range(bench.runs):
        runs[0].append(measure([bench.plxc, "eval", "main.plx#default"], folder))
        runs[1].append(measure(["nix-instantiate", "--parse", "main.nix"], folder, nix_env(folder)))
    bench.row("a file of 10 MB, --parse", runs[0], "nix", runs[1])


@case
def linear(bench):
    """The graph in three sizes, alone: evaluated, instantiated in an empty store, and again; each against ten times less."""
    before = {}
    for stages in (1000, 10000, 100000):
        width = bench.size(stages // 10)
        runs = {"eval": [], "instantiate": [], "again": []}
        for _ in range(bench.runs):
            with bench.folder() as folder:
                pipeline = graphs.write_plx(folder, 10, width)
                env = {"PLX_ROOT": os.path.join(folder, "plx")}
                runs["eval"].append(measure([bench.plxc, "eval", pipeline + "#default"], folder, env))
                for step in ("instantiate", "again"):
                    runs[step].append(measure([bench.plxc, "instantiate", pipeline], folder, env))
        for step, results in runs.items():
            seconds, memory = (statistics.median(r[i] for r in results) for i in (0, 1))
            grown = f"   {seconds / before[step]:6.2f} times the time" if step in before else ""
            print(f"{10 * width + 1:>9,} stages, {step:<12} {seconds:8.3f} s {memory / 1024:7.1f} MiB{grown}", flush=True)
            before[step] = seconds


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
            print(f"{name:<16} {function.__doc__.strip()}{' Only when it is named.' if name in LARGE else ''}")
        return 0
    unknown = [c for c in args.cases if c not in CASES]
    if unknown:
        parser.error(f"no such case: {', '.join(unknown)} (there are: {', '.join(CASES)})")
    bench = Bench(args.plxc, args.runs, args.scale)
    for name in args.cases or [c for c in CASES if c not in LARGE]:
        try:
            CASES[name](bench)
        except LeftOut as reason:
            print(f"{name}: left out: {reason}", file=sys.stderr)
        except (Failed, FileNotFoundError) as problem:
            print(f"{name}: {problem}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
