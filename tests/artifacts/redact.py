"""Is what `hubsweep redact` writes whole, clean, and otherwise what it was?

In: the program. Out: a line for each check that fails, and the count; exit
code 1 when any does. The real libraries write files with planted values and
read them back: all but the planted values must be equal, types and order too.

Which placeholder stands for a value is learnt from one text file with all of
them; every other file must agree with it. Images lose their metadata, and
keep their pixels.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import json
import pickle
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy
import pyarrow as pa
import zstandard
from leaks import Sheet
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pyarrow import feather, ipc, parquet
from safetensors import safe_open
from safetensors.numpy import save_file

ROWS = 60
CLEAN, INCOMPLETE = 0, 3
VALUES = "00-values.txt"
CODECS = ("none", "snappy", "gzip", "brotli", "zstd", "lz4")
NUMBER = re.compile(r"<[A-Z_]+_(\d+)>")

Tree = dict[str, bytes]


class People(Sheet):
    """Values of people who do not exist, with the check digits of real ones."""

    def card(self) -> int:
        """Sixteen digits, the last by Luhn."""
        body = "4" + self._digits(14)
        total = 0
        for place, digit in enumerate(reversed(body)):
            number = int(digit) * (2 if place % 2 == 0 else 1)
            total += number - 9 if number > 9 else number
        return int(f"{body}{-total % 10}")

    def ssn(self) -> int:
        """Nine digits of an area, a group and a serial number in use."""
        choose = self.random.randint
        return int(f"{choose(101, 649)}{choose(12, 98):02}{choose(1101, 9898)}")

    def iban(self) -> str:
        """A German one, check digits by ISO 7064."""
        account = self._digits(18)
        return f"DE{98 - int(account + '131400') % 97:02}{account}"

    def phone(self) -> str:
        """A German mobile number."""
        return f"+49 151 {self.random.randint(20000000, 89999999)}"

    def _digits(self, count: int) -> str:
        return "".join(self.random.choices("0123456789", k=count))


class Planted:
    """The planted values, and the placeholders that stand for them."""

    def __init__(self, seed: str) -> None:
        sheet = People(random.Random(seed))
        self.emails = [sheet.email("row") for _ in range(ROWS)]
        self.cards = [sheet.card() for _ in range(ROWS)]
        self.ssns = [sheet.ssn() for _ in range(ROWS)]
        self.ibans = [sheet.iban() for _ in range(ROWS)]
        self.phones = [sheet.phone() for _ in range(ROWS)]
        self.tokens = [sheet.token("row") for _ in range(3)]
        self.stand_ins: dict[str, str] = {}

    def lines(self) -> list[tuple[str, str]]:
        """Every value, with the words that tell what it is."""
        columns: list[tuple[str, list[Any]]] = [
            ("mail", self.emails),
            ("card", self.cards),
            ("ssn:", self.ssns),
            ("iban", self.ibans),
            ("phone", self.phones),
            ("token", self.tokens),
        ]
        return [(word, str(value)) for word, column in columns for value in column]

    def learn(self, redacted: str) -> None:
        """Learn the placeholders from the redacted file of all values."""
        lines = redacted.splitlines()
        for (word, value), line in zip(self.lines(), lines, strict=True):
            self.stand_ins[value] = line.removeprefix(f"{word} ")

    def without(self, value: Any) -> Any:
        """What a value that was read must have become, nested ones too."""
        match value:
            case dict():
                return {key: self.without(inner) for key, inner in value.items()}
            case list() | tuple():
                return type(value)(self.without(inner) for inner in value)
            case bytes():
                return self.without(value.decode()).encode()
            case int() if str(value) in self.stand_ins:
                return self.stand_ins[str(value)]
            case str():
                for known, stand_in in self.stand_ins.items():
                    value = value.replace(known, stand_in)
                return value
            case _:
                return value

    def leaks(self, content: bytes) -> bool:
        """Does a planted value stand in these bytes?"""
        return any(value.encode() in content for _, value in self.lines())


class Checks:
    """Counts checks and prints those that fail."""

    def __init__(self) -> None:
        self.count = 0
        self.failed = 0

    def that(self, holds: bool, what: str) -> None:
        """Count a check."""
        self.count += 1
        if not holds:
            self.failed += 1
            print(f"failed: {what}")


# Writers: each makes the files of one format.

Writer = Callable[[Path, Planted], None]
WRITERS: list[Writer] = []


def writer(write: Writer) -> Writer:
    """Register a writer."""
    WRITERS.append(write)
    return write


@writer
def values(folder: Path, planted: Planted) -> None:
    """All values, a line each, in words that tell what they are."""
    text = "".join(f"{word} {value}\n" for word, value in planted.lines())
    (folder / VALUES).write_text(text)


def rows(planted: Planted) -> list[dict[str, Any]]:
    """Rows as JSON has them: nested, numbers and strings, other scripts."""
    return [
        {
            "id": n,
            "email": planted.emails[n],
            "card_number": planted.cards[n],
            "ratio": n / 7,
            "large": 10**30 + n,
            "none": None,
            "messages": [{"role": "user", "content": f'„Ruf“ \t{planted.phones[n]}\n"an" 😀'}],
        }
        for n in range(ROWS)
    ]


@writer
def json_files(folder: Path, planted: Planted) -> None:
    """Documents, lines and notebooks; escaped, compact, indented."""
    table = rows(planted)
    lines = "".join(json.dumps(row) + "\n" for row in table)
    (folder / "array.json").write_text(json.dumps(table, indent=2, ensure_ascii=False))
    (folder / "compact.json").write_text(json.dumps(table, separators=(",", ":")))
    (folder / "lines.jsonl").write_text(lines)
    (folder / "lines.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (folder / "lines.jsonl.zst").write_bytes(zstandard.compress(lines.encode()))
    outputs = [nbformat.v4.new_output("stream", text=f"sent to {planted.emails[0]}\n")]
    source = f'TOKEN = "{planted.tokens[0]}"\nprint("{planted.emails[1]}")'
    cells = [
        nbformat.v4.new_markdown_cell(f"Ask {planted.emails[2]}", id="about"),
        nbformat.v4.new_code_cell(source, outputs=outputs, id="send"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "book.ipynb")


def delimited(planted: Planted, delimiter: str, end: str) -> str:
    """A table with quotes, delimiters and line breaks in its fields."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter, lineterminator=end)
    table.writerow(["id", "email", "iban", "note", "score"])
    for n in range(ROWS):
        note = f'he said "call{delimiter} {planted.phones[n]}"{end}then left'
        row = [n, planted.emails[n], planted.ibans[n], note, n / 8]
        table.writerow(row)
    return out.getvalue()


