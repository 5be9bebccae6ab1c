"""Model formats that hold no pickle, and still are not safe or not sound.

In: nothing. Out: cases for safetensors, GGUF, ONNX, TensorFlow, Keras and chat
templates.
"""

from __future__ import annotations

import base64
import io
import json
import marshal
import struct
import zipfile

import h5py
import onnx
from onnx import TensorProto, helper
from tensorboardX.proto.graph_pb2 import GraphDef

from cases import DANGEROUS, HARMLESS, MALFORMED, SUSPICIOUS, SYSTEM, add
from hostile_containers import torch_like
from protobufs import record

TENSOR = '{"dtype":"F32","shape":[4],"data_offsets":[0,16]}'


def safetensors(header: str, body: int = 16, claimed: int | None = None) -> bytes:
    """A file of this header, and `body` zeros for the tensors."""
    data = header.encode()
    return struct.pack("<Q", len(data) if claimed is None else claimed) + data + bytes(body)


def safetensors_shapes() -> None:
    """What the format's own reader rejects, or other readers take for more."""
    second = TENSOR.replace("[0,16]", "[{},{}]")
    two = ('{"a":' + TENSOR + ',"b":' + second + "}").replace("{", "{{").replace("}", "}}")
    two = two.replace("[{{}},{{}}]", "[{},{}]")
    shapes = {
        "overlap": ("two tensors share bytes", safetensors(two.format(8, 24), 24)),
        "hole": ("bytes between tensors that belong to none", safetensors(two.format(32, 48), 48)),
        "trailing": ("bytes behind the last tensor", safetensors(f'{{"a":{TENSOR}}}', 4096)),
        "zip-behind": (
            "a PyTorch zip behind the last tensor",
            safetensors(f'{{"a":{TENSOR}}}') + torch_like(SYSTEM),
        ),
        "duplicate-key": ("a tensor twice", safetensors(f'{{"a":{TENSOR},"a":{TENSOR}}}')),
        "duplicate-metadata": (
            "metadata twice",
            safetensors(f'{{"__metadata__":{{"a":"b"}},"__metadata__":{{"a":"c"}},"a":{TENSOR}}}'),
        ),
        "number-in-metadata": (
            "metadata that is no text",
            safetensors(f'{{"__metadata__":{{"steps":3}},"a":{TENSOR}}}'),
        ),
        "object-in-metadata": (
            "metadata that is an object",
            safetensors(f'{{"__metadata__":{{"x":{{"y":[]}}}},"a":{TENSOR}}}'),
        ),
        "leading-space": (
            "a header that does not start with a brace",
            safetensors(f' {{"a":{TENSOR}}}'),
        ),
        "past-the-end": (
            "a tensor behind the end of the file",
            safetensors(f'{{"a":{TENSOR}}}', 8),
        ),
        "backwards": (
            "a tensor that ends before it starts",
            safetensors(TENSOR.join(('{"a":', "}")).replace("[0,16]", "[16,0]")),
        ),
        "wrong-size": (
            "a shape that is not the size",
            safetensors(f'{{"a":{TENSOR.replace("[4]", "[5]")}}}'),
        ),
        "overflow": (
            "a shape whose product overflows",
            safetensors(f'{{"a":{TENSOR.replace("[4]", "[4294967296,4294967296,4294967297]")}}}'),
        ),
        "unknown-type": (
            "a type that does not exist",
            safetensors(f'{{"a":{TENSOR.replace("F32", "F33")}}}'),
        ),
        "long-header": (
            "a header longer than the file",
            safetensors(f'{{"a":{TENSOR}}}', 16, 1 << 40),
        ),
        "code-in-header": (
            "text behind the header's JSON",
            safetensors(f'{{"a":{TENSOR}}}<script>0</script>'),
        ),
        "deep": ("JSON nested a hundred thousand times", safetensors('{"a":' + "[" * 100_000, 0)),
    }
    for name, (mechanism, content) in shapes.items():
        add(f"safetensors/{name}.safetensors", mechanism, content, MALFORMED)
    add("control/sound.safetensors", "a sound file", safetensors(f'{{"a":{TENSOR}}}'), HARMLESS)


