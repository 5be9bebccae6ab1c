"""The layouts of PyTorch's files, and archives made of them.

In: a path and a sheet. Out: the members and pickles that `torch.save`, its
form before 1.6, TorchScript and `torch.export.save` write, at the names and in
the order they have there. PyTorch itself takes too long to install: the
pickles are made by `pickle` from classes that bear the names of PyTorch's.
"""

from __future__ import annotations

import enum
import io
import json
import pickle
import struct
import sys
import tarfile
import types
import zipfile
from collections import OrderedDict
from pathlib import Path

from leaks import Sheet, artifact

ELEMENTS = 16


def stand_in(module: str, name: str, value: object) -> object:
    """Give `value` the global name `module.name`, so that it pickles as it."""
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        path = ".".join(parts[:end])
        sys.modules.setdefault(path, types.ModuleType(path))
    value.__module__, value.__qualname__, value.__name__ = module, name, name
    setattr(sys.modules[module], name, value)
    return value


def _rebuild(*arguments: object) -> None:
    """Stands for `torch._utils._rebuild_tensor_v2`; never called."""


REBUILD = stand_in("torch._utils", "_rebuild_tensor_v2", _rebuild)
STORAGE = stand_in("torch", "FloatStorage", type("FloatStorage", (), {}))
DEVICE = stand_in(
    "torch", "device", type("device", (), {"__reduce__": lambda self: (type(self), ("cuda", 0))})
)
ARGUMENTS = stand_in(
    "transformers.training_args", "TrainingArguments", type("TrainingArguments", (), {})
)
INTERVAL = stand_in(
    "transformers.trainer_utils",
    "IntervalStrategy",
    enum.Enum("IntervalStrategy", {"STEPS": "steps"}),
)


class Storage:
    """The numbers of a tensor, kept outside the pickle under a key."""

    def __init__(self, key: str) -> None:
        self.key = key


class Tensor:
    """A tensor as its `__reduce_ex__` describes it."""

    def __init__(self, key: str) -> None:
        self.storage = Storage(key)

    def __reduce__(self) -> tuple[object, ...]:
        return REBUILD, (self.storage, 0, (4, 4), (4, 1), False, OrderedDict())


class Pickler(pickle.Pickler):
    """Writes storages as persistent ids; `legacy` ones have one field more."""

    legacy = False

    def persistent_id(self, value: object) -> tuple[object, ...] | None:
        if not isinstance(value, Storage):
            return None
        identity = ("storage", STORAGE, value.key, "cpu", ELEMENTS)
        return (*identity, None) if self.legacy else identity


def dumps(value: object, legacy: bool = False) -> bytes:
    """Pickle as `torch.save` does: protocol 2."""
    out = io.BytesIO()
    pickler = Pickler(out, protocol=2)
    pickler.legacy = legacy
    pickler.dump(value)
    return out.getvalue()


def stored(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a member not compressed, its bytes at a multiple of 64, the field
    `FB` of the header filled with `Z` up to there.
    """
    info = zipfile.ZipInfo(name)
    start = archive.fp.tell() + 30 + len(name.encode()) + 4
    padding = -start % 64
    info.extra = b"FB" + struct.pack("<H", padding) + b"Z" * padding
    archive.writestr(info, content)


def torch_zip(root: str, value: object, keys: list[str]) -> bytes:
    """The zip that `torch.save` writes since 1.6."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        stored(archive, f"{root}/data.pkl", dumps(value))
        stored(archive, f"{root}/.format_version", b"1")
        stored(archive, f"{root}/byteorder", b"little")
        for key in keys:
            stored(archive, f"{root}/data/{key}", bytes(4 * ELEMENTS))
        stored(archive, f"{root}/version", b"3\n")
        stored(archive, f"{root}/.data/serialization_id", b"0" * 40)
    return out.getvalue()


def checkpoint(sheet: Sheet) -> dict[str, object]:
    """What a training framework keeps beside the weights."""
    return {
        "state_dict": OrderedDict(
            {"layer.weight": Tensor("0"), sheet.path("tensor name"): Tensor("1")}
        ),
        "hyper_parameters": {"hub_token": sheet.token("named value"), "data": sheet.path("value")},
        "callbacks": {"ModelCheckpoint": {"dirpath": sheet.path("value")}},
        "note": sheet.text("value"),
        "device": DEVICE(),
    }


@artifact(
    "torch-zip", {"pytorch_model.bin": "archive", "weights.pt": "weights", "plain.ckpt": "plain"}
)
def zip_checkpoint(file: Path, sheet: Sheet, root: str) -> None:
    """A checkpoint with weights and settings."""
    file.write_bytes(torch_zip(root, checkpoint(sheet), ["0", "1"]))


@artifact("torch-zip", "training_args.bin")
def training_args(file: Path, sheet: Sheet) -> None:
    """What `Trainer` saves beside every model it pushes."""
    arguments = ARGUMENTS()
    arguments.__dict__.update(
        output_dir=sheet.path("attribute"),
        hub_token=sheet.token("attribute"),
        run_name=sheet.email("attribute"),
        eval_strategy=INTERVAL.STEPS,
        learning_rate=2e-5,
        logging_dir=sheet.path("attribute"),
        fsdp_config={"cache": sheet.path("nested value")},
        device=DEVICE(),
    )
    file.write_bytes(torch_zip("training_args", arguments, []))


@artifact("torch-legacy", "weights.pth")
def legacy(file: Path, sheet: Sheet) -> None:
    """Five pickles, then the storages: the form before 1.6."""
    system = {
        "protocol_version": 1001,
        "little_endian": True,
        "type_sizes": {"short": 2, "int": 4, "long": 4},
    }
    with file.open("wb") as out:
        out.write(pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2))
        out.write(pickle.dumps(1001, protocol=2))
        out.write(pickle.dumps(system, protocol=2))
        out.write(dumps(checkpoint(sheet), legacy=True))
        out.write(pickle.dumps(["0", "1"], protocol=2))
        for _ in range(2):
            out.write(struct.pack("<q", ELEMENTS) + bytes(4 * ELEMENTS))


