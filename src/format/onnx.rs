//! The messages of ONNX models, and how to tell them.
//!
//! The head of a file enters; whether it is a model leaves. The tables say
//! which fields hold text, operators and tensors; the numbers are those of
//! `onnx.proto` of ONNX 1.23.

use super::protobuf::schema::{
    Field, Message, Role, TEXT_ENTRY, data, each, number, one, text, texts,
};
use super::protobuf::shape;

/// Newest format version is 13; some room is left.
const VERSIONS: std::ops::RangeInclusive<u64> = 1..=100;

/// A file: `ModelProto`.
pub static MODEL: Message = plain(&[
    number(1, "ir_version"),
    text(2, "producer_name"),
    text(3, "producer_version"),
    text(4, "domain"),
    number(5, "model_version"),
    text(6, "doc_string"),
    one(7, "graph", &GRAPH),
    each(8, "opset_import", &OPSET),
    each(14, "metadata_props", &TEXT_ENTRY),
    each(20, "training_info", &TRAINING),
    each(25, "functions", &FUNCTION),
    each(26, "configuration", &CONFIGURATION),
]);

static GRAPH: Message = plain(&[
    each(1, "node", &NODE),
    text(2, "name"),
    each(5, "initializer", &TENSOR),
    text(10, "doc_string"),
    each(11, "input", &VALUE_INFO),
    each(12, "output", &VALUE_INFO),
    each(13, "value_info", &VALUE_INFO),
    each(14, "quantization_annotation", &QUANTIZATION),
    each(15, "sparse_initializer", &SPARSE),
    each(16, "metadata_props", &TEXT_ENTRY),
]);

static NODE: Message = Message {
    role: Role::Operator,
    fields: &[
        texts(1, "input"),
        texts(2, "output"),
        texts(3, "name"),
        texts(4, "op_type"),
        each(5, "attribute", &ATTRIBUTE),
        text(6, "doc_string"),
        texts(7, "domain"),
        texts(8, "overload"),
        each(9, "metadata_props", &TEXT_ENTRY),
        each(10, "device_configurations", &NODE_CONFIGURATION),
    ],
};

/// The name is the key of what follows it.
static ATTRIBUTE: Message = Message {
    role: Role::Entry,
    fields: &[
        text(1, "key"),
        number(2, "f"),
        number(3, "i"),
        text(4, ""),
        one(5, "", &TENSOR),
        one(6, "", &GRAPH),
        data(7, "floats"),
        data(8, "ints"),
        texts(9, ""),
        each(10, "", &TENSOR),
        each(11, "", &GRAPH),
        text(13, "doc_string"),
        one(14, "tp", &TYPE),
        each(15, "type_protos", &TYPE),
        number(20, "type"),
        texts(21, "ref_attr_name"),
        one(22, "", &SPARSE),
        each(23, "", &SPARSE),
    ],
};

static TENSOR: Message = Message {
    role: Role::Tensor,
    fields: &[
        number(1, "dims"),
        number(2, "data_type"),
        one(3, "segment", &SEGMENT),
        data(4, "float_data"),
        data(5, "int32_data"),
        texts(6, "string_data"),
        data(7, "int64_data"),
        texts(8, "name"),
        data(9, "raw_data"),
        data(10, "double_data"),
        data(11, "uint64_data"),
        text(12, "doc_string"),
        each(13, "external_data", &TEXT_ENTRY),
        number(14, "data_location"),
        each(16, "metadata_props", &TEXT_ENTRY),
    ],
};

static SEGMENT: Message = plain(&[number(1, "begin"), number(2, "end")]);

static SPARSE: Message = plain(&[
    one(1, "values", &TENSOR),
    one(2, "indices", &TENSOR),
    data(3, "dims"),
]);

static VALUE_INFO: Message = plain(&[
    texts(1, "name"),
    one(2, "type", &TYPE),
    text(3, "doc_string"),
    each(4, "metadata_props", &TEXT_ENTRY),
]);

