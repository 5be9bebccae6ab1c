//! The messages of TensorFlow, and how to tell its files.
//!
//! The head of a file enters; whether it is a `SavedModel` or a graph leaves.
//! The numbers are those of TensorFlow 2.21's protocol files. Events of
//! `TensorBoard` and examples of data sets, which stand in records, are in
//! [`records`].

mod graph;
pub mod records;

use super::protobuf::schema::{
    Field, Message, Role, TEXT_ENTRY, UNDECLARED, data, each, number, one, text, texts,
};
use super::protobuf::shape;
use graph::{OPS, TENSOR_INFO};

pub use graph::GRAPH;

/// `saved_model.pb`: `SavedModel`.
pub static SAVED_MODEL: Message = plain(&[
    number(1, "schema_version"),
    each(2, "meta_graphs", &META_GRAPH),
]);

/// `MetaGraphDef`, also of old checkpoints (`.meta`).
pub static META_GRAPH: Message = plain(&[
    one(1, "meta_info_def", &META_INFO),
    one(2, "graph_def", &GRAPH),
    one(3, "saver_def", &SAVER),
    each(4, "collection_def", &COLLECTION_ENTRY),
    each(5, "signature_def", &SIGNATURE_ENTRY),
    each(6, "asset_file_def", &ASSET),
    one(7, "object_graph_def", &OBJECTS),
]);

static META_INFO: Message = plain(&[
    text(1, "meta_graph_version"),
    one(2, "stripped_op_list", &OPS),
    one(3, "any_info", &UNDECLARED),
    texts(4, "tags"),
    text(5, "tensorflow_version"),
    text(6, "tensorflow_git_version"),
    number(7, "stripped_default_attrs"),
    each(8, "function_aliases", &TEXT_ENTRY),
]);

static SAVER: Message = plain(&[
    text(1, "filename_tensor_name"),
    text(2, "save_tensor_name"),
    text(3, "restore_op_name"),
]);

static COLLECTION_ENTRY: Message = entry(&[text(1, "key"), one(2, "", &COLLECTION)]);
static COLLECTION: Message = plain(&[
    one(1, "node_list", &STRINGS),
    one(2, "bytes_list", &STRINGS),
    one(5, "any_list", &UNDECLARED),
]);
static STRINGS: Message = plain(&[texts(1, "value")]);

static SIGNATURE_ENTRY: Message = entry(&[text(1, "key"), one(2, "", &SIGNATURE)]);
static SIGNATURE: Message = plain(&[
    each(1, "inputs", &TENSOR_INFO_ENTRY),
    each(2, "outputs", &TENSOR_INFO_ENTRY),
    text(3, "method_name"),
]);
static TENSOR_INFO_ENTRY: Message = entry(&[text(1, "key"), one(2, "", &TENSOR_INFO)]);

static ASSET: Message = plain(&[one(1, "tensor_info", &TENSOR_INFO), text(2, "filename")]);

static OBJECTS: Message = plain(&[
    each(1, "nodes", &OBJECT),
    each(2, "concrete_functions", &CONCRETE),
]);
static CONCRETE: Message = entry(&[text(1, "key"), one(2, "", &CONCRETE_FUNCTION)]);
static CONCRETE_FUNCTION: Message = plain(&[data(2, "bound_inputs")]);
static OBJECT: Message = plain(&[
    one(1, "children", &OBJECT_NAME),
    one(3, "slot_variables", &OBJECT_NAME),
    one(4, "user_object", &USER_OBJECT),
    one(6, "function", &UNDECLARED),
    one(7, "variable", &VARIABLE),
    texts(13, "registered_name"),
]);
static OBJECT_NAME: Message = plain(&[texts(2, "name")]);
static VARIABLE: Message = plain(&[texts(6, "name"), texts(7, "device")]);
/// Its metadata is the JSON of a Keras layer.
static USER_OBJECT: Message = plain(&[texts(1, "identifier"), text(3, "metadata")]);

/// `keras_metadata.pb`: `SavedMetadata`.
pub static KERAS_METADATA: Message = plain(&[each(1, "nodes", &KERAS_NODE)]);
static KERAS_NODE: Message = plain(&[
    number(2, "node_id"),
    texts(3, "node_path"),
    texts(4, "identifier"),
    text(5, "metadata"),
    one(6, "version", &UNDECLARED),
]);

/// `debug/saved_model_debug_info.pb`: `GraphDebugInfo`.
pub static DEBUG_INFO: Message = plain(&[
    texts(1, "files"),
    each(2, "traces", &TRACE_ENTRY),
    each(4, "frames_by_id", &FRAME_ENTRY),
    each(5, "name_to_trace_id", &UNDECLARED),
    each(6, "traces_by_id", &TRACE_ENTRY),
]);
static TRACE_ENTRY: Message = entry(&[text(1, "key"), one(2, "", &TRACE)]);
static TRACE: Message = plain(&[one(1, "file_line_cols", &FRAME), data(2, "frame_id")]);
static FRAME_ENTRY: Message = plain(&[one(2, "", &FRAME)]);
static FRAME: Message = plain(&[
    number(1, "file_index"),
    number(2, "line"),
    number(3, "col"),
    texts(4, "func"),
    texts(5, "code"),
]);

/// Does a file of `size` bytes that begins with `head` hold a `SavedModel`?
pub fn is_saved_model(head: &[u8], size: u64) -> bool {
    shape::read(head, size, &SAVED_MODEL).is_some_and(|head| {
        head.first == Some(1) && head.numbers.starts_with(&[1, 2]) && head.fields > 4
    })
}

/// Does it hold a graph, such as a frozen one?
pub fn is_graph(head: &[u8], size: u64) -> bool {
    shape::read(head, size, &GRAPH)
        .is_some_and(|head| head.numbers.first() == Some(&1) && head.fields > 5)
}

const fn plain(fields: &'static [Field]) -> Message {
    Message {
        role: Role::Plain,
        fields,
    }
}

const fn entry(fields: &'static [Field]) -> Message {
    Message {
        role: Role::Entry,
        fields,
    }
}
