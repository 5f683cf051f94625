"""A store that holds very many realizations, written without plxc, since building them one by one would take hours.

The derivations are those of graphs.write_plx, as `plxc instantiate` writes them; this module adds the realizations as docs/store-format.md has
it: every hash, mode and time is what a commit would have made, so that all commands can work on the store, and `plxc store verify` accepts it.
Nothing is synced.
"""

import hashlib
import json
import multiprocessing
import os
import struct
import subprocess

META = json.dumps({"attempt": 1, "duration_ns": 12113826, "max_rss_kb": 5052, "realizer": "script", "system_us": 4961, "user_us": 0,
                   "version": "0.1.0"}, indent=4).encode()


def _string(data):
    return struct.pack("<Q", len(data)) + data + b"\0" * (-len(data) % 8)


def _words(*words):
    return b"".join(map(_string, words))


FILE = _words(b"(", b"type", b"regular", b"contents")
HEAD = _words(b"nix-archive-1", b"(", b"type", b"directory")
CONTEXT = _words(b"entry", b"(", b"name", b"context.json", b"node")
ARTIFACT = _words(b"entry", b"(", b"name", b"o", b"node")
END = _words(b")")


def _hash(context, artifact):
    """Of a folder with these two files."""
    body = HEAD + CONTEXT + FILE + _string(context) + END + END + ARTIFACT + FILE + _string(artifact) + END + END + END
    return hashlib.sha256(body).hexdigest()[:32]


def _write(folder, name, data):
    path = f"{folder}/{name}"
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    os.write(fd, data)
    os.utime(fd, (1, 1))
    os.close(fd)


def _drefs(value):
    if isinstance(value, str):
        return [value] if value.startswith("dref:") else []
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [dref for item in items for dref in _drefs(item)]


def _realize(job):
    """Writes the realizations of one derivation. The k-th one was made with the k-th ones of what it depends on."""
    store, name, count, needs = job
    made = []
    for k in range(count):
        context = {f"dref:{need}": [f"rref:{hashes[k]}-{need}"] for need, hashes in needs.items()}
        text = json.dumps(context, indent=4, sort_keys=True).encode()
        artifact = b"%s %d\n" % (name[33:].encode(), k)
        own = _hash(text, artifact)
        folder = f"{store}/{name}/{own}"
        os.mkdir(folder, 0o755)
        _write(folder, "context.json", text)
        _write(folder, "o", artifact)
        _write(folder, "__buildtime__.txt", b"261127-%02d:%02d:%02d:%06d+0000" % (k % 24, k // 24 % 60, 0, k))
        _write(folder, "__meta__.json", META)
        _write(folder, "__log__.txt", b"")
        os.chmod(folder, 0o555)
        os.utime(folder, (1, 1))
        made.append(own)
    return name, made


def _layer(name):
    """`s-LAYER-I` come in this order, `all` last."""
    label = name[33:]
    return int(label.split("-")[1]) if label.startswith("s-") else 1 << 30


def fill(root, count):
    """Gives each derivation in the store under `root` `count` realizations; returns how many that makes."""
    store = os.path.join(root, "store-v1")
    layers = {}
    for name in os.listdir(store):
        layers.setdefault(_layer(name), []).append(name)
    made = {}
    with multiprocessing.Pool() as pool:
        for layer in sorted(layers):
            jobs = []
            for name in sorted(layers[layer]):
                with open(f"{store}/{name}/config.json", encoding="ascii") as f:
                    needs = _drefs(json.load(f))
                jobs.append((store, name, count, {need[5:]: made[need[5:]] for need in needs}))
            made.update(pool.imap_unordered(_realize, jobs, chunksize=64))
    return len(made) * count


def remove(folder):
    """All of it, also what is read-only."""
    subprocess.run(["chmod", "-R", "u+w", folder], check=True)
    subprocess.run(["rm", "-rf", folder], check=True)
