"""Tables: parquet, arrow, sqlite and lines of text.

In: a path and a sheet. Out: one table of a few hundred rows, of which single
ones leak. The rows around them are ordinary words, so that dictionaries,
deltas and compression have something to do.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from pyarrow import feather, ipc, parquet

import archives
from leaks import Sheet, artifact

ROWS = 400


def words(sheet: Sheet, place: str, row: int) -> list[str]:
    """A column of text that leaks in one row."""
    column = [f"the text of row {n} of the set" for n in range(ROWS)]
    column[row] = sheet.text(f"{place}, row {row}")
    return column


def table(sheet: Sheet) -> pa.Table:
    """Text in the types that tables have for it."""
    nested = [[{"role": "user", "content": text}] for text in words(sheet, "list of structs", 210)]
    maps = [[("key", text)] for text in words(sheet, "map", 150)]
    labels = ["cat", "dog", sheet.text("dictionary")]
    columns = {
        "id": pa.array(range(ROWS), pa.int64()),
        "text": pa.array(words(sheet, "string", 313), pa.string()),
        "large": pa.array(words(sheet, "large string", 8), pa.large_string()),
        "bytes": pa.array([text.encode() for text in words(sheet, "binary", 77)], pa.binary()),
        "gaps": pa.array(
            [
                text if n % 3 else None
                for n, text in enumerate(words(sheet, "string with nulls", 100))
            ],
            pa.string(),
        ),
        "messages": pa.array(nested),
        "labels": pa.array([labels[n % 3] for n in range(ROWS)]).dictionary_encode(),
        "maps": pa.array(maps, pa.map_(pa.string(), pa.string())),
        sheet.email("column name"): pa.array([0.5] * ROWS),
    }
    schema_metadata = {"origin": sheet.text("schema metadata")}
    return pa.table(columns).replace_schema_metadata(schema_metadata)


PLAIN = {"compression": "none", "use_dictionary": False}
ENCODINGS = {
    "plain.parquet": PLAIN,
    "dictionary.parquet": {"compression": "none", "use_dictionary": True},
    "delta.parquet": {**PLAIN, "column_encoding": "DELTA_BYTE_ARRAY"},
    "delta-length.parquet": {**PLAIN, "column_encoding": "DELTA_LENGTH_BYTE_ARRAY"},
    "page-v2.parquet": {"compression": "snappy", "data_page_version": "2.0"},
    "row-groups.parquet": {"compression": "snappy", "row_group_size": 64, "data_page_size": 512},
    "version-1.parquet": {"compression": "gzip", "version": "1.0"},
} | {
    f"{codec}.parquet": {"compression": codec}
    for codec in ("snappy", "gzip", "brotli", "zstd", "lz4")
}
TEXT_COLUMNS = {"text", "large", "bytes", "gaps"}


@artifact("parquet", ENCODINGS)
def parquet_table(file: Path, sheet: Sheet, options: dict[str, object]) -> None:
    """Every codec, encoding and version of pages."""
    options = dict(options)
    content = table(sheet)
    encoding = options.pop("column_encoding", None)
    if encoding:
        leaves = TEXT_COLUMNS | {"messages.list.element.content", "maps.key_value.value"}
        options["column_encoding"] = dict.fromkeys(sorted(leaves), encoding)
    # The statistics would show the least value of a column once more, as it is.
    parquet.write_table(content, file, write_statistics=False, **options)


@artifact("parquet", "hub-dataset.parquet")
def parquet_dataset(file: Path, sheet: Sheet) -> None:
    """A dataset's shard: images as structs with the path they came from."""
    images = [{"bytes": bytes(64), "path": f"{n}.png"} for n in range(50)]
    images[31]["path"] = sheet.path("path of an image")
    content = pa.table({"image": images, "author": [sheet.email("value of every row")] * 50})
    info = json.dumps({"info": {"features": {}, "description": sheet.text("huggingface metadata")}})
    parquet.write_table(content.replace_schema_metadata({"huggingface": info}), file)


def stream(content: pa.Table, file: Path, compression: str | None = None) -> None:
    """Arrow's streaming format, several batches."""
    options = ipc.IpcWriteOptions(compression=compression)
    with ipc.new_stream(str(file), content.schema, options=options) as writer:
        writer.write_table(content, max_chunksize=150)


def random_access(content: pa.Table, file: Path, compression: str | None = None) -> None:
    """Arrow's file format."""
    options = ipc.IpcWriteOptions(compression=compression)
    with ipc.new_file(str(file), content.schema, options=options) as writer:
        writer.write_table(content, max_chunksize=150)


ARROWS: dict[str, Callable[[pa.Table, Path], None]] = {
    "file.arrow": random_access,
    "stream.arrow": stream,
    "lz4.arrow": lambda content, file: random_access(content, file, "lz4"),
    "zstd.arrow": lambda content, file: random_access(content, file, "zstd"),
    "zstd-stream.arrow": lambda content, file: stream(content, file, "zstd"),
    "plain.feather": lambda content, file: feather.write_feather(
        content, str(file), "uncompressed"
    ),
    "lz4.feather": lambda content, file: feather.write_feather(content, str(file), "lz4"),
}