TABLES = {
    "table.csv": (",", "\n", "utf-8"),
    "table.tsv": ("\t", "\n", "utf-8"),
    "semicolon.csv": (";", "\r\n", "utf-8"),
    "mark.csv": (",", "\r\n", "utf-8-sig"),
}


@writer
def tables(folder: Path, planted: Planted) -> None:
    """Delimited text in the dialects there are."""
    for name, (delimiter, end, encoding) in TABLES.items():
        (folder / name).write_bytes(delimited(planted, delimiter, end).encode(encoding))
    single = "".join(f"{email}\n" for email in ["email", *planted.emails])
    (folder / "single.csv").write_text(single)
    packed = delimited(planted, ",", "\n").encode()
    (folder / "table.csv.gz").write_bytes(gzip.compress(packed))


@writer
def text_files(folder: Path, planted: Planted) -> None:
    """Text and code, in a folder with a name that is not ASCII."""
    inner = folder / "größe"
    inner.mkdir()
    prose = f"Write to <{planted.emails[3]}>,\r\nor call {planted.phones[3]}. No end"
    (inner / "LIESMICH.md").write_bytes(prose.encode())
    code = f'TOKEN = "{planted.tokens[1]}"\ncard_number = {planted.cards[3]}\n'
    (inner / "main.py").write_text(code)
    (inner / "plain.txt").write_text("nothing to see\n")
    (inner / "empty.txt").write_text("")


