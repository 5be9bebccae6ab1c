//! What stands in records: events of `TensorBoard` and examples of data sets.
//!
//! The first bytes of a record enter; which message it holds leaves.

use super::super::protobuf::schema::{Message, UNDECLARED, data, each, number, one, text, texts};
use super::graph::{GRAPH, TENSOR};
use super::{META_GRAPH, entry, plain};

/// One record of an events file: `Event`.
pub static EVENT: Message = plain(&[
    number(1, "wall_time"),
    number(2, "step"),
    texts(3, "file_version"),
    one(4, "graph_def", &GRAPH),
    one(5, "summary", &SUMMARY),
    one(6, "log_message", &LOG),
    one(7, "session_log", &SESSION),
    one(8, "tagged_run_metadata", &RUN_METADATA),
    one(9, "meta_graph_def", &META_GRAPH),
    one(10, "source_metadata", &SOURCE),
]);

static SUMMARY: Message = plain(&[one(1, "value", &VALUE)]);
static VALUE: Message = plain(&[
    texts(1, "tag"),
    number(2, "simple_value"),
    data(3, "obsolete_old_style_histogram"),
    one(4, "image", &IMAGE),
    one(5, "histo", &HISTOGRAM),
    one(6, "audio", &AUDIO),
    texts(7, "node_name"),
    one(8, "tensor", &TENSOR),
    one(9, "metadata", &SUMMARY_METADATA),
]);
static IMAGE: Message = plain(&[
    number(1, "height"),
    number(2, "width"),
    number(3, "colorspace"),
    text(4, "encoded_image_string"),
]);
static AUDIO: Message = plain(&[data(4, "encoded_audio_string"), texts(5, "content_type")]);
static HISTOGRAM: Message = plain(&[data(6, "bucket_limit"), data(7, "bucket")]);
static SUMMARY_METADATA: Message = plain(&[
    one(1, "plugin_data", &PLUGIN),
    texts(2, "display_name"),
    text(3, "summary_description"),
]);
/// The content is a message of the plugin's own; that of hyperparameters holds
/// them under their names.
static PLUGIN: Message = plain(&[texts(1, "plugin_name"), one(2, "content", &HPARAMS)]);
static HPARAMS: Message = plain(&[
    number(1, "version"),
    one(2, "experiment", &EXPERIMENT),
    one(3, "session_start_info", &SESSION_START),
]);
static EXPERIMENT: Message = plain(&[text(1, "description"), text(2, "user"), text(6, "name")]);
static SESSION_START: Message = plain(&[
    each(1, "hparams", &HPARAM_ENTRY),
    text(2, "model_uri"),
    text(3, "monitor_url"),
    text(4, "group_name"),
]);
static HPARAM_ENTRY: Message = entry(&[text(1, "key"), one(2, "", &HPARAM)]);
static HPARAM: Message = plain(&[text(3, "")]);

static LOG: Message = plain(&[number(1, "level"), texts(2, "message")]);
static SESSION: Message = plain(&[
    number(1, "status"),
    text(2, "checkpoint_path"),
    text(3, "msg"),
]);
static RUN_METADATA: Message = plain(&[texts(1, "tag"), one(2, "run_metadata", &UNDECLARED)]);
static SOURCE: Message = plain(&[texts(1, "writer")]);

/// One record of a data set: `Example` or `SequenceExample`.
pub static EXAMPLE: Message = plain(&[
    one(1, "features", &FEATURES),
    one(2, "feature_lists", &FEATURE_LISTS),
]);
static FEATURES: Message = plain(&[each(1, "", &FEATURE_ENTRY)]);
static FEATURE_ENTRY: Message = entry(&[text(1, "key"), one(2, "", &FEATURE)]);
static FEATURE: Message = plain(&[
    one(1, "", &BYTES_LIST),
    data(2, "float_list"),
    data(3, "int64_list"),
]);
static BYTES_LIST: Message = plain(&[texts(1, "")]);
static FEATURE_LISTS: Message = plain(&[each(1, "", &FEATURE_LIST_ENTRY)]);
static FEATURE_LIST_ENTRY: Message = entry(&[text(1, "key"), one(2, "", &FEATURE_LIST)]);
static FEATURE_LIST: Message = plain(&[each(1, "", &FEATURE)]);
