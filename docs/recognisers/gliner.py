#!/usr/bin/env python3
"""GLiNER as a recogniser for hubsweep; the protocol is in docs/recognisers.md.

    pip install gliner
    hubsweep scan . --pii-command "python3 gliner.py --labels person,address"

GLiNER reads a few hundred words at once, so each line is looked at alone.
"""

import argparse
import json
import sys

from gliner import GLiNER


def lines(text: str):
    """Each line of a text with letters, and where it begins."""
    start = 0
    for line in text.splitlines(keepends=True):
        if any(letter.isalpha() for letter in line):
            yield start, line
        start += len(line)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="urchade/gliner_multi_pii-v1")
    parser.add_argument("--labels", default="person,address,date of birth")
    parser.add_argument("--threshold", type=float, default=0.5)
    arguments = parser.parse_args()
    labels = arguments.labels.split(",")
    model = GLiNER.from_pretrained(arguments.model)
    for question in map(json.loads, sys.stdin.buffer):
        spans = []
        try:
            for start, line in lines(question["text"]):
                for found in model.predict_entities(line, labels, threshold=arguments.threshold):
                    spans.append(
                        {
                            "start": start + found["start"],
                            "end": start + found["end"],
                            "entity": found["label"],
                            "score": min(float(found["score"]), 1.0),
                        }
                    )
        except Exception as error:  # One bad text must be told, not lost.
            print(f"gliner: {type(error).__name__}", file=sys.stderr)
            answer = {"id": question["id"], "error": type(error).__name__}
        else:
            answer = {"id": question["id"], "spans": spans}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
