"""Containers that scanners and loaders read differently, and wrong names.

In: nothing. Out: cases. Each zip starts as one that `zipfile` wrote, and a few
bytes are changed.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import pickle
import struct
import tarfile
import warnings
import zipfile
import zlib

import joblib
import lz4.frame
import numpy as np
import py7zr

from cases import (
    DANGEROUS,
    HARMLESS,
    MALFORMED,
    ORDINARY,
    SUSPICIOUS,
    SYSTEM,
    add,
    case,
)

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
PICKLE = "archive/data.pkl"


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of these members, in this order, names twice if given twice."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as archive:
        warnings.simplefilter("ignore")  # of a name that comes twice
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, content)
    return out.getvalue()


def torch_like(content: bytes) -> bytes:
    """A zip as `torch.save` writes it."""
    return zipped((PICKLE, content), ("archive/data/0", bytes(64)), ("archive/version", b"3\n"))


def patched(data: bytes, record: bytes, offset: int, new: bytes) -> bytes:
    """`new` at an offset of the first record of a kind."""
    start = data.index(record) + offset
    return data[:start] + new + data[start + len(new) :]


def zip_tricks() -> None:
    """Fields that loaders ignore and scanners trust."""
    plain = torch_like(SYSTEM)
    add("zip/plain.pt", "no trick at all", plain)
    add("zip/deflated.pt", "deflated", zipped((PICKLE, SYSTEM), method=zipfile.ZIP_DEFLATED))
    for bit in (0x1, 0x20, 0x40):
        flag = struct.pack("<H", bit)
        add(
            f"zip/flag-{bit:#x}.pt",
            f"flag bit {bit:#x} [CVE-2025-1945]",
            patched(patched(plain, LOCAL, 6, flag), CENTRAL, 8, flag),
        )
    add(
        "zip/local-name.pt",
        "the local name is not the central one [CVE-2025-1944]",
        patched(plain, LOCAL, 30, b"archive/data.txt"),
    )
    add(
        "zip/central-name.pt",
        "the central name is not the local one",
        patched(plain, CENTRAL, 46, b"archive/data.txt"),
    )
    crc = b"\xde\xad\xbe\xef"
    add(
        "zip/bad-crc.pt",
        "a wrong checksum, which PyTorch ignores [CVE-2025-10156]",
        patched(patched(plain, LOCAL, 14, crc), CENTRAL, 16, crc),
    )
    add(
        "zip/local-method.pt",
        "the local method is not the central one",
        patched(plain, LOCAL, 8, b"\x08\x00"),
    )
    add(
        "zip/local-size.pt",
        "the local sizes are not the central ones",
        patched(plain, LOCAL, 18, struct.pack("<II", 0, 0)),
    )
    add(
        "zip/odd-extension.pt",
        "an odd extension inside [CVE-2025-1889]",
        zipped(("archive/data.config", SYSTEM), ("archive/version", b"3\n")),
    )
    add(
        "zip/twice.pt",
        "a name twice, the first harmless",
        zipped((PICKLE, ORDINARY), (PICKLE, SYSTEM)),
    )
    add(
        "zip/twice-reversed.pt",
        "a name twice, the last harmless",
        zipped((PICKLE, SYSTEM), (PICKLE, ORDINARY)),
    )
    add(
        "zip/case.pt",
        "two names that differ in case",
        zipped((PICKLE, ORDINARY), ("archive/DATA.pkl", SYSTEM)),
    )


def zip_structures() -> None:
    """Several answers to where the directory of the archive is."""
    plain, ordinary = torch_like(SYSTEM), torch_like(ORDINARY)
    # The directory of the one stands in the comment of the other.
    length = struct.pack("<H", len(ordinary))
    add(
        "zip/two-ends.pt",
        "two end records, the last of a harmless archive",
        plain[:-2] + length + ordinary,
    )
    add(
        "zip/two-ends-reversed.pt",
        "two end records, the first of a harmless archive",
        ordinary[:-2] + struct.pack("<H", len(plain)) + plain,
    )
    add("zip/appended.pt", "two archives one after the other", ordinary + plain)
    hidden = zipped((PICKLE, SYSTEM))
    hidden = hidden[: hidden.index(CENTRAL)]
    add("zip/local-only.pt", "a member that the directory does not list", hidden + ordinary)
    add("zip/no-directory.pt", "local headers and no directory", plain[: plain.index(CENTRAL)])
    add("zip/prefix.pt", "data before the archive", b"#!/bin/sh\nexit 0\n" + plain)
    add("zip/long-prefix.pt", "a hundred kilobytes before the archive", bytes(100_000) + plain)
    add("zip/suffix.pt", "data behind the archive", plain + bytes(70_000))
    add(
        "zip/pickle-before.pt",
        "a pickle before the archive: loaders that read from the start take it",
        SYSTEM + ordinary,
    )
    add(
        "zip/nested.zip",
        "zip in zip in zip",
        zipped(("a.zip", zipped(("b.zip", zipped(("c.pkl", SYSTEM)))))),
    )
    add(
        "zip/traversal.zip",
        "a member that leaves the folder",
        zipped(("../../outside.txt", b"x")),
        SUSPICIOUS,
    )
    add(
        "zip/absolute.zip",
        "a member with an absolute name",
        zipped(("/etc/cron.d/x", b"x")),
        SUSPICIOUS,
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("latest")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    add("zip/link.zip", "a link out of the folder", out.getvalue(), SUSPICIOUS)
    bomb = zipped(("zeros.bin", bytes(300 << 20)), method=zipfile.ZIP_DEFLATED)
    add("zip/bomb.zip", "300 MiB of zeros", bomb, MALFORMED)


NAMES = [
    "bin",
    "txt",
    "png",
    "json",
    "safetensors",
    "gguf",
    "onnx",
    "npy",
    "zip",
    "gz",
    "md",
    "csv",
    "dat",
    "ckpt",
    "pth",
    "h5",
    "data",
    "parquet",
    "model",
    "PKL",
    "jpg.pkl.txt",
]


def wrong_names() -> None:
    """A pickle, and a PyTorch zip, under names of everything else."""
    for name in NAMES:
        add(f"names/pickle.{name}", f"a pickle named .{name} [CVE-2025-10155]", SYSTEM)
    for name in ("bin", "txt", "safetensors", "json", "npy"):
        add(f"names/torch.{name}", f"a PyTorch zip named .{name}", torch_like(SYSTEM))
    add("names/pickle", "a pickle with no extension", SYSTEM)
    add("names/text-first.pkl", "protocol 0, which looks like text", b"cos\nsystem\n(S'echo'\ntR.")


def wrapped() -> None:
    """Streams around a pickle, and archives of other kinds."""
    packers = {
        "zlib": zlib.compress,
        "gz": gzip.compress,
        "bz2": bz2.compress,
        "xz": lzma.compress,
        "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
        "lz4": lz4.frame.compress,
    }
    for name, pack in packers.items():
        add(f"wrapped/pickle.pkl.{name}", f"a pickle in {name}", pack(SYSTEM))
        add(f"wrapped/{name}.joblib", f"what joblib loads, in {name}", pack(SYSTEM))
    add(
        "wrapped/pickle-in-gz-in-gz.gz",
        "a stream in a stream",
        gzip.compress(gzip.compress(SYSTEM)),
    )
    for name, content in {"plain": SYSTEM, "broken": SYSTEM[:-1] + b"\xff\xff"}.items():
        out = io.BytesIO()
        with py7zr.SevenZipFile(out, "w") as archive:
            archive.writestr(content, "data.pkl")
        add(
            f"wrapped/{name}.7z",
            f"a {name} pickle in 7z: at least said to be unread [nullifAI]",
            out.getvalue(),
            MALFORMED,
        )
        add(
            f"wrapped/{name}-7z.pt",
            f"a {name} pickle in 7z named .pt [nullifAI]",
            out.getvalue(),
            MALFORMED,
        )
    for suffix, mode in {"tar": "w", "tar.gz": "w:gz", "nemo": "w"}.items():
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode=mode) as archive:
            info = tarfile.TarInfo("model_weights.ckpt")
            info.size = len(torch_like(SYSTEM))
            archive.addfile(info, io.BytesIO(torch_like(SYSTEM)))
        add(f"wrapped/model.{suffix}", f"a PyTorch zip in {suffix}", out.getvalue())


class System:
    """Pickles as a call; written, never read."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        import os

        return os.system, ("echo hubsweep",)


