"""What hubsweep says of each file of the catalogue.

In: the program, and a folder that bypass.py wrote. Out: a line for each
mechanism with our verdict and the rules behind it, and the sums; exit code 1
when one passes in silence, one that is dangerous is only not read, or a
harmless file is reported.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from cases import DANGEROUS, HARMLESS, MALFORMED, SUSPICIOUS
from check import sweep

UNREAD, NOTED, CLEAN = "unread", "noted", "clean"
# Strongest first.
VERDICTS = [DANGEROUS, SUSPICIOUS, UNREAD, NOTED, CLEAN]
BY_SEVERITY = {
    "critical": DANGEROUS,
    "high": DANGEROUS,
    "medium": SUSPICIOUS,
    "low": SUSPICIOUS,
    "info": NOTED,
}
# Of the folder as a repository, or of the name: not of what a file does.
BESIDE = {"card-missing", "no-safetensors", "wrong-kind"}


def outcome(expected: str, verdict: str) -> str:
    """Is the verdict what the case asks for? `ok`, `weaker`, or a failure:
    `SILENT`, `UNREAD`, `FALSE`.
    """
    strength = VERDICTS.index(verdict)
    if expected == HARMLESS:
        return "ok" if verdict in (NOTED, CLEAN) else "FALSE"
    if verdict == CLEAN:
        return "SILENT"
    if expected == MALFORMED:
        return "ok" if strength <= VERDICTS.index(UNREAD) else "weaker"
    if verdict == UNREAD:
        return "UNREAD"
    return "ok" if strength <= VERDICTS.index(expected) else "weaker"


def main(program: str, out: Path) -> int:
    """Print and return the exit code."""
    catalogue = json.loads((out / "catalogue.json").read_text())
    run = sweep(program, out)
    said = defaultdict(set)
    for finding in run.findings:
        if finding["rule"] not in BESIDE:
            said[finding["path"]].add((BY_SEVERITY[finding["severity"]], finding["rule"]))
    for skip in run.skipped:
        if skip["class"] != "by-design":
            said[skip["path"]].add((UNREAD, skip["why"]))
    outcomes = Counter()
    for case in catalogue:
        heard = sorted(said[case["file"]], key=lambda each: (VERDICTS.index(each[0]), each[1]))
        verdict = heard[0][0] if heard else CLEAN
        result = outcome(case["expected"], verdict)
        outcomes[result] += 1
        why = ", ".join(rule for _, rule in heard)
        print(f"{result:7} {verdict:10} {case['file']}: {case['mechanism']}: {why or '-'}")
    sums = ", ".join(f"{count} {name}" for name, count in outcomes.most_common())
    print(f"{len(catalogue)} files in {run.seconds:.1f} s: {sums}")
    return int(any(outcomes[name] for name in ("SILENT", "UNREAD", "FALSE")))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: bypass_check.py PROGRAM OUT")
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