def columns(planted: Planted) -> pa.Table:
    """Every type that text has in a table, and numbers that name people."""
    emails, phones = planted.emails, planted.phones
    nested = [[{"role": "user", "content": f"call {phone}"}] for phone in phones]
    people = [{"name": f"n{n}", "email": email} for n, email in enumerate(emails)]
    gaps = [email if n % 3 else None for n, email in enumerate(emails)]
    arrays = {
        "id": pa.array(range(ROWS), pa.int64()),
        "email": pa.array(emails, pa.string()),
        "gaps": pa.array(gaps, pa.string()),
        "large": pa.array([f"mail {email}" for email in emails], pa.large_string()),
        "bytes": pa.array([f"mail {email}".encode() for email in emails], pa.binary()),
        "labels": pa.array([emails[n % 3] for n in range(ROWS)]).dictionary_encode(),
        "messages": pa.array(nested),
        "person": pa.array(people),
        "maps": pa.array([[("tel", phone)] for phone in phones], pa.map_(pa.string(), pa.string())),
        "card_number": pa.array(planted.cards, pa.int64()),
        "ssn": pa.array(planted.ssns, pa.int32()),
        "iban": pa.array([iban.encode() for iban in planted.ibans], pa.binary(22)),
        "score": pa.array([n / 8 for n in range(ROWS)], pa.float32()),
    }
    note = {"origin": f"made by {planted.emails[4]}", "kept": "as it is"}
    return pa.table(arrays).replace_schema_metadata(note)


@writer
def parquet_files(folder: Path, planted: Planted) -> None:
    """Every codec, pages of both versions, several row groups, statistics."""
    table = columns(planted)
    for codec in CODECS:
        parquet.write_table(table, folder / f"{codec}.parquet", compression=codec)
    small = {"row_group_size": 17, "data_page_size": 256, "write_page_index": True}
    parquet.write_table(table, folder / "groups.parquet", **small)
    parquet.write_table(
        table, folder / "second.parquet", data_page_version="2.0", use_dictionary=False
    )


@writer
def arrow_files(folder: Path, planted: Planted) -> None:
    """Files, streams and Feather, several batches, packed or not."""
    table = columns(planted)
    for codec in (None, "lz4", "zstd"):
        options = ipc.IpcWriteOptions(compression=codec)
        for kind, new in (("file", ipc.new_file), ("stream", ipc.new_stream)):
            path = str(folder / f"{kind}-{codec or 'plain'}.arrow")
            with new(path, table.schema, options=options) as out:
                out.write_table(table, max_chunksize=25)
    feather.write_feather(table, str(folder / "table.feather"), "lz4")


TENSORS: dict[str, numpy.ndarray[Any, Any]] = {
    "weight": numpy.arange(4096, dtype=numpy.float32).reshape(64, 64) / 3,
    "bias": numpy.arange(7, dtype=numpy.int8),
    "empty": numpy.zeros((0, 4), dtype=numpy.float16),
}


@writer
def safetensors_file(folder: Path, planted: Planted) -> None:
    """Tensors of several types behind a header that names people."""
    note = {"contact": planted.emails[5], "format": "pt", "run": f"by {planted.emails[6]} 😀"}
    save_file(TENSORS, folder / "model.safetensors", metadata=note)


PICTURES = ("photo.jpg", "photo.png", "photo.webp", "note.gif")


@writer
def pictures(folder: Path, planted: Planted) -> None:
    """Where a picture was taken and by whom."""
    picture = Image.effect_mandelbrot((48, 32), (-2, -1, 1, 1), 20).convert("RGB")
    exif = Image.Exif()
    exif[0x013B] = f"mail {planted.emails[7]}"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (52.0, 31.0, 12.0), "E", (13.0, 24.0, 17.0)
    comment = f"sent to {planted.emails[8]}"
    text = PngInfo()
    text.add_text("Comment", comment)
    picture.save(folder / "photo.jpg", exif=exif, comment=comment)
    picture.save(folder / "photo.png", exif=exif, pnginfo=text)
    picture.save(folder / "photo.webp", exif=exif, lossless=True)
    picture.convert("P").save(folder / "note.gif", comment=comment.encode())


# Readers: what a file holds, in types that compare.


def read_json(content: bytes) -> Any:
    """One document, keys in order."""
    return json.loads(content)


def read_lines(content: bytes) -> Any:
    """A document a line."""
    return [json.loads(line) for line in content.splitlines()]