INJECTION = (
    "{% for x in ().__class__.__base__.__subclasses__() %}{% if 'warning' in x.__name__ %}"
    "{{ x()._module.__builtins__['__import__']('os').popen('echo hubsweep').read() }}"
    "{% endif %}{% endfor %}"
)
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"


def text(value: str) -> bytes:
    """A string of GGUF."""
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf(tensors: int, pairs: int, content: bytes) -> bytes:
    """Version 3, little-endian, with the counts as told."""
    return b"GGUF" + struct.pack("<IQQ", 3, tensors, pairs) + content


def gguf_shapes() -> None:
    """Counts that lie, and templates that run code where they are rendered."""
    key = text("tokenizer.chat_template") + struct.pack("<I", 8)
    nested = struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 60 + struct.pack("<IQ", 4, 0)
    shapes = {
        "template": (
            "a chat template that runs code",
            gguf(0, 1, key + text(INJECTION)),
            DANGEROUS,
        ),
        "pairs": ("2^60 keys", gguf(0, 1 << 60, b""), MALFORMED),
        "tensors": ("2^60 tensors", gguf(1 << 60, 0, b""), MALFORMED),
        "string": (
            "a string longer than the file",
            gguf(0, 1, key + struct.pack("<Q", 1 << 60) + b"x"),
            MALFORMED,
        ),
        "array": (
            "an array of 2^61 numbers",
            gguf(0, 1, text("a") + struct.pack("<IIQ", 9, 10, 1 << 61)),
            MALFORMED,
        ),
        "nested": ("arrays nested 60 times", gguf(0, 1, text("a") + nested), MALFORMED),
        "type": (
            "a type that does not exist",
            gguf(0, 1, text("a") + struct.pack("<I", 99)),
            MALFORMED,
        ),
        "dimensions": (
            "a tensor of 1000 dimensions",
            gguf(1, 0, text("t") + struct.pack("<I", 1000) + bytes(8000)),
            MALFORMED,
        ),
    }
    for name, (mechanism, content, expected) in shapes.items():
        add(f"gguf/{name}.gguf", mechanism, content, expected)
    add("control/template.gguf", "an ordinary template", gguf(0, 1, key + text(TEMPLATE)), HARMLESS)
    config = {"tokenizer_class": "X", "chat_template": INJECTION}
    add(
        "templates/tokenizer_config.json",
        "a template that runs code, in a config",
        json.dumps(config).encode(),
    )
    add(
        "templates/chat_template.jinja",
        "a template that runs code, in its own file",
        INJECTION.encode(),
    )
    add("control/chat_template.jinja", "an ordinary template", TEMPLATE.encode(), HARMLESS)


def onnx_model(location: str | None = None, domain: str = "") -> bytes:
    """One node, and one tensor that may have its bytes elsewhere."""
    weight = helper.make_tensor("w", TensorProto.FLOAT, [4], bytes(16), raw=True)
    if location:
        weight.ClearField("raw_data")
        weight.data_location = TensorProto.EXTERNAL
        weight.external_data.add(key="location", value=location)
    value = helper.make_tensor_value_info
    node = helper.make_node("Add" if not domain else "Run", ["x", "w"], ["y"], domain=domain)
    graph = helper.make_graph(
        [node],
        "g",
        [value("x", TensorProto.FLOAT, [4])],
        [value("y", TensorProto.FLOAT, [4])],
        [weight],
    )
    return onnx.helper.make_model(graph).SerializeToString()


def tensorflow_graph(operator: str) -> bytes:
    """A graph with one node of this operator."""
    graph = GraphDef()
    node = graph.node.add(name="x", op=operator, input=["name", "content"])
    node.attr["filename"].s = b"notes.txt"
    return graph.SerializeToString()


