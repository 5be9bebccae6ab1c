"""The values to plant, and the list of writers that plant them.

In: a seed, and for each artifact its name. Out: values which are different
every time they are asked for, and a record of each: what it is, and where it
was put. Nothing here has the shape of a secret before it runs.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VOWELS = "aeiou"
CONSONANTS = "bdfgklmnprstv"


@dataclass(frozen=True)
class Leak:
    """One planted value: what it is (`token`, `email` or `path`) and where."""

    place: str
    kind: str
    value: str


@dataclass
class Sheet:
    """What one file leaks. Each call gives a new value and records it."""

    random: random.Random
    leaks: list[Leak] = field(default_factory=list)
    masks: set[tuple[str, int]] = field(default_factory=set)

    def token(self, place: str) -> str:
        """A Hub token: 37 ASCII letters and `_`."""
        body = "".join(self.random.choices(string.ascii_letters, k=34))
        return self._record(place, "token", "hf_" + body)

    def email(self, place: str) -> str:
        """An address of a person, told from the others of this file by its
        first four letters and its length: reports show no more of it.
        """
        while True:
            host = self._word(3) + self.random.choice(["works", "studio", "lab"])
            value = f"{self._word(2)}.{self._word(3)}@{host}.io"
            mask = (value[:4], len(value))
            if mask not in self.masks:
                self.masks.add(mask)
                return self._record(place, "email", value)

    def path(self, place: str) -> str:
        """An absolute path in a home folder."""
        value = f"/home/{self._word(3)}/{self._word(2)}/{self._word(2)}.py"
        return self._record(place, "path", value)

    def text(self, place: str) -> str:
        """One of each in a line of text, ASCII."""
        return f"login {self.token(place)} by {self.email(place)} in {self.path(place)} done"

    def _word(self, syllables: int) -> str:
        choice = self.random.choice
        return "".join(choice(CONSONANTS) + choice(VOWELS) for _ in range(syllables))

    def _record(self, place: str, kind: str, value: str) -> str:
        self.leaks.append(Leak(place, kind, value))
        return value


class Blank(Sheet):
    """The sheet of the clean twin: words that are no leak, and no record."""

    def token(self, place: str) -> str:
        return "unset"

    def email(self, place: str) -> str:
        return "nobody"

    def path(self, place: str) -> str:
        return "data/train.csv"


@dataclass(frozen=True)
class Artifact:
    """A file to write: `write` puts it at a path and plants what it asks of
    the sheet. `optional`: reading it is not promised, only saying so is.
    """

    format: str
    name: str
    write: Callable[[Path, Sheet], None]
    optional: bool = False


ARTIFACTS: list[Artifact] = []

Writer = Callable[..., None]


def artifact(
    format: str, names: str | Mapping[str, Any], *, optional: bool = False
) -> Callable[[Writer], Writer]:
    """Register a writer, of one file, or of many: then `names` says for each
    file name what the writer's third argument is.
    """

    def register(writer: Writer) -> Writer:
        if isinstance(names, str):
            ARTIFACTS.append(Artifact(format, names, writer, optional))
            return writer
        for name, variant in names.items():

            def write(file: Path, sheet: Sheet, variant: Any = variant) -> None:
                writer(file, sheet, variant)

            ARTIFACTS.append(Artifact(format, name, write, optional))
        return writer

    return register
