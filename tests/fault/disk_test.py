#!/usr/bin/env python3
"""Disks that are full, and disks whose power goes: file systems of our own in a mount namespace of our own, so that nothing
stays mounted. Exits with 77, skipped, where such a namespace or mount is not allowed."""
import os
import re
import subprocess
import sys

import fault
from fault import Case, Wanted, need

COMMAND = ("realize", "-j", "1", "small.plx#d", "-o", "result")
SKIPPED = 77
IMAGE_MIB = 8


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


class Mounted(Case):
    """A case whose root and results are on a file system of their own, which main() mounts and umounts."""

    def __init__(self):
        super().__init__()
        self.disk = os.path.join(self.folder, "disk")
        self.image = os.path.join(self.folder, "image")
        os.mkdir(self.disk)
        self.root = self.env["PLX_ROOT"] = os.path.join(self.disk, "root")

    def __exit__(self, *rest):
        subprocess.run(["umount", "-q", self.disk], check=False)
        super().__exit__(*rest)


# ---- full ----

def payload(case):
    """Outputs and logs that need some space."""
    with open(os.path.join(case.folder, "big.plx"), "w", encoding="utf-8") as f:
        f.write("""
a = stage(name = "a", realize = sh('''head -c 300000 /dev/zero | tee "$out/a" > "$out/b"; mkdir "$out/d"; echo x > "$out/d/x"'''))
b = stage(name = "b", a = a / "a", outputs = 2, match = match_some(2),
  realize = sh('''for dir in $outs; do cat "$a" > "$dir/b"; echo "${dir##*/}" > "$dir/n"; done'''))
c = stage(name = "c", a = a / "b", b = b, realize = sh('''head -c 200000 /dev/zero; echo c > "$out/c"'''))
""")


def full():
    """Too few bytes, too few inodes: from nearly none to enough."""
    command = ("realize", "-j", "1", "big.plx#c")
    wanted = Wanted(payload, *command)
    sizes = [f"size={kib}k" for kib in range(4, 2400, 4 if fault.FULL else 100)]
    inodes = [f"size=16m,nr_inodes={n}" for n in range(2, 110, 1 if fault.FULL else 5)]

    def one(limit):
        with Mounted() as case:
            payload(case)
            mount("-t", "tmpfs", "-o", limit, "tmpfs", case.disk)
            ended = case.run(*command)
            case.check_ended(ended)
            # 1: the realizer could not write.
            need(ended.status in (0, 1, 4), f"it ended with {ended}")
            need(ended.status == 0 or "error[E" in ended.err, f"it does not say why: {ended}")
            if ended.status:
                need(re.search("No space left on device|file system .* (is full|no inodes left)", ended.err),
                     f"it says something else: {ended}")
            mount("-o", "remount,size=16m,nr_inodes=1000", case.disk)
            case.check_reported(ended)
            case.check_unlocked()
            case.check_no_leftovers(ended)
            case.check_converges(command, wanted, ended)

    return fault.run_all("full disks", sizes + inodes, one)


# ---- without power ----

def mount_image(case):
    mount("-o", "loop", case.image, case.disk)


def make_image(case):
    with open(case.image, "wb") as f:
        f.truncate(IMAGE_MIB << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-E", "nodiscard", case.image], check=True)
    mount_image(case)


def can_mount_images():
    with Mounted() as case:
        try:
            make_image(case)
        except (OSError, subprocess.CalledProcessError):
            return False
    return True


def power():
    """An ext4 that loses, at each mutating call in turn, what was not synced, together with all processes."""
    command = ("realize", "-j", "1", "small.plx#d", "-o", "disk/result")
    with Mounted() as case:
        make_image(case)
        fault.small(case)
        count = len(case.sites({"calls": "mutating"}, *command)[0])
    wanted = Wanted(fault.small, *COMMAND)

    def one(n):
        with Mounted() as case:
            make_image(case)
            fault.small(case)
            ended = case.inject({"calls": "mutating", "at": n, "do": "cut=" + case.disk}, *command)
            subprocess.run(["umount", case.disk], check=True)
            mount_image(case)
            # What is printed as built on the way becomes durable with what comes at the end.
            ended.err = ""
            case.check_reported(ended)
            link = os.path.join(case.disk, "result")
            need(not os.path.islink(link) or os.path.isdir(link), f"the link leads to nothing: {ended}")
            case.verify()
            case.check_converges(command, wanted, ended)

    return fault.run_all(f"power cuts at {count} calls", fault.share(range(1, count + 1), 50), one)


def main():
    if os.environ.get("PLX_NAMESPACE") != "1":
        root = [] if os.geteuid() == 0 else ["--map-root-user"]
        unshare = ["unshare", *root, "--mount", "--propagation", "private"]
        if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
            print("no mount namespaces here")
            sys.exit(SKIPPED)
        os.execvpe("unshare", [*unshare, sys.executable, *sys.argv], dict(os.environ, PLX_NAMESPACE="1"))
    if (not sys.argv[1:] or "power" in sys.argv[1:]) and not can_mount_images():
        print("no loop devices here")
        sys.exit(SKIPPED)
    fault.main(full, power)


if __name__ == "__main__":
    main()