def read_tables(name: str, content: bytes) -> list[list[str]]:
    """The fields of delimited text."""
    delimiter, _, encoding = TABLES.get(name.removesuffix(".gz"), (",", "\n", "utf-8"))
    text = io.StringIO(content.decode(encoding), newline="")
    return list(csv.reader(text, delimiter=delimiter, strict=True))


def read_arrow(path: Path) -> pa.Table:
    """A table, checked in depth."""
    if path.suffix == ".feather":
        table = feather.read_table(str(path))
    else:
        opened = ipc.open_file if path.name.startswith("file") else ipc.open_stream
        with opened(path.read_bytes()) as reader:
            table = reader.read_all()
    table.validate(full=True)
    return table


def unpacked(path: Path) -> bytes:
    """The content, out of its stream."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(content)
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().decompressobj().decompress(content)
    return content


# Checks: a file before and after.


def same_table(checks: Checks, name: str, old: pa.Table, new: pa.Table, planted: Planted) -> None:
    """Schema equal, planted values replaced, all others equal."""
    checks.that(new.schema.equals(old.schema), f"{name}: the schema is another")
    checks.that(new.num_rows == old.num_rows, f"{name}: {new.num_rows} rows of {old.num_rows}")
    expected_notes = planted.without(dict(old.schema.metadata))
    # In the schema that Parquet keeps, stand-ins have the length of what they replace.
    notes = {key: b" ".join(note.split()) for key, note in dict(new.schema.metadata).items()}
    checks.that(notes == expected_notes, f"{name}: the schema's metadata")
    for column in old.schema.names:
        field = old.schema.field(column).type
        expected = [planted.without(value) for value in old[column].to_pylist()]
        if pa.types.is_integer(field):
            # Numbers have no place for a placeholder: they get its number.
            expected = [as_number(value) for value in expected]
        elif pa.types.is_fixed_size_binary(field):
            width = field.byte_width
            expected = [value[:width].ljust(width) for value in expected]
        checks.that(new[column].to_pylist() == expected, f"{name}: the column {column}")


def as_number(value: object) -> object:
    """The number in a placeholder; anything else as it is."""
    known = NUMBER.fullmatch(value) if isinstance(value, str) else None
    return int(known[1]) if known else value


def same_parquet(checks: Checks, old: Path, new: Path, planted: Planted) -> None:
    """The table, and the layout and statistics around it."""
    name = new.name
    same_table(checks, name, parquet.read_table(old), parquet.read_table(new), planted)
    before, after = parquet.ParquetFile(old).metadata, parquet.ParquetFile(new).metadata
    checks.that(after.schema.equals(before.schema), f"{name}: the file's schema")
    groups = [
        [side.row_group(n).num_rows for n in range(side.num_row_groups)] for side in (before, after)
    ]
    checks.that(groups[0] == groups[1], f"{name}: the row groups")
    for group in range(after.num_row_groups):
        values = parquet.ParquetFile(new).read_row_group(group)
        for number in range(after.num_columns):
            chunk = after.row_group(group).column(number)
            earlier = before.row_group(group).column(number)
            checks.that(chunk.compression == earlier.compression, f"{name}: a codec")
            statistics = chunk.statistics
            if statistics is None or not statistics.has_min_max:
                continue
            limits = [statistics.min, statistics.max]
            what = f"{name}: statistics of {chunk.path_in_schema}"
            checks.that(not planted.leaks(repr(limits).encode()), f"{what} show a value")
            if chunk.path_in_schema in values.schema.names:
                column = [
                    value for value in values[chunk.path_in_schema].to_pylist() if value is not None
                ]
                holds = all(limits[0] <= value <= limits[1] for value in column)
                checks.that(holds, f"{what} do not hold")


def same_safetensors(checks: Checks, old: Path, new: Path, planted: Planted) -> None:
    """Tensors equal to the bit, metadata without the planted values."""
    with safe_open(old, "np") as before, safe_open(new, "np") as after:
        expected = planted.without(before.metadata())
        checks.that(after.metadata() == expected, f"{new.name}: metadata")
        checks.that(sorted(after.keys()) == sorted(before.keys()), f"{new.name}: names")
        for key in before.keys():
            one, other = before.get_tensor(key), after.get_tensor(key)
            same = one.dtype == other.dtype and one.shape == other.shape
            checks.that(same and one.tobytes() == other.tobytes(), f"{new.name}: {key}")


def same_picture(checks: Checks, old: Path, new: Path) -> None:
    """Pixels equal, nothing beside them."""
    with Image.open(old) as before, Image.open(new) as after:
        checks.that(after.size == before.size, f"{new.name}: size")
        checks.that(after.tobytes() == before.tobytes(), f"{new.name}: pixels")
        checks.that(not dict(after.getexif().get_ifd(0x8825)), f"{new.name}: a position is left")
        checks.that(0x013B not in after.getexif(), f"{new.name}: an artist is left")
        left = {str(key).lower() for key in after.info} & {"comment", "exif", "xmp"}
        checks.that(not left, f"{new.name}: {', '.join(sorted(left))} left")


def same_text(checks: Checks, old: Path, new: Path, planted: Planted) -> None:
    """Whatever is text, by what reads it."""
    name, before, after = new.name, unpacked(old), unpacked(new)
    read: Callable[[bytes], Any]
    if ".csv" in name or ".tsv" in name:
        read = lambda content: read_tables(name, content)  # noqa: E731
    elif ".jsonl" in name:
        read = read_lines
    elif name.endswith((".json", ".ipynb")):
        read = read_json
    elif name.endswith(".py"):
        compile(after, name, "exec")
        read = lambda content: content.decode().replace('"', "")  # noqa: E731
    else:
        read = lambda content: content  # noqa: E731
    checks.that(read(after) == planted.without(read(before)), f"{name}: content")
    checks.that(after.count(b"\r\n") == before.count(b"\r\n"), f"{name}: line ends")
    if name.endswith(".ipynb"):
        nbformat.validate(nbformat.reads(after.decode(), as_version=4))
    if name in TABLES and importlib.util.find_spec("pandas"):
        import pandas

        delimiter, _, encoding = TABLES[name]
        frames = [pandas.read_csv(path, sep=delimiter, encoding=encoding) for path in (old, new)]
        checks.that(frames[0].shape == frames[1].shape, f"{name}: shape")
        checks.that(frames[0]["score"].equals(frames[1]["score"]), f"{name}: a column of numbers")


def same(checks: Checks, old: Path, new: Path, planted: Planted) -> None:
    """A file before and after, by its format."""
    match old.suffix:
        case ".parquet":
            same_parquet(checks, old, new, planted)
        case ".arrow" | ".feather":
            same_table(checks, old.name, read_arrow(old), read_arrow(new), planted)
        case ".safetensors":
            same_safetensors(checks, old, new, planted)
        case _ if old.name in PICTURES:
            same_picture(checks, old, new)
        case _:
            same_text(checks, old, new, planted)


# Runs of the program.


def run(checks: Checks, program: str, *arguments: object, code: int = CLEAN) -> str:
    """Run it and check the exit code; any but these two ends the checks."""
    command = [program, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode not in (CLEAN, INCOMPLETE):
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
    left = [line for line in done.stdout.splitlines() if line.startswith("left: ")]
    checks.that(done.returncode == code, "\n  ".join([f"exit code {done.returncode}", *left]))
    return done.stdout


def tree(folder: Path) -> Tree:
    """Every file of a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def different(one: Tree, other: Tree) -> str:
    """The names of files that are not the same."""
    names = sorted(one.keys() | other.keys())
    return ", ".join(name for name in names if one.get(name) != other.get(name))


