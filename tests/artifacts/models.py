"""Model files of the Python world: safetensors, GGUF, pickles, numpy, HDF5.

In: a path and a sheet. Out: one file, written by the library whose format it
is. Tensors are small: nothing in them is read.
"""

from __future__ import annotations

import json
import pickle
import py_compile
import zipfile
from pathlib import Path

import gguf
import h5py
import joblib
import numpy as np
from safetensors.numpy import save_file
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from leaks import Sheet, artifact


@artifact("safetensors", "model.safetensors")
def safetensors_metadata(file: Path, sheet: Sheet) -> None:
    """Metadata values and keys, and the names of tensors."""
    save_file(
        {"weight": np.zeros((4, 4), np.float32), sheet.text("tensor name"): np.zeros(2, np.int8)},
        file,
        {
            "format": "pt",
            "comment": sheet.text("metadata value"),
            "hub_token": sheet.token("named value"),
            sheet.text("metadata key"): "x",
            # JSON escapes the quotes, the letters and the slashes around.
            "quoted": f'"{sheet.text("escaped value")}"\n\té',
        },
    )


@artifact("safetensors", "lora.safetensors")
def safetensors_kohya(file: Path, sheet: Sheet) -> None:
    """The metadata a LoRA trainer leaves: JSON in the strings of JSON."""
    datasets = [{"image_dir": sheet.path("nested JSON"), "caption": sheet.text("nested JSON")}]
    metadata = {
        "ss_sd_model_name": sheet.path("value"),
        "ss_training_comment": sheet.text("value"),
        "ss_dataset_dirs": json.dumps({sheet.path("nested key"): {"img_count": 3}}),
        "ss_datasets": json.dumps(datasets),
        "ss_tag_frequency": json.dumps({"10_face": {sheet.email("nested key"): 4}}),
        "ss_network_args": json.dumps(
            {"config": json.dumps({"token": sheet.token("twice nested")})}
        ),
    }
    save_file({"lora_unet.alpha": np.zeros(1, np.float16)}, file, metadata)


ENDIANNESS = {
    "little.gguf": gguf.GGUFEndian.LITTLE,
    "big.gguf": gguf.GGUFEndian.BIG,
}


