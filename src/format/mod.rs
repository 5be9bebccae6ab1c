//! Pure readers of file formats.
//!
//! Bytes enter as `Read` or `Read + Seek`; positions, strings and typed problems
//! leave. Every reader streams: memory stays flat whatever the input's size or
//! whatever its length fields claim, nesting is capped, nothing panics. Offsets
//! count from where the given reader stood when the call began (for readers
//! that seek: from the start of the file).

pub mod arrow;
mod bytes;
pub mod codec;
pub mod compressed;
pub mod coreml;
pub mod delimited;
pub mod escape;
pub mod executable;
pub mod flatbuffer;
pub mod foreign;
pub mod gguf;
pub mod hdf5;
pub mod image;
pub mod json;
pub mod json_path;
pub mod member_name;
pub mod npy;
pub mod onnx;
pub mod parquet;
pub mod pdf;
pub mod pickle;
pub mod protobuf;
pub mod pyc;
pub mod rows;
pub mod safetensors;
pub mod sentencepiece;
pub mod seven_zip;
pub mod sqlite;
pub mod tar;
pub mod tensorflow;
pub mod tflite;
pub mod tfrecord;
mod thrift;
pub mod value;
#[cfg(test)]
mod xorshift;
pub mod zip;

use std::io;

/// Why a reader stopped, or could not deliver all of its input.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The input ended inside a structure.
    #[error("the input ends inside {what} at byte {offset}")]
    Truncated {
        /// The structure that broke off.
        what: &'static str,
        /// Where that structure begins.
        offset: u64,
    },
    /// Bytes that the format does not allow.
    #[error("malformed {what} at byte {offset}")]
    Malformed {
        /// The structure that is wrong.
        what: &'static str,
        /// Where it begins.
        offset: u64,
    },
    /// A safety limit was reached, so the rest was not looked at.
    #[error("limit reached: {what}")]
    Limit {
        /// The limit.
        what: &'static str,
    },
    /// A variant of the format that this reader does not know.
    #[error("unsupported {what}")]
    Unsupported {
        /// The variant.
        what: &'static str,
    },
    /// Reading itself failed.
    #[error("reading failed: {0}")]
    Io(#[source] io::Error),
}

/// A reader stacked on another one (a pickle inside a zip member) meets the
/// inner reader's error wrapped in an `io::Error`; the inner cause is kept.
impl From<io::Error> for FormatError {
    fn from(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(Self::Io)
    }
}

impl From<FormatError> for io::Error {
    fn from(error: FormatError) -> Self {
        match error {
            FormatError::Io(inner) => inner,
            other => Self::other(other),
        }
    }
}