def arrays() -> None:
    """numpy's arrays of objects are pickles."""
    out, packed = io.BytesIO(), io.BytesIO()
    array = np.array([System()], dtype=object)
    np.save(out, array, allow_pickle=True)
    np.savez_compressed(packed, array=array)
    add("arrays/objects.npy", "an array of objects", out.getvalue())
    add("arrays/objects.npz", "an array of objects in npz", packed.getvalue())
    for name, compression in {"plain": 0, "packed": 3}.items():
        file = io.BytesIO()
        joblib.dump([np.arange(99.0), System()], file, compress=compression)
        add(f"arrays/{name}.joblib", f"a call behind an array, {name}", file.getvalue())
    file = io.BytesIO()
    joblib.dump([np.arange(99.0), "text"], file)
    add("control/array.joblib", "an array and text", file.getvalue(), HARMLESS)
    add("arrays/control.npy", "numbers only", _saved(np.arange(9.0)), HARMLESS)
    add(
        "arrays/header.npy",
        "a header that is no plain dict",
        b"\x93NUMPY\x01\x00"
        + struct.pack("<H", 64)
        + b"__import__('os').getcwd()".ljust(63)
        + b"\n",
        MALFORMED,
    )
    add(
        "arrays/appended.npy",
        "a pickle behind the numbers",
        _saved(np.arange(9.0)) + SYSTEM,
        DANGEROUS,
    )


