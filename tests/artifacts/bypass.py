"""Write one file for each way known to get past a scanner of model files.

In: a folder to make. Out, in it: the files, and `catalogue.json`, a list of
`{file, mechanism, expected}`, where `expected` is `dangerous` (loading it runs
what it names), `suspicious` (it may) or `malformed` (not what its format
allows, or not readable to the end). `control/` holds harmless files in the
same containers, which are not to be reported.

Nothing is ever loaded, and what would run is an `echo`.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

# Each registers its cases.
import hostile_containers  # noqa: F401
import hostile_models  # noqa: F401
import hostile_pickles  # noqa: F401
from cases import CASES


def main(out: Path) -> None:
    """Write everything below `out`, which is emptied first."""
    shutil.rmtree(out, ignore_errors=True)
    catalogue = []
    for case in CASES:
        file = out / case.file
        if file.exists():
            sys.exit(f"two cases write {case.file}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(case.build())
        catalogue.append(
            {"file": case.file, "mechanism": case.mechanism, "expected": case.expected}
        )
    (out / "catalogue.json").write_text(json.dumps(catalogue, indent=1) + "\n")
    print(f"{len(catalogue)} files that mean harm or mean none")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: bypass.py OUT")
    main(Path(sys.argv[1]))
