"""Does hubsweep find what was planted, and nothing in the clean twins?

In: the program, and a folder that make.py wrote. Out: a table of formats, what
was missed, and what was reported of clean files; exit code 1 when a floor is
not met: a planted token is not found, a clean file blocks, a run ends with a
code it should not.

Reports mask values, so a token is known by the fingerprint that a text file
with the same token gets, an address by its file, its first letters and its
length, a path by the text around it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RULES = {"token": "hf-user-token", "email": "email-address", "path": "home-path"}
BLOCKED, CLEAN, INCOMPLETE = 1, 0, 3

Row = dict[str, Any]


@dataclass(frozen=True)
class Sweep:
    """One run: its exit code, its findings with every place that each has,
    what was skipped, and the seconds it took.
    """

    code: int
    findings: list[Row]
    skipped: list[Row]
    seconds: float


def sweep(program: str, folder: Path) -> Sweep:
    """Scan a folder without any configuration."""
    command = [program, "scan", str(folder), "--no-config", "--no-baseline", "--report", "json"]
    start = time.monotonic()
    run = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    seconds = time.monotonic() - start
    if run.returncode not in (CLEAN, BLOCKED, INCOMPLETE):
        sys.exit(f"{folder}: exit code {run.returncode}\n{run.stderr[-2000:]}")
    if "panicked" in run.stderr:
        sys.exit(f"{folder}: panicked\n{run.stderr[-2000:]}")
    report = json.loads(run.stdout)
    findings = []
    for finding in report["findings"]:
        findings.append(finding)
        # The same value at another place of the same or another file.
        findings += [{**finding, **place, "also": []} for place in finding["also"]]
    return Sweep(run.returncode, findings, report["skipped"], seconds)


# Most values in one text, each of which is told.
TOLD = 40


def reference(program: str, rows: list[Row]) -> dict[str, str]:
    """The fingerprints of the tokens, from a text file of them all. Ends the
    run when a value is not even found there: then it is ill chosen.
    """
    with tempfile.TemporaryDirectory() as folder:
        lines = [row["value"] for row in rows]
        # Of many people in one file only the first are told one by one.
        for start in range(0, len(lines), TOLD):
            part = "\n".join(lines[start : start + TOLD])
            Path(folder, f"{start}.txt").write_text(part + "\n")
        found = sweep(program, Path(folder)).findings
    rules = defaultdict(set)
    fingerprints = {}
    for finding in found:
        if finding["line"]:
            value = lines[int(Path(finding["path"]).stem) + finding["line"] - 1]
            rules[value].add(finding["rule"])
            if finding["rule"] == RULES["token"]:
                fingerprints[value] = finding["fingerprint"]
    unknown = [row for row in rows if RULES[row["kind"]] not in rules[row["value"]]]
    if unknown:
        sys.exit(
            f"{len(unknown)} values are no leak in plain text either, such as a "
            f"{unknown[0]['kind']} of {unknown[0]['file']}"
        )
    return fingerprints


def is_found(row: Row, findings: list[Row], fingerprints: dict[str, str]) -> bool:
    """Is the planted value among the findings of its file?"""
    value = row["value"]
    mine = [finding for finding in findings if finding["rule"] == RULES[row["kind"]]]
    if row["kind"] == "token":
        return any(finding["fingerprint"] == fingerprints[value] for finding in mine)
    if row["kind"] == "email":
        mask = f"{value[:4]}…({len(value)})"
        # Of a table the column is told, not the value.
        return any(finding["secret"] == mask or finding.get("values") for finding in mine)
    return any(value in (finding["snippet"] or "") for finding in mine)


def table(rows: list[Row], found: list[bool], false: Counter[str]) -> None:
    """Print a line for each format, and the sum. `grep misses` counts the
    planted values that do not stand in the file's bytes as they are.
    """
    print(
        f"{'format':14} {'files':>5} {'planted':>8} {'found':>6} {'grep misses':>12} "
        f"{'of them found':>14} {'false':>6}"
    )
    formats = sorted({row["format"] for row in rows})
    for name in [*formats, "all"]:
        mine = [
            (row, hit)
            for row, hit in zip(rows, found, strict=True)
            if name in ("all", row["format"])
        ]
        hidden = [hit for row, hit in mine if not row["raw"]]
        wrong = sum(false.values()) if name == "all" else false[name]
        print(
            f"{name:14} {len({row['file'] for row, _ in mine}):5} {len(mine):8} "
            f"{sum(hit for _, hit in mine):6} {len(hidden):12} {sum(hidden):14} {wrong:6}"
        )


def main(program: str, out: Path) -> int:
    """Compare, print, and return the exit code."""
    rows = json.loads((out / "expected.json").read_text())
    fingerprints = reference(program, rows)
    leaky, clean = sweep(program, out / "leaky"), sweep(program, out / "clean")
    by_file = defaultdict(list)
    for finding in leaky.findings:
        by_file[finding["path"]].append(finding)
    found = [is_found(row, by_file[row["file"]], fingerprints) for row in rows]

    blocking = [finding for finding in clean.findings if finding["verdict"] == "block"]
    leaks = [finding for finding in clean.findings if finding["rule"] in RULES.values()]
    wrong = {(finding["path"], finding["rule"], finding["route"]) for finding in blocking + leaks}
    table(rows, found, Counter(path.split("/")[0] for path, _, _ in wrong))

    missed = Counter(
        (row["file"], row["place"], row["kind"], row["optional"])
        for row, hit in zip(rows, found, strict=True)
        if not hit
    )
    for (file, place, kind, optional), count in sorted(missed.items()):
        note = " (not promised)" if optional else ""
        print(f"missed: {file}: {place}: {kind}{f' x {count}' if count > 1 else ''}{note}")
    for path, rule, route in sorted(wrong, key=str):
        print(f"false: clean/{path}!{route or ''}: {rule}")
    for twin, run in (("leaky", leaky), ("clean", clean)):
        for skip in run.skipped:
            if skip["class"] != "by-design":
                print(f"not read: {twin}/{skip['path']}: {skip['class']}: {skip['why']}")
        print(f"{twin}: exit code {run.code}, {run.seconds:.1f} s")

    broken = []
    if any(kind == "token" and not optional for _, _, kind, optional in missed):
        broken.append("a planted token is not found")
    if blocking:
        broken.append("a clean file blocks")
    if leaky.code != BLOCKED:
        broken.append(f"exit code {leaky.code} with tokens planted")
    unread = any(skip["class"] != "by-design" for skip in clean.skipped)
    if clean.code != (INCOMPLETE if unread else CLEAN) and not blocking:
        broken.append(f"exit code {clean.code} of clean files")
    for floor in broken:
        print(f"floor not met: {floor}")
    return bool(broken)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: check.py PROGRAM OUT")
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