def graphs() -> None:
    """Graphs that read and write files, or run Python."""
    for name, location in {
        "up": "../../secret.bin",
        "absolute": "/etc/passwd",
        "windows": "..\\..\\secret.bin",
    }.items():
        add(f"onnx/{name}.onnx", f"external data at {location}", onnx_model(location), DANGEROUS)
    add(
        "onnx/custom.onnx",
        "an operator of a library of its own",
        onnx_model(domain="com.company"),
        SUSPICIOUS,
    )
    add("control/plain.onnx", "an ordinary graph", onnx_model(), HARMLESS)
    add(
        "control/external.onnx",
        "external data beside the file",
        onnx_model("weights.data"),
        HARMLESS,
    )
    for operator in ("WriteFile", "ReadFile", "PyFunc", "EagerPyFunc", "MatchingFiles", "SaveV2"):
        content = tensorflow_graph(operator)
        expected = SUSPICIOUS if operator in ("MatchingFiles", "SaveV2") else DANGEROUS
        if operator != "SaveV2":
            add(f"tensorflow/{operator}.pb", f"a graph with {operator}", content, expected)
        model = b"\x08\x01" + record(2, record(2, content))
        if operator == "SaveV2":
            add("control/saver/saved_model.pb", "what every SavedModel has", model, HARMLESS)
        else:
            add(
                f"tensorflow/{operator}/saved_model.pb",
                f"a SavedModel with {operator}",
                model,
                expected,
            )


def keras(layer: dict[str, object]) -> bytes:
    """A `.keras` file of one layer."""
    out = io.BytesIO()
    config = {"module": "keras", "class_name": "Sequential", "config": {"layers": [layer]}}
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.8.0"}')
        archive.writestr("config.json", json.dumps(config))
    return out.getvalue()


def keras_gadgets() -> None:
    """Layers that are code, and names that import it."""
    code = base64.b64encode(marshal.dumps(compile("print('hubsweep')", "x", "exec"))).decode()
    function = {
        "class_name": "__lambda__",
        "config": {"code": code, "defaults": None, "closure": None},
    }
    lambda_layer = {
        "module": "keras.layers",
        "class_name": "Lambda",
        "config": {"name": "l", "function": function},
    }
    injected = {
        "module": "os",
        "class_name": "function",
        "config": "system",
        "registered_name": "function",
        "inbound_nodes": [{"args": ["echo hubsweep"], "kwargs": {}}],
    }
    torch_layer = {
        "module": "keras.layers",
        "class_name": "TorchModuleWrapper",
        "config": {"module": base64.b64encode(SYSTEM).decode()},
    }
    download = {
        "module": "keras.utils",
        "class_name": "function",
        "config": "get_file",
        "registered_name": "function",
    }
    lookup = {
        "module": "keras.layers",
        "class_name": "StringLookup",
        "config": {"vocabulary": "/etc/passwd"},
    }
    add("keras/lambda.keras", "a Lambda layer", keras(lambda_layer))
    add("keras/module.keras", "a module injected [CVE-2025-1550]", keras(injected))
    add("keras/torch.keras", "a pickle in TorchModuleWrapper [CVE-2025-49655]", keras(torch_layer))
    add("keras/get-file.keras", "a download by get_file [CVE-2025-8747]", keras(download))
    add(
        "keras/vocabulary.keras",
        "a vocabulary read from any file [CVE-2025-12058]",
        keras(lookup),
        SUSPICIOUS,
    )
    out = io.BytesIO()
    with h5py.File(out, "w") as handle:
        old = {
            "class_name": "Lambda",
            "config": {"function": [code, None, None], "function_type": "lambda"},
        }
        config = {"class_name": "Sequential", "config": {"layers": [old]}}
        handle.attrs["model_config"] = json.dumps(config)
    add("keras/lambda.h5", "a Lambda layer in HDF5", out.getvalue())
    dense = {"module": "keras.layers", "class_name": "Dense", "config": {"units": 4}}
    add("control/dense.keras", "an ordinary layer", keras(dense), HARMLESS)


safetensors_shapes()
gguf_shapes()
graphs()
keras_gadgets()
