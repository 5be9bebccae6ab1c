"""The catalogue of hostile files, and the opcodes of pickles.

In: cases, as other modules register them. Out: their list. The assembler makes
pickles that `pickle.dumps` would never write.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

DANGEROUS, SUSPICIOUS, MALFORMED, HARMLESS = "dangerous", "suspicious", "malformed", "harmless"


@dataclass(frozen=True)
class Case:
    """A file, how it gets past scanners, and what it is."""

    file: str
    mechanism: str
    expected: str
    build: Callable[[], bytes]


CASES: list[Case] = []

Builder = Callable[[], bytes]


def case(file: str, mechanism: str, expected: str = DANGEROUS) -> Callable[[Builder], Builder]:
    """Register a function that builds the bytes of `file`."""

    def register(build: Builder) -> Builder:
        CASES.append(Case(file, mechanism, expected, build))
        return build

    return register


def add(file: str, mechanism: str, content: bytes, expected: str = DANGEROUS) -> None:
    """Register bytes that are there already."""
    CASES.append(Case(file, mechanism, expected, lambda: content))


@dataclass(frozen=True)
class Code:
    """Opcodes that leave one value on the stack, as an argument of others."""

    opcodes: bytes


ECHO = "echo hubsweep"
STOP = b"."


def push(value: object) -> bytes:
    """The opcodes of a value: text, bytes, a number, nothing, a tuple, code."""
    match value:
        case Code(opcodes):
            return opcodes
        case None:
            return b"N"
        case str():
            data = value.encode()
            return b"X" + struct.pack("<I", len(data)) + data
        case bytes():
            return b"B" + struct.pack("<I", len(value)) + value
        case int():
            return b"J" + struct.pack("<i", value)
        case tuple():
            return b"(" + b"".join(map(push, value)) + b"t"
    raise TypeError(type(value))


def imported(module: str, name: str) -> Code:
    """A global by the opcode GLOBAL."""
    return Code(f"c{module}\n{name}\n".encode())


def called(function: Code, *arguments: object) -> Code:
    """What a function returns, by REDUCE."""
    return Code(function.opcodes + push(arguments) + b"R")


def stream(value: object, protocol: int = 3) -> bytes:
    """A whole pickle of one value."""
    return b"\x80" + bytes([protocol]) + push(value) + STOP


def call(module: str, name: str, *arguments: object) -> bytes:
    """A whole pickle that calls one function."""
    return stream(called(imported(module, name), *arguments))


# The plainest of all: what scanners are asked to find in odd places.
SYSTEM = call("os", "system", ECHO)
# An ordinary one.
ORDINARY = stream(("epoch", 3, "loss"))
