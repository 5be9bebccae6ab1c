"""Pickles that scanners read otherwise than Python does.

In: nothing. Out: cases, of gadgets that no list held, and of opcodes that no
list of names helps against. Names in brackets are advisories of scanners.
"""

from __future__ import annotations

import struct

from cases import (
    DANGEROUS,
    ECHO,
    HARMLESS,
    MALFORMED,
    ORDINARY,
    STOP,
    SUSPICIOUS,
    SYSTEM,
    Code,
    add,
    call,
    called,
    imported,
    push,
    stream,
)
from gadgets import GADGETS


def gadgets() -> None:
    """One call of each, under the global's name."""
    for module, name, arguments in GADGETS:
        add(
            f"gadgets/{module}.{name}.pkl",
            f"gadget {module}.{name}",
            call(module, name, *arguments),
        )
    add(
        "gadgets/unknown.pkl",
        "a global that nobody knows is called",
        call("company.trainer", "restore", "x"),
        SUSPICIOUS,
    )
    add(
        "gadgets/dotted-in-allowed.pkl",
        "a dotted name leads out of a module that is allowed",
        call("collections", "_sys.modules.__getitem__", "os"),
    )
    add(
        "gadgets/dotted-in-torch.pkl",
        "a dotted name leads out of torch._utils",
        call("torch._utils", "torch.os.system", ECHO),
    )
    add(
        "gadgets/getattr-chain.pkl",
        "getattr walks from a module that is allowed",
        stream(
            called(
                called(imported("builtins", "getattr"), imported("collections", "_sys"), "exit"), 0
            )
        ),
    )
    add(
        "gadgets/getattr-import.pkl",
        "importlib and an attribute chain [picklescan issue 66]",
        stream(
            called(
                called(
                    imported("builtins", "getattr"),
                    called(imported("importlib", "import_module"), "os"),
                    "system",
                ),
                ECHO,
            )
        ),
    )
    add(
        "gadgets/reduce.pkl",
        "functools.reduce carries the call",
        call("functools", "reduce", imported("os", "system"), (ECHO,)),
    )
    add(
        "gadgets/map.pkl",
        "map and list carry the call",
        call(
            "builtins",
            "list",
            called(imported("builtins", "map"), imported("os", "system"), (ECHO,)),
        ),
    )
    add(
        "gadgets/methodcaller-called.pkl",
        "what methodcaller returns is called [GHSA-955r]",
        stream(
            called(
                called(imported("operator", "methodcaller"), "system", ECHO),
                called(imported("importlib", "import_module"), "os"),
            )
        ),
    )
    add(
        "gadgets/resolve-name-called.pkl",
        "what resolve_name returns is called [GHSA-vvpj-8cmc-gx39]",
        stream(called(called(imported("pkgutil", "resolve_name"), "os:system"), ECHO)),
    )
    add(
        "gadgets/copyreg-extension.pkl",
        "copyreg fills the registry that EXT1 reads",
        b"\x80\x02"
        + called(imported("copyreg", "add_extension"), "os", "system", 7).opcodes
        + b"0"
        + b"\x82\x07"
        + push((ECHO,))
        + b"R"
        + STOP,
    )


# What depends on the receiver, or on somebody loading the inner one too.
OTHERWISE = dict.fromkeys(["ext1", "ext2", "ext4", "in-bytes", "padded-stream"], SUSPICIOUS)
OTHERWISE["protocol-99"] = MALFORMED


