//! Which protocol buffer a blob is.
//!
//! In: the first bytes, and the name, since these formats have no magic. Out:
//! the kind of message. Content that fits a table in every field of its head
//! needs no name; a name alone decides only about what is no text.

use crate::format::protobuf::shape::may_be_message;
use crate::format::{coreml, onnx, protobuf, sentencepiece, tensorflow};

/// A kind of message that is a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Proto {
    /// An ONNX model.
    Onnx,
    /// A TensorFlow `saved_model.pb`.
    SavedModel,
    /// A TensorFlow graph, such as a frozen one.
    Graph,
    /// Graph and savers of an old TensorFlow checkpoint (`.meta`).
    MetaGraph,
    /// `keras_metadata.pb` beside a `SavedModel`.
    KerasMetadata,
    /// Stack traces beside a `SavedModel`.
    DebugInfo,
    /// A `SentencePiece` tokenizer.
    SentencePiece,
    /// A Core ML model.
    CoreMl,
    /// Any other, known by its name.
    Other,
}

impl Proto {
    /// Its name in sentences.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Onnx => "an ONNX model",
            Self::SavedModel => "a TensorFlow SavedModel",
            Self::Graph => "a TensorFlow graph",
            Self::MetaGraph => "a TensorFlow meta graph",
            Self::KerasMetadata => "metadata of Keras",
            Self::DebugInfo => "stack traces of TensorFlow",
            Self::SentencePiece => "a SentencePiece tokenizer",
            Self::CoreMl => "a Core ML model",
            Self::Other => "a protocol buffer",
        }
    }

    /// Tell it from the path, the first bytes and the size.
    pub(super) fn sniff(path: &str, head: &[u8], size: u64) -> Option<Self> {
        if sentencepiece::looks_like(head, size) {
            Some(Self::SentencePiece)
        } else if onnx::looks_like(head, size) {
            Some(Self::Onnx)
        } else if tensorflow::is_saved_model(head, size) {
            Some(Self::SavedModel)
        } else if coreml::looks_like(head, size) {
            Some(Self::CoreMl)
        } else if tensorflow::is_graph(head, size) {
            Some(Self::Graph)
        } else if protobuf::may_be_text(head) {
            None
        } else {
            Self::of_name(path)
                .or_else(|| Self::of_ending(path).filter(|_| may_be_message(head, size)))
        }
    }

    /// What a name says that nothing else has: such a file is read as that, so
    /// that a damaged one is told to be damaged.
    fn of_name(path: &str) -> Option<Self> {
        let name = file_name(path);
        match (name.as_str(), ending(&name)) {
            ("saved_model.pb", _) => Some(Self::SavedModel),
            ("keras_metadata.pb", _) => Some(Self::KerasMetadata),
            ("saved_model_debug_info.pb", _) => Some(Self::DebugInfo),
            (_, "onnx") => Some(Self::Onnx),
            (_, "mlmodel") => Some(Self::CoreMl),
            _ => None,
        }
    }

    /// What an ending that others use too may mean.
    fn of_ending(path: &str) -> Option<Self> {
        match ending(&file_name(path)) {
            "meta" => Some(Self::MetaGraph),
            "pb" | "binpb" | "model" | "spm" => Some(Self::Other),
            _ => None,
        }
    }
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase()
}
