"""Archives made entry by entry, good and hostile ones."""

import io
import tarfile
import zipfile


def file(name, data=b"", **more):
    return dict(name=name, type=tarfile.REGTYPE, data=data, **more)


def folder(name, **more):
    return dict(name=name, type=tarfile.DIRTYPE, **more)


def symlink(name, target):
    return dict(name=name, type=tarfile.SYMTYPE, linkname=target)


def hardlink(name, target):
    return dict(name=name, type=tarfile.LNKTYPE, linkname=target)


def special(name, kind):
    return dict(name=name, type=kind)


def tar(*entries, format=tarfile.GNU_FORMAT, mode="w"):
    """A tar of these entries as bytes; names may hold surrogate escapes for bytes that are no UTF-8."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=format) as archive:
        for entry in entries:
            info = tarfile.TarInfo(entry["name"])
            data = entry.get("data", b"")
            for key, value in entry.items():
                if key not in ("name", "data"):
                    setattr(info, key, value)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zip(*entries, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for entry in entries:
            name = entry["name"]
            mode = entry.get("mode", 0o644)
            data = entry.get("data", b"")
            if entry["type"] == tarfile.SYMTYPE:
                kind, data = 0o120000, entry["linkname"].encode()
            elif entry["type"] == tarfile.DIRTYPE:
                kind, name = 0o040000, name.rstrip("/") + "/"
            else:
                kind = {tarfile.REGTYPE: 0o100000, tarfile.CHRTYPE: 0o020000, tarfile.FIFOTYPE: 0o010000}[entry["type"]]
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = (kind | mode) << 16
            info.compress_type = compression
            archive.writestr(info, data)
    return out.getvalue()
