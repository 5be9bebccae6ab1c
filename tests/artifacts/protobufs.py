"""Model files made of protocol buffers and flatbuffers.

In: a path and a sheet. Out: ONNX, SentencePiece, TensorFlow's graphs, events
and records, CoreML, TFLite. TensorFlow's messages come from tensorboardX,
which brings their classes; the few messages nobody ships are written field by
field.
"""

from __future__ import annotations

import io
from pathlib import Path

import flatbuffers
import numpy as np
import onnx
import sentencepiece
from onnx import TensorProto, helper
from tensorboardX import SummaryWriter
from tensorboardX.proto.graph_pb2 import GraphDef
from tensorboardX.proto.tensor_pb2 import TensorProto as TensorFlowTensor
from tensorboardX.record_writer import RecordWriter

from leaks import Sheet, artifact


def record(number: int, content: bytes | str) -> bytes:
    """One field of a message that has a length: text, bytes, a message."""
    data = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value: int) -> bytes:
    """A number, seven bits a byte."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def onnx_model(sheet: Sheet) -> onnx.ModelProto:
    """A graph with text in every field that takes it."""
    value = helper.make_tensor_value_info
    node = helper.make_node("Add", ["x", "w"], ["y"], name="add")
    node.doc_string = f'File "{sheet.path("doc_string of a node")}", line 3, in forward'
    labels = [b"cat", sheet.text("strings of an attribute").encode()]
    classes = helper.make_node(
        "LabelEncoder", ["y"], ["z"], domain="ai.onnx.ml", keys_int64s=[0, 1], values_strings=labels
    )
    words = helper.make_tensor(
        "words", TensorProto.STRING, [2], [b"one", sheet.text("tensor of strings").encode()]
    )
    constant = helper.make_node("Constant", [], ["words"], value=words)
    weight = helper.make_tensor(
        "w", TensorProto.FLOAT, [4], np.zeros(4, np.float32).tobytes(), raw=True
    )
    weight.doc_string = sheet.text("doc_string of a tensor")
    graph = helper.make_graph(
        [node, classes, constant],
        sheet.path("graph name"),
        [value("x", TensorProto.FLOAT, [4], sheet.text("doc_string of an input"))],
        [value("y", TensorProto.FLOAT, [4])],
        [weight],
        sheet.text("doc_string of the graph"),
    )
    model = helper.make_model(
        graph,
        producer_name=sheet.email("producer"),
        domain=sheet.token("domain"),
        opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("ai.onnx.ml", 3)],
    )
    model.doc_string = sheet.text("doc_string of the model")
    helper.set_model_props(
        model, {"hub_token": sheet.token("property"), "origin": sheet.text("property")}
    )
    return model


@artifact("onnx", "model.onnx")
def onnx_whole(file: Path, sheet: Sheet) -> None:
    """Weights inside."""
    onnx.save(onnx_model(sheet), file)


@artifact("onnx", "external.onnx")
def onnx_external(file: Path, sheet: Sheet) -> None:
    """A tensor that says in which file its bytes are."""
    model = onnx_model(sheet)
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {
        "location": "weights.data",
        "checksum": sheet.token("external data"),
    }.items():
        tensor.external_data.add(key=key, value=value)
    onnx.save(model, file)


@artifact("sentencepiece", "tokenizer.model")
def sentencepiece_model(file: Path, sheet: Sheet) -> None:
    """A trained tokenizer: pieces, and the paths it was trained with."""
    lines = [f"word{n} of the {n % 7} corpus speaks of model {n % 11}" for n in range(400)]
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=out,
        vocab_size=60,
        minloglevel=2,
        user_defined_symbols=[sheet.token("piece"), sheet.email("piece")],
    )
    # The trainer's input and output files: fields 1 and 2 of field 2. A message
    # may come in parts, which readers join.
    trainer = record(1, sheet.path("trainer input")) + record(2, sheet.path("model prefix"))
    file.write_bytes(out.getvalue() + record(2, trainer))


@artifact("tfevents", "events.out.tfevents.1700000000.host")
def tfevents(file: Path, sheet: Sheet) -> None:
    """A training log: tags, texts, hyperparameters."""
    folder = file.parent / "log"
    with SummaryWriter(str(folder)) as writer:
        writer.add_scalar(f"loss/{sheet.token('tag')}", 0.5, 1)
        writer.add_text("config", sheet.text("text"))
        writer.add_hparams(
            {"hub_token": sheet.token("hyperparameter"), "data": sheet.path("hyperparameter")},
            {"accuracy": 0.5},
            name="run",
        )
    logs = sorted(folder.rglob("events.out.tfevents.*"))
    file.write_bytes(b"".join(log.read_bytes() for log in logs))
    for log in logs:
        log.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir()
    folder.rmdir()


def graph(sheet: Sheet) -> GraphDef:
    """A graph whose nodes hold text."""
    graph = GraphDef()
    node = graph.node.add(name="save/Const", op="Const", device=sheet.email("device"))
    tensor = TensorFlowTensor(dtype=7, string_val=[sheet.text("tensor of strings").encode()])
    node.attr["value"].tensor.CopyFrom(tensor)
    asset = graph.node.add(name=sheet.path("node name"), op="Placeholder", input=["save/Const"])
    asset.attr["shared_name"].s = sheet.text("string of an attribute").encode()
    asset.attr["names"].list.s.append(sheet.token("list of an attribute").encode())
    return graph


@artifact("tensorflow", "saved_model.pb")
def saved_model(file: Path, sheet: Sheet) -> None:
    """SavedModel {schema 1, meta graphs 2 {graph 2, assets 6}}."""
    meta = record(2, graph(sheet).SerializeToString()) + record(
        6, record(2, sheet.path("asset file"))
    )
    file.write_bytes(b"\x08\x01" + record(2, meta))


@artifact("tensorflow", "frozen_graph.pb")
def frozen_graph(file: Path, sheet: Sheet) -> None:
    """A bare graph."""
    file.write_bytes(graph(sheet).SerializeToString())


@artifact("tfrecord", "train.tfrecord")
def tfrecord(file: Path, sheet: Sheet) -> None:
    """Examples: features 1 {feature 1 {key 1, value 2 {bytes 1 {value 1}}}}."""
    writer = RecordWriter(str(file))
    for row in range(50):
        text = sheet.text("bytes feature") if row == 33 else f"text of row {row}"
        feature = record(1, "text") + record(2, record(1, record(1, text)))
        writer.write(record(1, record(1, feature)))
    writer.close()


@artifact("coreml", "model.mlmodel")
def coreml(file: Path, sheet: Sheet) -> None:
    """Model {version 1, description 2 {metadata 100 {author 3, own 100}}}."""
    own = record(1, "hub_token") + record(2, sheet.token("own metadata"))
    metadata = (
        record(1, sheet.text("short description"))
        + record(2, "1.0")
        + record(3, sheet.email("author"))
        + record(4, "MIT")
        + record(100, own)
    )
    feature = record(1, "x") + record(2, sheet.text("description of an input"))
    # Regressor 303 {layers 1 {name 1, inner product 140 {weights 20 {floats 1}}}}.
    weights = record(1, record(1, "dense") + record(140, record(20, record(1, bytes(64)))))
    file.write_bytes(
        b"\x08\x05" + record(2, record(1, feature) + record(100, metadata)) + record(303, weights)
    )


@artifact("tflite", "model.tflite")
def tflite(file: Path, sheet: Sheet) -> None:
    """Model {version 0, description 3, buffers 4 {data 0}, metadata 6 {name 0,
    buffer 1}}, by the flatbuffers library.
    """
    builder = flatbuffers.Builder(1024)
    description = builder.CreateString(sheet.text("description"))
    name = builder.CreateString(sheet.path("metadata name"))
    contents = [b"", sheet.text("metadata buffer").encode(), bytes(4096)]
    buffers = []
    for content in contents:
        data = builder.CreateByteVector(content)
        builder.StartObject(1)
        builder.PrependUOffsetTRelativeSlot(0, data, 0)
        buffers.append(builder.EndObject())
    builder.StartObject(2)
    builder.PrependUOffsetTRelativeSlot(0, name, 0)
    builder.PrependUint32Slot(1, 1, 0)
    metadata = [builder.EndObject()]
    vectors = []
    for tables in (buffers, metadata):
        builder.StartVector(4, len(tables), 4)
        for table in reversed(tables):
            builder.PrependUOffsetTRelative(table)
        vectors.append(builder.EndVector())
    builder.StartObject(8)
    builder.PrependUint32Slot(0, 3, 0)
    builder.PrependUOffsetTRelativeSlot(3, description, 0)
    builder.PrependUOffsetTRelativeSlot(4, vectors[0], 0)
    builder.PrependUOffsetTRelativeSlot(6, vectors[1], 0)
    builder.Finish(builder.EndObject(), b"TFL3")
    file.write_bytes(bytes(builder.Output()))