static TYPE: Message = plain(&[
    one(1, "tensor_type", &TENSOR_TYPE),
    one(4, "sequence_type", &WRAPPED_TYPE),
    one(5, "map_type", &MAP_TYPE),
    text(6, "denotation"),
    one(7, "opaque_type", &OPAQUE_TYPE),
    one(8, "sparse_tensor_type", &TENSOR_TYPE),
    one(9, "optional_type", &WRAPPED_TYPE),
]);

static TENSOR_TYPE: Message = plain(&[number(1, "elem_type"), one(2, "shape", &SHAPE)]);
static WRAPPED_TYPE: Message = plain(&[one(1, "elem_type", &TYPE)]);
static MAP_TYPE: Message = plain(&[number(1, "key_type"), one(2, "value_type", &TYPE)]);
static OPAQUE_TYPE: Message = plain(&[text(1, "domain"), text(2, "name")]);
static SHAPE: Message = plain(&[one(1, "dim", &DIMENSION)]);
static DIMENSION: Message = plain(&[
    number(1, "dim_value"),
    texts(2, "dim_param"),
    texts(3, "denotation"),
]);

static OPSET: Message = plain(&[texts(1, "domain"), number(2, "version")]);

static QUANTIZATION: Message = plain(&[
    texts(1, "tensor_name"),
    each(2, "quant_parameter_tensor_names", &TEXT_ENTRY),
]);

static TRAINING: Message = plain(&[
    one(1, "initialization", &GRAPH),
    one(2, "algorithm", &GRAPH),
    each(3, "initialization_binding", &TEXT_ENTRY),
    each(4, "update_binding", &TEXT_ENTRY),
]);

static FUNCTION: Message = Message {
    role: Role::Function,
    fields: &[
        texts(1, "name"),
        texts(4, "input"),
        texts(5, "output"),
        texts(6, "attribute"),
        each(7, "node", &NODE),
        text(8, "doc_string"),
        each(9, "opset_import", &OPSET),
        texts(10, "domain"),
        each(11, "attribute_proto", &ATTRIBUTE),
        each(12, "value_info", &VALUE_INFO),
        texts(13, "overload"),
        each(14, "metadata_props", &TEXT_ENTRY),
    ],
};

static CONFIGURATION: Message = plain(&[
    text(1, "name"),
    number(2, "num_devices"),
    texts(3, "device"),
]);

static NODE_CONFIGURATION: Message = plain(&[
    text(1, "configuration_id"),
    each(2, "sharding_spec", &super::protobuf::schema::UNDECLARED),
    number(3, "pipeline_stage"),
]);

/// The element types by their number.
const TYPES: &[&str] = &[
    "undefined",
    "float32",
    "uint8",
    "int8",
    "uint16",
    "int16",
    "int32",
    "int64",
    "string",
    "bool",
    "float16",
    "float64",
    "uint32",
    "uint64",
    "complex64",
    "complex128",
    "bfloat16",
    "float8e4m3fn",
    "float8e4m3fnuz",
    "float8e5m2",
    "float8e5m2fnuz",
    "uint4",
    "int4",
    "float4e2m1",
    "float8e8m0",
    "uint2",
    "int2",
];

/// The word for an element type.
pub fn type_name(number: u64) -> &'static str {
    let at = usize::try_from(number).unwrap_or(usize::MAX);
    TYPES.get(at).copied().unwrap_or("unknown")
}

/// Does a file of `size` bytes that begins with `head` hold a model?
pub fn looks_like(head: &[u8], size: u64) -> bool {
    shape::read(head, size, &MODEL).is_some_and(|head| {
        let has = |number: u32| head.numbers.contains(&number);
        // A graph or functions; before them stand the producer and its like.
        head.first
            .is_some_and(|version| VERSIONS.contains(&version))
            && head.numbers.first() == Some(&1)
            && (has(7) && head.fields > 4 || has(25) || has(2) && head.fields > 2)
    })
}

const fn plain(fields: &'static [Field]) -> Message {
    Message {
        role: Role::Plain,
        fields,
    }
}
