#!/usr/bin/env python3
"""Presidio as a recogniser for hubsweep; the protocol is in docs/recognisers.md.

    pip install presidio-analyzer
    python -m spacy download en_core_web_lg
    hubsweep scan . --pii-command "python3 presidio.py PERSON LOCATION"

Arguments are the entities to look for; without any, all that Presidio knows.
"""

import json
import sys

from presidio_analyzer import AnalyzerEngine

LEAST_SCORE = 0.4


def main() -> None:
    entities = sys.argv[1:] or None
    engine = AnalyzerEngine()
    for line in sys.stdin.buffer:
        question = json.loads(line)
        try:
            results = engine.analyze(
                text=question["text"],
                language=question.get("language", "en"),
                entities=entities,
                score_threshold=LEAST_SCORE,
            )
        except Exception as error:  # One bad text must be told, not lost.
            print(f"presidio: {type(error).__name__}", file=sys.stderr)
            answer = {"id": question["id"], "error": type(error).__name__}
        else:
            spans = [
                {"start": r.start, "end": r.end, "entity": r.entity_type, "score": min(float(r.score), 1.0)}
                for r in results
            ]
            answer = {"id": question["id"], "spans": spans}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