def is_clean(checks: Checks, program: str, folder: Path) -> None:
    """A sweep finds neither secrets nor personal data of anybody."""
    command = [program, "scan", str(folder), "--no-config", "--no-baseline", "--report", "json"]
    swept = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    for finding in json.loads(swept.stdout)["findings"]:
        private = finding["entity"] or finding["secret"] or finding["rule"] == "picture-metadata"
        what = f"{finding['path']}!{finding['route'] or ''}: {finding['rule']} is found again"
        checks.that(not private, what)


def redacted(checks: Checks, program: str, source: Path, work: Path, planted: Planted) -> None:
    """To a folder: right, clean, final, and the same in place."""
    before, clean = tree(source), work / "clean"
    run(checks, program, "redact", source, "--out", clean)
    checks.that(tree(source) == before, "originals were touched")
    after = tree(clean)
    missing = sorted(before.keys() ^ after.keys())
    checks.that(not missing, f"missing, or more: {', '.join(missing)}")
    planted.learn((clean / VALUES).read_text())
    for (word, value), stand_in in zip(planted.lines(), planted.stand_ins.values(), strict=True):
        shaped = NUMBER.fullmatch(stand_in) is not None
        checks.that(shaped, f"a value of {len(value)} characters after `{word}` is left")
    for name in after:
        same(checks, source / name, clean / name, planted)
        checks.that(not planted.leaks(unpacked(clean / name)), f"{name}: a value is left")
    is_clean(checks, program, clean)

    run(checks, program, "redact", clean, "--out", work / "again")
    checks.that(not (names := different(after, tree(work / "again"))), f"changed again: {names}")

    shutil.copytree(source, work / "place")
    run(checks, program, "redact", work / "place", "--in-place", "--backup")
    place = tree(work / "place")
    kept = {
        name.removesuffix(".orig"): place.pop(name) for name in [*place] if name.endswith(".orig")
    }
    checks.that(not (names := different(after, place)), f"another in place: {names}")
    wrong = different({name: before[name] for name in kept}, kept)
    checks.that(bool(kept) and not wrong, f"backups are not the originals: {wrong}")
    changed = {name for name in after if before[name] != after[name]}
    checks.that(changed == kept.keys(), "a backup of each changed file, and of no other")
    for backup in (work / "place").rglob("*.orig"):
        backup.unlink()
    run(checks, program, "redact", work / "place", "--in-place")
    checks.that(tree(work / "place") == place, "in place, a second run changes something")