@artifact("torchscript", "traced.pt")
def torchscript(file: Path, sheet: Sheet) -> None:
    """Code as text, and the places in the sources it was made from."""
    module = stand_in("__torch__", "Net", type("Net", (), {}))()
    module.weight, module.note = Tensor("0"), sheet.text("attribute of the module")
    source = (
        f"class Net(Module):\n  weight : Tensor\n  def forward(self, x: Tensor) -> str:\n"
        f'    return "{sheet.text("code")}"\n'
    )
    texts = ["x + self.weight", sheet.path("source path in debug_pkl"), sheet.email("debug_pkl")]
    debug = ("FORMAT_WITH_STRING_TABLE", tuple(texts), ((0, 0, ((0, 1, 12), 0, 15)),))
    with zipfile.ZipFile(file, "w") as archive:
        stored(archive, "traced/data.pkl", dumps(module))
        code = "traced/code/__torch__.py"
        archive.writestr(code, source, zipfile.ZIP_DEFLATED)
        archive.writestr(code + ".debug_pkl", pickle.dumps(debug, 2), zipfile.ZIP_DEFLATED)
        stored(archive, "traced/data/0", bytes(4 * ELEMENTS))
        stored(archive, "traced/constants.pkl", pickle.dumps((sheet.text("constants.pkl"),), 2))
        stored(
            archive, "traced/extra/config.json", json.dumps({"by": sheet.text("extra")}).encode()
        )
        stored(archive, "traced/version", b"3\n")


@artifact("torch-pt2", "exported.pt2")
def pt2(file: Path, sheet: Sheet) -> None:
    """An exported program: its graph as JSON with a stack trace per node."""
    trace = f'File "{sheet.path("stack trace of a node")}", line 12, in forward\n    return x + 1'
    node = {"target": "torch.ops.aten.add.Tensor", "metadata": {"stack_trace": trace}}
    graph = {"graph_module": {"graph": {"nodes": [node]}}, "note": sheet.text("models/model.json")}
    weights = torch_zip(
        "archive", {"w": Tensor("0"), "origin": sheet.text("zip in the zip")}, ["0"]
    )
    with zipfile.ZipFile(file, "w") as archive:
        stored(archive, "exported/archive_format", b"pt2")
        stored(archive, "exported/models/model.json", json.dumps(graph).encode())
        stored(archive, "exported/data/weights/model.pt", weights)
        stored(archive, "exported/extra/notes.txt", sheet.text("extra").encode())
        stored(archive, "exported/version", b"0\n")


@artifact("nemo", {"plain.nemo": "w", "packed.nemo": "w:gz"})
def nemo(file: Path, sheet: Sheet, mode: str) -> None:
    """A tar of a configuration and a checkpoint."""
    weights = torch_zip("model_weights", checkpoint(sheet), ["0", "1"])
    manifest, token = sheet.path("configuration"), sheet.token("configuration")
    config = f"train_ds:\n  manifest: {manifest}\nhub_token: {token}\n"
    with tarfile.open(file, mode) as archive:
        for name, member in {
            "./model_config.yaml": config.encode(),
            "./model_weights.ckpt": weights,
        }.items():
            info = tarfile.TarInfo(name)
            info.size = len(member)
            archive.addfile(info, io.BytesIO(member))


@artifact("mar", "served.mar")
def mar(file: Path, sheet: Sheet) -> None:
    """TorchServe's archive: manifest, handler, weights."""
    manifest = {
        "model": {"modelName": "served", "handler": "handler.py"},
        "createdBy": sheet.email("manifest"),
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("MAR-INF/MANIFEST.json", json.dumps(manifest))
        archive.writestr("handler.py", f"# {sheet.text('handler')}\n")
        archive.writestr("model.pt", torch_zip("model", {"note": sheet.text("weights")}, []))
