"""Write model, data and archive files with the real libraries, with leaks.

In: a folder to make. Out, in it: `leaky/FORMAT/NAME`, with a token, an address
and a path in every place of the format that holds text; `clean/FORMAT/NAME`,
the same file without; and `expected.json`, a list of
`{file, format, place, kind, value, raw, optional}`, where `raw` tells whether
a search of the file's bytes finds the value.

The values are made on the spot from a fixed seed; they belong to nobody.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from pathlib import Path

# Each registers its writers.
import archives  # noqa: F401
import documents  # noqa: F401
import models  # noqa: F401
import protobufs  # noqa: F401
import tables  # noqa: F401
import torch_files  # noqa: F401
from leaks import ARTIFACTS, Artifact, Blank, Sheet


def main(out: Path) -> None:
    """Write everything below `out`, which is emptied first."""
    for twin in ("leaky", "clean"):
        shutil.rmtree(out / twin, ignore_errors=True)
    expected = []
    for artifact in ARTIFACTS:
        # Seeded by name: one more writer changes no other file.
        seed = f"{artifact.format}/{artifact.name}"
        sheet = Sheet(random.Random(seed))
        expected += rows(write(artifact, out / "leaky", sheet), artifact, sheet)
        write(artifact, out / "clean", Blank(random.Random(seed)))
    (out / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    files = len({row["file"] for row in expected})
    print(
        f"{files} files in {len({row['format'] for row in expected})} formats, "
        f"{len(expected)} leaks, {sum(not row['raw'] for row in expected)} "
        f"of them not visible in the raw bytes"
    )


def write(artifact: Artifact, twin: Path, sheet: Sheet) -> Path:
    """Write one file below `twin` and return its path."""
    file = twin / artifact.format / artifact.name
    file.parent.mkdir(parents=True, exist_ok=True)
    artifact.write(file, sheet)
    return file


def rows(file: Path, artifact: Artifact, sheet: Sheet) -> list[dict[str, object]]:
    """The records of what was planted. A writer may add files beside `file`
    (a write-ahead log): each value belongs to the first that shows it, or to
    the last where none does.
    """
    beside = sorted(path for path in file.parent.glob(f"{file.name}-*"))
    contents = {path: path.read_bytes() for path in [file, *beside]}
    last = list(contents)[-1]
    records = []
    for leak in sheet.leaks:
        value = leak.value.encode()
        holder = next((path for path, raw in contents.items() if value in raw), None)
        records.append(
            {
                "file": (holder or last).relative_to(file.parents[1]).as_posix(),
                "format": artifact.format,
                "place": leak.place,
                "kind": leak.kind,
                "value": leak.value,
                "raw": holder is not None,
                "optional": artifact.optional,
            }
        )
    return records


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make.py OUT")
    main(Path(sys.argv[1]))