def keyed(checks: Checks, program: str, source: Path, work: Path) -> None:
    """With a key, runs agree whatever else they see; with another they do not."""
    keys = [work / f"key-{n}" for n in range(2)]
    for n, key in enumerate(keys):
        key.write_text("k" * 32 + str(n))
    outs = [work / f"keyed-{n}" for n in range(4)]
    for out, key in zip(outs[:3], (keys[0], keys[0], keys[1]), strict=True):
        run(checks, program, "redact", source, "--out", out, "--keyed", key)
    checks.that(not different(tree(outs[0]), tree(outs[1])), "the same key, other tags")
    names = ("table.csv", "lines.jsonl", "model.safetensors")
    for name in names:
        run(checks, program, "redact", source / name, "--out", outs[3], "--overwrite", "--keyed", keys[0])
        alone = (outs[3] / name).read_bytes()
        checks.that(alone == (outs[0] / name).read_bytes(), f"{name}: alone it gets other tags")
        checks.that(alone != (outs[2] / name).read_bytes(), f"{name}: another key, the same tags")


def refused(checks: Checks, program: str, work: Path, planted: Planted) -> None:
    """What cannot be rewritten is named, stays, and decides the exit code."""
    source, out = work / "refused", work / "refused-out"
    source.mkdir()
    (source / "state.pkl").write_bytes(pickle.dumps({"mail": planted.emails[0]}))
    (source / "wide.txt").write_bytes(f"mail {planted.emails[0]}\n".encode("utf-16"))
    (source / "good.txt").write_text(f"mail {planted.emails[0]}\n")
    before = tree(source)
    told = run(checks, program, "redact", source, "--out", out, code=INCOMPLETE)
    for name in ("state.pkl", "wide.txt"):
        checks.that(f"left: {name}: " in told, f"{name} is not named")
        checks.that(not (out / name).exists(), f"{name} stands in the clean folder")
    checks.that("good.txt" in tree(out), "what can be redacted is not")
    checks.that(tree(source) == before, "originals were touched")


def main(program: str) -> int:
    """Write, redact, compare; the exit code."""
    checks, planted = Checks(), Planted("redact")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        source = work / "source"
        source.mkdir()
        for write in WRITERS:
            write(source, planted)
        redacted(checks, program, source, work, planted)
        keyed(checks, program, source, work)
        refused(checks, program, work, planted)
        files = len(tree(source))
    print(f"redact: {files} files, {checks.count} checks, {checks.failed} failed")
    return int(checks.failed > 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: redact.py PROGRAM")
    sys.exit(main(sys.argv[1]))
