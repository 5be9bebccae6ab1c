"""Archives and packed streams, and archives inside archives.

In: a path and a sheet. Out: one archive. Also the packers of streams that
other writers use.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import lz4.frame
import numpy as np
import py7zr
import zstandard

from leaks import Sheet, artifact

# No time in the header: the same bytes at every run.
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
    ".lz4": lz4.frame.compress,
}


def zipped(
    members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: str = ""
) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
        archive.comment = comment.encode()
    return out.getvalue()


def tarred(members: dict[str, bytes], format: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar of these members."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


METHODS = {"stored.zip": zipfile.ZIP_STORED, "deflated.zip": zipfile.ZIP_DEFLATED}


@artifact("zip", METHODS)
def zip_archive(file: Path, sheet: Sheet, method: int) -> None:
    """Members, names, comments."""
    members = {
        "notes.txt": (sheet.text("member") + "\n").encode() * 1,
        f"{sheet.email('member name')}/x.txt": b"x",
        "settings.json": f'{{"token": "{sheet.token("member")}"}}'.encode(),
    }
    file.write_bytes(zipped(members, method, sheet.text("comment")))


@artifact("zip", {"bzip2.zip": zipfile.ZIP_BZIP2, "lzma.zip": zipfile.ZIP_LZMA}, optional=True)
def zip_rare_methods(file: Path, sheet: Sheet, method: int) -> None:
    """Methods that few writers use."""
    file.write_bytes(zipped({"notes.txt": sheet.text("member").encode()}, method))


@artifact("zip", "streamed.zip")
def zip_streamed(file: Path, sheet: Sheet) -> None:
    """Written to a pipe: sizes come after the data."""

    class Pipe(io.RawIOBase):
        def __init__(self, out: io.BufferedWriter) -> None:
            self.out = out

        def write(self, data: bytes) -> int:
            return self.out.write(data)

    with file.open("wb") as out, zipfile.ZipFile(Pipe(out), "w") as archive:
        archive.writestr("a.txt", sheet.text("first member"), zipfile.ZIP_DEFLATED)
        archive.writestr("b.txt", sheet.text("second member"), zipfile.ZIP_DEFLATED)


FORMATS = {
    "ustar.tar": tarfile.USTAR_FORMAT,
    "gnu.tar": tarfile.GNU_FORMAT,
    "pax.tar": tarfile.PAX_FORMAT,
}


@artifact("tar", FORMATS)
def tar_archive(file: Path, sheet: Sheet, format: int) -> None:
    """Members, names, targets of links, extended headers."""
    with tarfile.open(file, "w", format=format) as archive:

        def add(name: str, content: str = "", **fields: object) -> None:
            info = tarfile.TarInfo(name)
            info.size = len(content.encode())
            for field, value in fields.items():
                setattr(info, field, value)
            archive.addfile(info, io.BytesIO(content.encode()))

        add("notes.txt", sheet.text("member"))
        add(f"by-{sheet.email('member name')}.txt", "x")
        add("latest", type=tarfile.SYMTYPE, linkname=sheet.path("target of a link"))
        if format != tarfile.USTAR_FORMAT:
            add("deep/" * 40 + sheet.email("long member name"), "x")
        if format == tarfile.PAX_FORMAT:
            add("commented.txt", "x", pax_headers={"comment": sheet.text("extended header")})
        add("last.txt", sheet.text("last member"))


@artifact("tar", {f"packed.tar{suffix}": suffix for suffix in PACKERS if suffix})
def tar_packed(file: Path, sheet: Sheet, suffix: str) -> None:
    """The packed forms."""
    members = {"a/notes.txt": sheet.text("member").encode(), "a/b.bin": bytes(9000)}
    file.write_bytes(PACKERS[suffix](tarred(members)))


@artifact("stream", "members.txt.gz")
def gzip_members(file: Path, sheet: Sheet) -> None:
    """Two members, of which the first names its file, and a comment."""
    out = io.BytesIO()
    with gzip.GzipFile(sheet.email("file name"), "wb", fileobj=out, mtime=0) as member:
        member.write(sheet.text("first member").encode() + b"\n")
    out.write(gzip.compress(sheet.text("second member").encode(), mtime=0))
    file.write_bytes(out.getvalue())


@artifact("stream", "frames.txt.zst")
def zstd_frames(file: Path, sheet: Sheet) -> None:
    """Two frames with one between them that readers skip."""
    skipped = struct.pack("<II", 0x184D2A50, 4) + b"skip"
    frames = [
        zstandard.compress(sheet.text(f"{place} frame").encode() + b"\n")
        for place in ("first", "second")
    ]
    file.write_bytes(skipped.join(frames))


@artifact("stream", "unpacked-twice.txt.gz.xz")
def twice_packed(file: Path, sheet: Sheet) -> None:
    """A stream in a stream."""
    file.write_bytes(PACKERS[".xz"](PACKERS[".gz"](sheet.text("stream in a stream").encode())))


@artifact("stream", "large.txt.zst")
def long_stream(file: Path, sheet: Sheet) -> None:
    """Some megabytes, with leaks at the start, near the borders of mebibytes
    and at the end.
    """
    line = b"an ordinary line of a long log of some training, step after step\n"
    text = bytearray(sheet.text("start").encode() + b"\n" + line * 60_000)
    for border in (1 << 20, 2 << 20, 3 << 20):
        planted = b"\n" + sheet.token("border of a mebibyte").encode() + b"\n"
        start = border - len(planted) // 2
        text[start : start + len(planted)] = planted
    text += sheet.text("end").encode()
    file.write_bytes(zstandard.compress(bytes(text)))


@artifact("nested", "zip-in-tar-gz-in-zip.zip")
def three_deep(file: Path, sheet: Sheet) -> None:
    """A zip in a packed tar in a zip, with something on every floor."""
    inner = zipped({"deep.txt": sheet.text("third floor").encode()})
    middle = PACKERS[".gz"](
        tarred({"inner.zip": inner, "m.txt": sheet.text("second floor").encode()})
    )
    file.write_bytes(zipped({"middle.tar.gz": middle, "o.txt": sheet.text("first floor").encode()}))


@artifact("nested", "models.tar.gz")
def models_in_tar(file: Path, sheet: Sheet) -> None:
    """Pickles and arrays in a packed tar."""
    array = io.BytesIO()
    np.savez_compressed(array, notes=np.array([sheet.text("npz in a tar")]))
    members = {
        "vocabulary.pkl": pickle.dumps({"note": sheet.text("pickle in a tar")}, 4),
        "arrays.npz": array.getvalue(),
        "rows.csv.gz": PACKERS[".gz"](f"id,text\n1,{sheet.text('stream in a tar')}\n".encode()),
    }
    file.write_bytes(PACKERS[".gz"](tarred(members)))


@artifact("wheel", "package-1.0-py3-none-any.whl")
def wheel(file: Path, sheet: Sheet) -> None:
    """A wheel: code, metadata, and where it was installed from."""
    info = "package-1.0.dist-info"
    file.write_bytes(
        zipped(
            {
                "package/__init__.py": f"DATA = {sheet.path('code')!r}\n".encode(),
                f"{info}/METADATA": f"Name: package\n\n{sheet.text('METADATA')}\n".encode(),
                f"{info}/direct_url.json": f'{{"url": "{sheet.path("direct_url.json")}"}}'.encode(),
                f"{info}/RECORD": b"package/__init__.py,,\n",
            }
        )
    )


@artifact("llamafile", "model.llamafile")
def llamafile(file: Path, sheet: Sheet) -> None:
    """A program with a zip behind it. The stub is no more than the head of an
    ELF file.
    """
    stub = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHI", 2, 62, 1) + bytes(4000)
    with file.open("wb") as out:
        out.write(stub)
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(".args", f"-m\nmodel.gguf\n--path\n{sheet.path('.args')}\n")
            archive.writestr("notes.txt", sheet.text("deflated member"), zipfile.ZIP_DEFLATED)


@artifact("7z", "notes.7z", optional=True)
def seven_zip(file: Path, sheet: Sheet) -> None:
    """Promised is a listing at most."""
    with py7zr.SevenZipFile(file, "w") as archive:
        archive.writestr(sheet.text("member"), f"{sheet.email('member name')}.txt")
