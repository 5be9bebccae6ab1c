//! Graphs: nodes, their attributes, tensors and functions.
//!
//! Nothing enters; the table of `GraphDef` and what it is made of leaves.

use super::super::protobuf::schema::{
    Message, Role, UNDECLARED, data, each, number, one, text, texts,
};
use super::{DEBUG_INFO, entry, plain};

/// A graph: `GraphDef`.
pub static GRAPH: Message = plain(&[
    each(1, "node", &NODE),
    one(2, "library", &LIBRARY),
    number(3, "version"),
    one(4, "versions", &UNDECLARED),
    one(5, "debug_info", &DEBUG_INFO),
]);

static NODE: Message = Message {
    role: Role::Operator,
    fields: &[
        texts(1, "name"),
        texts(2, "op"),
        texts(3, "input"),
        texts(4, "device"),
        each(5, "attr", &ATTR_ENTRY),
        one(6, "experimental_debug_info", &ORIGINS),
        one(7, "experimental_type", &UNDECLARED),
    ],
};

static ORIGINS: Message = plain(&[
    texts(1, "original_node_names"),
    texts(2, "original_func_names"),
]);

/// The attributes of a node: a map.
static ATTR_ENTRY: Message = entry(&[text(1, "key"), one(2, "", &ATTR_VALUE)]);

static ATTR_VALUE: Message = plain(&[
    one(1, "list", &ATTR_LIST),
    texts(2, "s"),
    number(3, "i"),
    number(4, "f"),
    number(5, "b"),
    number(6, "type"),
    one(7, "shape", &SHAPE),
    one(8, "tensor", &TENSOR),
    texts(9, "placeholder"),
    one(10, "func", &FUNCTION_NAME),
]);

static ATTR_LIST: Message = plain(&[
    texts(2, "s"),
    data(3, "i"),
    data(4, "f"),
    data(5, "b"),
    data(6, "type"),
    one(7, "shape", &SHAPE),
    each(8, "tensor", &TENSOR),
    each(9, "func", &FUNCTION_NAME),
]);

static FUNCTION_NAME: Message = plain(&[texts(1, "name"), each(2, "attr", &ATTR_ENTRY)]);

/// `TensorProto`: strings, and numbers that are not read.
pub(super) static TENSOR: Message = plain(&[
    number(1, "dtype"),
    one(2, "tensor_shape", &SHAPE),
    number(3, "version_number"),
    data(4, "tensor_content"),
    data(5, "float_val"),
    data(6, "double_val"),
    data(7, "int_val"),
    texts(8, "string_val"),
    data(9, "scomplex_val"),
    data(10, "int64_val"),
    data(11, "bool_val"),
    data(12, "dcomplex_val"),
    data(13, "half_val"),
    each(14, "resource_handle_val", &UNDECLARED),
    each(15, "variant_val", &UNDECLARED),
    data(16, "uint32_val"),
    data(17, "uint64_val"),
    data(18, "float8_val"),
]);

static SHAPE: Message = plain(&[one(2, "dim", &DIMENSION), number(3, "unknown_rank")]);
static DIMENSION: Message = plain(&[number(1, "size"), texts(2, "name")]);

/// A tensor of a signature: `TensorInfo`.
pub(super) static TENSOR_INFO: Message = plain(&[
    texts(1, "name"),
    number(2, "dtype"),
    one(3, "tensor_shape", &SHAPE),
    one(4, "coo_sparse", &UNDECLARED),
    one(5, "composite_tensor", &UNDECLARED),
]);

static LIBRARY: Message = plain(&[
    each(1, "function", &FUNCTION),
    each(2, "gradient", &GRADIENT),
    each(3, "registered_gradients", &GRADIENT),
]);
static GRADIENT: Message = plain(&[texts(1, "function_name"), texts(2, "gradient_func")]);

static FUNCTION: Message = Message {
    role: Role::Function,
    fields: &[
        one(1, "signature", &OP),
        each(3, "node_def", &NODE),
        one(4, "ret", &RETURN),
        each(5, "attr", &ATTR_ENTRY),
        one(6, "control_ret", &RETURN),
        each(7, "arg_attr", &ARGUMENT),
        each(8, "resource_arg_unique_id", &UNDECLARED),
    ],
};
static RETURN: Message = plain(&[texts(1, "name"), texts(2, "tensor")]);
static ARGUMENT: Message = entry(&[number(1, "key"), one(2, "", &ARGUMENT_ATTRS)]);
static ARGUMENT_ATTRS: Message = plain(&[each(1, "attr", &ATTR_ENTRY)]);

/// Signatures of operators: `OpList`.
pub(super) static OPS: Message = plain(&[each(1, "op", &OP)]);

/// `OpDef`.
static OP: Message = plain(&[
    texts(1, "name"),
    one(2, "input_arg", &OP_ARGUMENT),
    one(3, "output_arg", &OP_ARGUMENT),
    one(4, "attr", &OP_ATTR),
    texts(5, "summary"),
    texts(6, "description"),
    one(8, "deprecation", &UNDECLARED),
    number(16, "is_aggregate"),
    number(17, "is_stateful"),
    number(18, "is_commutative"),
    number(19, "allows_uninitialized_input"),
    texts(20, "control_output"),
    number(21, "is_distributed_communication"),
]);

static OP_ARGUMENT: Message = plain(&[
    texts(1, "name"),
    texts(2, "description"),
    number(3, "type"),
    texts(4, "type_attr"),
    texts(5, "number_attr"),
    texts(6, "type_list_attr"),
    one(7, "handle_data", &UNDECLARED),
    number(16, "is_ref"),
    one(17, "experimental_full_type", &UNDECLARED),
]);

static OP_ATTR: Message = plain(&[
    texts(1, "name"),
    texts(2, "type"),
    one(3, "default_value", &ATTR_VALUE),
    texts(4, "description"),
    number(5, "has_minimum"),
    number(6, "minimum"),
    one(7, "allowed_values", &ATTR_VALUE),
]);