@artifact("arrow", ARROWS)
def arrow_table(file: Path, sheet: Sheet, write: Callable[[pa.Table, Path], None]) -> None:
    """Values stand one after the other without a gap: only the offsets tell
    where each ends. Here two leak side by side.
    """
    content = table(sheet)
    tokens = ["x"] * ROWS
    tokens[10], tokens[11] = sheet.token("neighbour"), sheet.token("neighbour")
    content = content.append_column("tokens", pa.array(tokens))
    field = pa.field("noted", pa.int8(), metadata={"by": sheet.text("field metadata")})
    write(content.append_column(field, pa.array([1] * ROWS, pa.int8())), file)


@artifact("arrow", "views.arrow")
def arrow_views(file: Path, sheet: Sheet) -> None:
    """Views: short values inline, long ones in buffers of their own."""
    column = pa.array(words(sheet, "string view", 200), pa.string_view())
    random_access(pa.table({"text": column}), file)


PACKED = [(kind, codec) for kind in ("csv", "tsv", "jsonl") for codec in archives.PACKERS]


@artifact("lines", {f"rows.{kind}{suffix}": (kind, suffix) for kind, suffix in PACKED})
def lines(file: Path, sheet: Sheet, variant: tuple[str, str]) -> None:
    """Lines of text, packed as a stream or not."""
    kind, suffix = variant
    rows = [{"id": n, "text": text} for n, text in enumerate(words(sheet, "value", 350))]
    if kind == "jsonl":
        rows[7]["note"] = f'"{sheet.text("escaped value")}"\n'
        text = "".join(json.dumps(row) + "\n" for row in rows)
    else:
        out = io.StringIO()
        writer = csv.writer(out, delimiter="," if kind == "csv" else "\t")
        writer.writerow(["id", "text", sheet.email("header")])
        writer.writerows([row["id"], row["text"], 'a "quoted" one'] for row in rows)
        text = out.getvalue()
    file.write_bytes(archives.PACKERS[suffix](text.encode()))


def fill(connection: sqlite3.Connection, sheet: Sheet) -> None:
    """Two tables, a blob, an index, a value over many pages."""
    connection.execute("CREATE TABLE runs (id INTEGER PRIMARY KEY, text TEXT, data BLOB)")
    rows = ((n, text, text.encode()) for n, text in enumerate(words(sheet, "text and blob", 222)))
    connection.executemany("INSERT INTO runs VALUES (?, ?, ?)", rows)
    connection.execute(f"CREATE VIEW seen AS SELECT '{sheet.path('schema')}' AS origin")
    connection.execute("CREATE TABLE keyed (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
    connection.execute(
        "INSERT INTO keyed VALUES (?, ?)",
        (sheet.email("key without row id"), sheet.text("value without row id")),
    )
    # So many that some stand across the ends of pages.
    long = " ".join(sheet.token("value over pages") for _ in range(24))
    connection.execute("INSERT INTO runs VALUES (9000, ?, NULL)", (long,))
    connection.commit()


SQLITES = {
    "small-pages.sqlite": ["page_size = 512"],
    "utf-16le.db": ["page_size = 512", "encoding = 'UTF-16le'"],
    "utf-16be.sqlite3": ["page_size = 512", "encoding = 'UTF-16be'"],
}


@artifact("sqlite", SQLITES)
def sqlite(file: Path, sheet: Sheet, pragmas: list[str]) -> None:
    """Records and overflow pages, in the three encodings."""
    file.unlink(missing_ok=True)
    connection = sqlite3.connect(file)
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    fill(connection, sheet)
    connection.close()


@artifact("sqlite", "logged.sqlite")
def sqlite_wal(file: Path, sheet: Sheet) -> None:
    """What was written last stands in the log beside the file."""
    live = file.with_name("live.sqlite")
    connection = sqlite3.connect(live)
    connection.execute("PRAGMA page_size = 512")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    fill(connection, sheet)
    for suffix in ("", "-wal"):
        shutil.copy(f"{live}{suffix}", f"{file}{suffix}")
    connection.close()
    live.unlink()


@artifact("sqlite", "deleted.sqlite", optional=True)
def sqlite_deleted(file: Path, sheet: Sheet) -> None:
    """Rows that were deleted, whose bytes are still there."""
    file.unlink(missing_ok=True)
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("CREATE TABLE notes (text TEXT)")
    connection.executemany(
        "INSERT INTO notes VALUES (?)", [("kept",), (sheet.text("deleted row"),)]
    )
    connection.commit()
    connection.execute("DELETE FROM notes WHERE text <> 'kept'")
    connection.commit()
    connection.close()