@artifact("gguf", ENDIANNESS)
def gguf_model(file: Path, sheet: Sheet, endianness: gguf.GGUFEndian) -> None:
    """Strings, arrays of strings, keys and names of tensors."""
    writer = gguf.GGUFWriter(file, "llama", endianess=endianness)
    writer.add_name(sheet.text("string"))
    writer.add_chat_template("{{ messages[0]['content'] }} " + sheet.text("chat template"))
    writer.add_string("quantize.imatrix.file", sheet.path("string"))
    writer.add_string("general." + sheet.email("key"), "x")
    writer.add_token_list(["<s>", sheet.token("array of strings"), "</s>"])
    writer.add_array("notes", [f"n{n}" for n in range(500)] + [sheet.text("long array")])
    writer.add_tensor(sheet.path("tensor name"), np.zeros((8, 8), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


class Settings:
    """An object with attributes, as trainers pickle them."""

    def __init__(self, sheet: Sheet) -> None:
        self.hub_token = sheet.token("attribute")
        self.output_dir = sheet.path("attribute")
        self.owner = sheet.email("attribute")


# The name that the pickle is to hold.
Settings.__module__ = "trainer.settings"


def content(sheet: Sheet) -> dict[object, object]:
    """What a pickle can hold of text, in each of its types."""
    return {
        "plain": sheet.text("string"),
        sheet.text("key"): 1,
        "bytes": sheet.text("bytes").encode(),
        "unicode": f"Größe 模型 {sheet.text('string beside others than ASCII')} ☂",
        "long": "epoch 1\n" * 100 + sheet.text("string of some 1000 bytes"),
        "nested": [({"deep": (sheet.text("nested string"),)},)],
        "set": frozenset([sheet.text("set")]),
        "buffer": bytearray(sheet.text("bytearray").encode()),
        "inner": pickle.dumps({"inner": sheet.text("pickle in bytes")}, protocol=2),
    }


@artifact("pickle", {f"protocol-{n}.pkl": n for n in range(pickle.HIGHEST_PROTOCOL + 1)})
def pickle_protocol(file: Path, sheet: Sheet, protocol: int) -> None:
    """Every type of text, in each protocol."""
    file.write_bytes(pickle.dumps(content(sheet), protocol))


@artifact("pickle", "streams.pkl")
def pickle_streams(file: Path, sheet: Sheet) -> None:
    """Three pickles one after the other, of different protocols."""
    with file.open("wb") as out:
        for protocol in (4, 0, 2):
            pickle.dump({"note": sheet.text(f"stream of protocol {protocol}")}, out, protocol)


@artifact("pickle", "odd-name.dat")
def pickle_odd_name(file: Path, sheet: Sheet) -> None:
    """A pickle whose name says nothing."""
    file.write_bytes(pickle.dumps({"api_token": sheet.text("string")}, protocol=3))


COMPRESSIONS = {
    "plain.joblib": 0,
    "zlib.joblib": ("zlib", 3),
    "gzip.joblib": ("gzip", 3),
    "bz2.joblib": ("bz2", 3),
    "lzma.joblib": ("lzma", 3),
    "xz.joblib": ("xz", 3),
    "lz4.joblib": ("lz4", 3),
}


@artifact("joblib", COMPRESSIONS)
def joblib_dump(file: Path, sheet: Sheet, compression: object) -> None:
    """Strings before and after an array, whose bytes stand in the stream."""
    value = {
        "before": sheet.text("string before an array"),
        "array": np.arange(5000, dtype=np.float64),
        "after": sheet.text("string after an array"),
        "names": np.array([sheet.text("array of objects"), "b"], dtype=object),
    }
    joblib.dump(value, file, compress=compression)


@artifact("sklearn", {"model.pkl": pickle.dump, "model.joblib": joblib.dump})
def sklearn_pipeline(file: Path, sheet: Sheet, dump: object) -> None:
    """A fitted pipeline: vocabulary, class names, a note."""
    texts = [sheet.text("vocabulary"), "an ordinary line", "one more line of words"]
    vectorizer = CountVectorizer(lowercase=False, token_pattern=r"\S+")
    pipeline = make_pipeline(vectorizer, LogisticRegression())
    pipeline.fit(texts, [sheet.email("class name"), "no", "yes"])
    pipeline.trained_by = sheet.text("attribute")
    with file.open("wb") as out:
        dump(pipeline, out)


def text_array(sheet: Sheet, place: str, kind: str) -> np.ndarray:
    """A short array of strings of a numpy kind."""
    rows = ["short", sheet.text(place), "the last"]
    if kind == "structured":
        return np.array(
            [(n, row, row[:4]) for n, row in enumerate(rows)],
            dtype=[("id", "<i8"), ("text", "<U160"), ("code", "S8")],
        )
    return np.array(rows).astype(kind)


KINDS = {
    "u.npy": "<U160",
    "u-big.npy": ">U160",
    "s.npy": "S160",
    "o.npy": "O",
    "structured.npy": "structured",
}


@artifact("numpy", KINDS)
def npy(file: Path, sheet: Sheet, kind: str) -> None:
    """UTF-32 of both byte orders, bytes, a pickled array, a record array."""
    np.save(file, text_array(sheet, f"dtype {kind}", kind), allow_pickle=True)


@artifact("numpy", "field-names.npy")
def npy_fields(file: Path, sheet: Sheet) -> None:
    """The names of the columns stand in the header."""
    np.save(file, np.zeros(3, dtype=[(sheet.text("field name"), "<f4")]))


@artifact("numpy", {"stored.npz": np.savez, "deflated.npz": np.savez_compressed})
def npz(file: Path, sheet: Sheet, save: object) -> None:
    """Several arrays in a zip."""
    arrays = {
        kind.strip("<>"): text_array(sheet, f"dtype {kind}", kind)
        for kind in ("<U160", "S160", "O")
    }
    save(file, numbers=np.arange(9.0), **arrays)


def hdf5_content(handle: h5py.File, sheet: Sheet) -> None:
    """Attributes, names and strings of every layout."""
    text = h5py.string_dtype()
    handle.attrs["model_config"] = json.dumps({"dir": sheet.path("attribute")})
    handle.attrs["fixed"] = np.bytes_(sheet.text("attribute of fixed length"))
    handle.attrs["list"] = np.array(["a", sheet.text("list in an attribute")], dtype=text)
    handle.create_group(f"{sheet.token('group name')} {sheet.email('group name')}")
    handle.create_dataset("weights", data=np.zeros((16, 16), np.float32))
    handle["weights"].attrs["origin"] = sheet.text("attribute of a dataset")
    rows = [f"row {n}" for n in range(40)]
    handle.create_dataset("strings", data=[*rows, sheet.text("strings")], dtype=text)
    handle.create_dataset("fixed", data=np.array([sheet.text("fixed strings").encode()]))
    handle.create_dataset(
        "packed",
        data=[*rows, sheet.text("chunked gzip strings")],
        dtype=text,
        chunks=(8,),
        compression="gzip",
    )
    handle.create_dataset(
        "packed_fixed",
        chunks=(2,),
        compression="gzip",
        shuffle=True,
        data=np.array([b"x", sheet.text("chunked gzip fixed strings").encode()]),
    )


@artifact("hdf5", {"earliest.h5": "earliest", "latest.h5": "latest"})
def hdf5(file: Path, sheet: Sheet, libver: str) -> None:
    """The old and the new layout of the file's own structures."""
    with h5py.File(file, "w", libver=libver) as handle:
        hdf5_content(handle, sheet)


@artifact("keras", "model.keras")
def keras(file: Path, sheet: Sheet) -> None:
    """Keras v3: a zip of two JSON files and HDF5 weights."""
    weights = file.with_suffix(".weights.h5")
    with h5py.File(weights, "w") as handle:
        handle.create_dataset("layers/dense/vars/0", data=np.zeros((4, 4), np.float32))
        handle.attrs["note"] = sheet.text("attribute of the weights")
    layer = {
        "module": "keras.layers",
        "class_name": "Dense",
        "config": {"name": sheet.path("layer name"), "units": 4},
    }
    config = {
        "class_name": "Sequential",
        "config": {"layers": [layer]},
        "note": sheet.text("config.json"),
    }
    metadata = {"keras_version": "3.8.0", "date_saved": sheet.text("metadata.json")}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("metadata.json", json.dumps(metadata))
        archive.writestr("config.json", json.dumps(config))
        archive.write(weights, "model.weights.h5")
    weights.unlink()


@artifact("pyc", "module.pyc")
def pyc(file: Path, sheet: Sheet) -> None:
    """Constants and the source's path in compiled Python."""
    source = file.with_suffix(".py")
    source.write_text(
        f'"""{sheet.text("docstring")}"""\n'
        f"LOGIN = {sheet.text('constant')!r}\n"
        f"def load(token={sheet.token('default')!r}):\n"
        f"    return ({sheet.text('constant of a function')!r}, 2.5)\n"
    )
    py_compile.compile(str(source), cfile=str(file), dfile=sheet.path("source path"), doraise=True)
    source.unlink()
