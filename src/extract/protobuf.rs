//! Messages of protocol buffers: models of ONNX, TensorFlow and Core ML,
//! `SentencePiece` tokenizers.
//!
//! In: a message and the table of its kind. Out: one fragment for each string
//! that stands alone, `key = "value"` under `…/node-12@doc_string`; the many
//! short strings of lists as columns, so that a graph of a hundred thousand
//! nodes is a few windows of text; facts about operators, tensors and the
//! files they lie in. Numbers of tensors are not read.

mod facts;
mod frames;
mod quiet;
mod strings;
#[cfg(test)]
mod tests;

use std::io;

use super::{Inside, Sink, fall_back};
use crate::blob::{Kind, Proto, ReadSeek};
use crate::format::protobuf::schema::{Message, UNDECLARED};
use crate::format::protobuf::{Wire, walk};
use crate::format::{FormatError, coreml, onnx, sentencepiece, tensorflow};

pub(super) use strings::Strings;

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    proto: Proto,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut strings = Strings::new(Kind::Protobuf(proto), at);
    let walked = whole(reader, table(proto), &mut strings, sink);
    strings.finish(sink);
    match walked {
        Ok(()) => Ok(()),
        Err(error) => fall_back(reader, &error, at, sink),
    }
}

fn whole(
    reader: &mut dyn ReadSeek,
    message: &'static Message,
    strings: &mut Strings<'_>,
    sink: &mut dyn Sink,
) -> Result<(), FormatError> {
    let mut wire = Wire::new(reader)?;
    let range = 0..wire.size();
    walk::walk(&mut wire, range, message, false, &mut |event| {
        strings.take(event, sink)
    })
}

fn table(proto: Proto) -> &'static Message {
    match proto {
        Proto::Onnx => &onnx::MODEL,
        Proto::SavedModel => &tensorflow::SAVED_MODEL,
        Proto::Graph => &tensorflow::GRAPH,
        Proto::MetaGraph => &tensorflow::META_GRAPH,
        Proto::KerasMetadata => &tensorflow::KERAS_METADATA,
        Proto::DebugInfo => &tensorflow::DEBUG_INFO,
        Proto::SentencePiece => &sentencepiece::MODEL,
        Proto::CoreMl => &coreml::MODEL,
        Proto::Other => &UNDECLARED,
    }
}