def _saved(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


@case("tar/traversal.tar", "members and links that leave the folder", SUSPICIOUS)
def tar_traversal() -> bytes:
    """Up, absolute, by links of both kinds, a device."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:

        def add(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> None:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)

        add("../../outside.txt")
        add("/etc/cron.d/x")
        add("folder", tarfile.SYMTYPE, "/etc")
        add("folder/through-a-link")
        add("hard", tarfile.LNKTYPE, "../../secret")
        add("device", tarfile.CHRTYPE)
    return out.getvalue()


def programs() -> None:
    """Programs under names of weights, polyglots, code that a config loads."""
    elf = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHI", 2, 62, 1) + bytes(200)
    add("programs/weights.bin", "an ELF program named as weights", elf, SUSPICIOUS)
    add("programs/library.so", "a library", elf, SUSPICIOUS)
    add(
        "programs/setup.dat",
        "a Windows program",
        b"MZ"
        + bytes(58)
        + struct.pack("<I", 64)
        + b"PE\0\0"
        + struct.pack("<H", 0x8664)
        + bytes(200),
        SUSPICIOUS,
    )
    add(
        "programs/macho.bin",
        "a macOS program",
        struct.pack("<IIII", 0xFEEDFACF, 0x0100000C, 0, 2) + bytes(200),
        SUSPICIOUS,
    )
    add(
        "programs/model.llamafile",
        "a program with an archive behind it",
        elf + zipped((".args", b"-m\n")),
        SUSPICIOUS,
    )
    image = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IEND\xaeB`\x82"
    add("programs/polyglot.png", "a PyTorch zip behind a picture", image + torch_like(SYSTEM))
    auto_map = {"auto_map": {"AutoModel": "modeling_own.Model"}, "trust_remote_code": True}
    add(
        "remote-code/config.json",
        "a config that loads code of the repository",
        json.dumps(auto_map).encode(),
        SUSPICIOUS,
    )
    add(
        "remote-code/modeling_own.py",
        "the code it loads: the config is reported, not this",
        b"class Model: ...\n",
        HARMLESS,
    )


zip_tricks()
zip_structures()
wrong_names()
wrapped()
arrays()
programs()
add(
    "control/ordinary.pt",
    "a PyTorch zip of an ordinary pickle",
    torch_like(pickle.dumps({"epoch": 3}, 2)),
    HARMLESS,
)
add("control/ordinary.npz", "two arrays", zipped(("a.npy", _saved(np.zeros(3)))), HARMLESS)