def opcodes() -> None:
    """The same call by other opcodes."""
    operands = push("os") + push("system")
    done = push((ECHO,)) + b"R" + STOP
    forms = {
        "stack-global": ("STACK_GLOBAL", b"\x80\x04" + operands + b"\x93" + done),
        "string-operands": (
            "operands of STACK_GLOBAL by STRING [GHSA-9gvj-pp9x-gcfr]",
            b"\x80\x04S'os'\nS'system'\n\x93" + done,
        ),
        "short-string-operands": (
            "operands of STACK_GLOBAL by SHORT_BINSTRING",
            b"\x80\x04U\x02osU\x06system\x93" + done,
        ),
        "unicode-escapes": (
            "operands of STACK_GLOBAL by UNICODE with escapes",
            b"\x80\x04V\\u006f\\u0073\nVsyst\\u0065m\n\x93" + done,
        ),
        "memo-order": (
            "memo indices not in order [picklescan issue 22]",
            b"\x80\x04"
            + push("harmless")
            + b"q\x050"
            + push("os")
            + b"q\x020"
            + push("system")
            + b"q\x000h\x02h\x00\x93"
            + done,
        ),
        "memo-overwritten": (
            "a memo entry is written twice",
            b"\x80\x04"
            + push("math")
            + b"q\x010"
            + push("os")
            + b"q\x010h\x01"
            + push("system")
            + b"\x93"
            + done,
        ),
        "memo-text": (
            "PUT and GET with decimal arguments",
            b"\x80\x04" + push("os") + b"p00123\n0g123\n" + push("system") + b"\x93" + done,
        ),
        "memoize": (
            "MEMOIZE counts entries, also after PUT",
            b"\x80\x04"
            + push("x")
            + b"q\x090"
            + push("os")
            + b"\x940h\x01"
            + push("system")
            + b"\x93"
            + done,
        ),
        "dup-pop": (
            "DUP and POP move the operands",
            b"\x80\x04"
            + push("os")
            + push("math")
            + b"0"
            + push("system")
            + b"2"
            + b"0\x93"
            + done,
        ),
        "pop-mark": (
            "POP_MARK drops decoys",
            b"\x80\x04"
            + push("os")
            + b"("
            + push("math")
            + push("sqrt")
            + b"1"
            + push("system")
            + b"\x93"
            + done,
        ),
        "function-in-memo": (
            "the function itself comes from the memo",
            b"\x80\x02cos\nsystem\nq\x000h\x00" + done,
        ),
        "inst": ("INST", b"(S'" + ECHO.encode() + b"'\nios\nsystem\n."),
        "obj": ("OBJ", b"(cos\nsystem\n" + push(ECHO) + b"o."),
        "newobj": ("NEWOBJ", b"\x80\x02csubprocess\nPopen\n" + push((ECHO,)) + b"\x81."),
        "newobj-ex": ("NEWOBJ_EX", b"\x80\x04csubprocess\nPopen\n" + push((ECHO,)) + b"}\x92."),
        "build": (
            "BUILD calls what __setstate__ was set to",
            b"\x80\x02c__main__\nX\n)\x81}"
            + push("__setstate__")
            + b"cos\nsystem\nsb"
            + push(ECHO)
            + b"b.",
        ),
        "ext1": ("EXT1: only the receiver's registry knows the name", b"\x80\x02\x82\x01" + done),
        "ext2": ("EXT2", b"\x80\x02\x83\x00\x01" + done),
        "ext4": ("EXT4", b"\x80\x02\x84\x00\x00\x01\x00" + done),
        "protocol-0": ("protocol 0", b"cposix\nsystem\n(S'" + ECHO.encode() + b"'\ntR."),
        "no-protocol": ("no PROTO", SYSTEM[2:]),
        "protocol-99": ("a protocol that does not exist", b"\x80\x63" + SYSTEM[2:]),
        "frame-lies": (
            "FRAME longer than the file",
            b"\x80\x04\x95" + struct.pack("<Q", 1 << 40) + SYSTEM[2:],
        ),
        "persistent": (
            "a persistent id is made by a call",
            b"\x80\x02" + called(imported("os", "system"), ECHO).opcodes + b"Q.",
        ),
        "as-key": (
            "the call stands in a key of a dict",
            b"\x80\x02}" + called(imported("os", "system"), ECHO).opcodes + push("v") + b"s.",
        ),
        "in-set": (
            "the call stands in a frozen set",
            b"\x80\x04(" + called(imported("os", "system"), ECHO).opcodes + b"\x91.",
        ),
        "broken-after": (
            "the stream breaks after the call [nullifAI]",
            SYSTEM[:-1] + b"\xff\xff\xff",
        ),
        "cut-after": ("the stream ends after the call, without STOP", SYSTEM[:-1]),
        "underflow-after": ("the stack underflows after the call", SYSTEM[:-1] + b"000000."),
        "missing-memo": (
            "a memo entry that is missing crashes scanners [keyerror-exploit]",
            SYSTEM[:-1] + b"0h\xc8\x93.",
        ),
        "int-operand": (
            "a number as operand of STACK_GLOBAL [type-confusion-exploit]",
            b"\x80\x04" + SYSTEM[2:-1] + b"0" + push(1) + push("x") + b"\x93.",
        ),
        "second-stream": ("a second pickle after STOP [malicious6]", ORDINARY + SYSTEM),
        "third-stream": ("many ordinary pickles before", ORDINARY * 40 + SYSTEM),
        "padded-stream": ("zeros between the pickles", ORDINARY + bytes(64) + SYSTEM),
        "in-bytes": ("a pickle in bytes of a pickle", stream((SYSTEM, "x"))),
        "loads-twice": (
            "pickle.loads of pickle.loads [malicious13]",
            call("pickle", "loads", call("pickle", "loads", SYSTEM)),
        ),
        "codecs": (
            "bytes by _codecs.encode, as protocol 2 writes them",
            call(
                "pickle",
                "loads",
                called(imported("_codecs", "encode"), SYSTEM.decode("latin-1"), "latin-1"),
            ),
        ),
        "long-before": ("a megabyte of text before", stream(("x" * (1 << 20), Code(SYSTEM[2:-1])))),
    }
    for name, (mechanism, content) in forms.items():
        expected = OTHERWISE.get(name, DANGEROUS)
        add(f"opcodes/{name}.pkl", mechanism, content, expected)
    add(
        "opcodes/lying-length.pkl",
        "a string longer than the file",
        b"\x80\x02X\xff\xff\xff\x7fabc.",
        MALFORMED,
    )
    add(
        "opcodes/negative-length.pkl",
        "a negative length",
        b"\x80\x02T\xff\xff\xff\xffabc.",
        MALFORMED,
    )


def magic_by_eval() -> bytes:
    """PyTorch's old form, whose magic number is the result of a call."""
    magic = called(imported("builtins", "eval"), hex(0x1950A86A20F9469CFC6C))
    rest = [stream(1001, 2), stream(("little", 1), 2), stream((), 2), stream((), 2)]
    return stream(magic, 2) + b"".join(rest)


gadgets()
opcodes()
add(
    "opcodes/magic-by-eval.pt",
    "the magic number is produced by eval [pytorch_magic_bypass]",
    magic_by_eval(),
)
add("control/ordinary.pkl", "an ordinary pickle", ORDINARY, HARMLESS)
add("control/ordered-dict.pkl", "an ordinary call", call("collections", "OrderedDict"), HARMLESS)
