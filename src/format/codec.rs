//! Decompressors of single streams behind one face.
//!
//! Compressed bytes enter as `Read`; their content leaves as `Read`, within a
//! budget. Checksums are not believed: a loader may ignore them, so content
//! behind a wrong one counts as content.

mod block;
mod deflate;
mod lzma;
#[cfg(test)]
mod tests;
mod zstd;

use std::io::{self, Read};

use super::FormatError;
use super::bytes::Bytes;

/// Most memory that a decompressor may take for its window, in bytes. The same
/// as the `zstd` program's own default; `xz -9` needs half of it.
pub const WINDOW: u64 = 128 * 1024 * 1024;

/// How a single stream is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// Raw deflate (RFC 1951).
    Deflate,
    /// One bzip2 stream.
    Bzip2,
    /// One xz stream.
    Xz,
    /// The `.lzma` format: properties, dictionary size, size, data.
    LzmaAlone,
    /// LZMA data alone, the rest told apart from it.
    Lzma {
        /// The properties byte.
        props: u8,
        /// Bytes of the dictionary.
        dictionary: u32,
        /// Bytes of content; `u64::MAX` when an end mark tells.
        size: u64,
        /// What the content went through before.
        filter: Option<Filter>,
    },
    /// LZMA2 chunks alone.
    Lzma2 {
        /// Bytes of the dictionary.
        dictionary: u32,
        /// What the content went through before.
        filter: Option<Filter>,
    },
    /// One zstd frame.
    Zstd,
    /// One lz4 frame.
    Lz4,
    /// Blocks as the first lz4 program wrote them, to the end of the input.
    Lz4Legacy,
    /// Chunks of framed snappy.
    Snappy,
}

/// What a compressor did to its input so that it packs better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Filter {
    /// Differences of bytes that are this far apart.
    Delta(u32),
    /// Absolute instead of relative jumps in programs for x86.
    X86,
    /// … for 32-bit ARM.
    Arm,
    /// … for ARM Thumb.
    ArmThumb,
    /// … for 64-bit ARM.
    Arm64,
    /// … for PowerPC.
    PowerPc,
    /// … for Itanium.
    Itanium,
    /// … for SPARC.
    Sparc,
    /// … for RISC-V.
    RiscV,
}

impl Codec {
    /// What errors call it.
    fn what(self) -> &'static str {
        match self {
            Self::Deflate => "deflate data",
            Self::Bzip2 => "bzip2 data",
            Self::Xz => "xz data",
            Self::LzmaAlone | Self::Lzma { .. } | Self::Lzma2 { .. } => "lzma data",
            Self::Zstd => "zstd data",
            Self::Lz4 | Self::Lz4Legacy => "lz4 data",
            Self::Snappy => "snappy data",
        }
    }

    fn stage(self) -> Result<Box<dyn Stage>, FormatError> {
        let stage: Result<Box<dyn Stage>, Fault> = match self {
            Self::Deflate => Ok(Box::new(deflate::Deflate::new())),
            Self::Bzip2 => Ok(Box::new(deflate::Bzip2::new())),
            Self::Xz => Ok(Box::new(lzma::xz())),
            Self::LzmaAlone => Ok(Box::new(lzma::alone())),
            Self::Lzma {
                props,
                dictionary,
                size,
                filter,
            } => lzma::raw(props, dictionary, size, filter).map(|stage| Box::new(stage) as _),
            Self::Lzma2 { dictionary, filter } => {
                lzma::lzma2(dictionary, filter).map(|stage| Box::new(stage) as _)
            }
            Self::Zstd => zstd::Zstd::new().map(|stage| Box::new(stage) as _),
            Self::Lz4 => Ok(Box::new(block::Blocks::lz4())),
            Self::Lz4Legacy => Ok(Box::new(block::Blocks::lz4_legacy())),
            Self::Snappy => Ok(Box::new(block::Blocks::snappy())),
        };
        stage.map_err(|fault| fault.error(self.what(), 0))
    }
}

/// How much a stream may yield.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Most bytes.
    pub bytes: u64,
    /// Most bytes per compressed byte …
    pub ratio: u64,
    /// … once there are more than this many.
    pub ratio_from: u64,
}

/// One step of a decompressor.
#[derive(Debug, Default)]
struct Step {
    /// Bytes taken from the input.
    read: usize,
    /// Bytes put to the output.
    made: usize,
    /// The stream is complete.
    ended: bool,
}

/// Why a decompressor stopped.
#[derive(Debug)]
enum Fault {
    Malformed,
    Window,
    Unsupported(&'static str),
}

impl Fault {
    fn error(self, what: &'static str, offset: u64) -> FormatError {
        match self {
            Self::Malformed => FormatError::Malformed { what, offset },
            Self::Window => FormatError::Limit {
                what: "128 MiB of memory for a decompressor",
            },
            Self::Unsupported(what) => FormatError::Unsupported { what },
        }
    }
}

/// A decompressor that is handed its input and output.
trait Stage {
    /// Goes on. An empty `input` says that there is no more.
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Step, Fault>;

    /// Bytes taken that do not belong to the stream, once it has ended.
    fn untouched(&self) -> &[u8] {
        &[]
    }
}

/// The content of a compressed stream. Errors of the format come as
/// `io::Error` and turn back into what they were by `FormatError::from`.
pub struct Unpack<R> {
    input: Bytes<R>,
    stage: Option<Box<dyn Stage>>,
    what: &'static str,
    /// Place of the input's first byte, for errors.
    base: u64,
    budget: Budget,
    made: u64,
    /// What the last stream took too much.
    untouched: Vec<u8>,
}

impl<R: Read> Unpack<R> {
    /// Decompresses the stream of `codec` that `input` begins with. `base` is
    /// the place of its first byte in the file, which errors tell.
    pub fn new(input: R, base: u64, codec: Codec, budget: Budget) -> Result<Self, FormatError> {
        let mut unpack = Self::idle(input, base, budget);
        unpack.start(codec)?;
        Ok(unpack)
    }

    /// Before any stream.
    pub(super) fn idle(input: R, base: u64, budget: Budget) -> Self {
        Self {
            input: Bytes::new(input),
            stage: None,
            what: "",
            base,
            budget,
            made: 0,
            untouched: Vec::new(),
        }
    }

    /// Begins a stream at the next byte of the input.
    pub(super) fn start(&mut self, codec: Codec) -> Result<(), FormatError> {
        self.stage = Some(codec.stage()?);
        self.what = codec.what();
        Ok(())
    }

    /// Between two streams: what the next one begins with.
    pub(super) fn input(&mut self) -> &mut Bytes<R> {
        &mut self.input
    }

    /// What the last stream took of the bytes behind it.
    pub(super) fn take_untouched(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.untouched)
    }

    /// Bytes of content so far.
    pub fn made(&self) -> u64 {
        self.made
    }

    /// Bytes that may still come, or what forbids more.
    fn room(&self) -> Result<usize, FormatError> {
        let (read, budget) = (self.input.offset(), self.budget);
        let what = if self.made >= budget.bytes {
            "decompressed size"
        } else if self.made > budget.ratio_from && self.made > read.saturating_mul(budget.ratio) {
            "compression ratio, as of a decompression bomb"
        } else {
            return Ok(usize::try_from(budget.bytes - self.made).unwrap_or(usize::MAX));
        };
        Err(FormatError::Limit { what })
    }

    /// One step of the stream at hand; `None` when it gives nothing and wants
    /// more input.
    fn step(&mut self, out: &mut [u8]) -> Result<Option<usize>, FormatError> {
        let what = self.what;
        let offset = self.base.saturating_add(self.input.offset());
        let Some(stage) = &mut self.stage else {
            return Ok(Some(0));
        };
        let input = self.input.chunk()?;
        let at_end = input.is_empty();
        let step = match stage.step(input, out) {
            Ok(step) => step,
            Err(Fault::Malformed) if at_end => {
                return Err(FormatError::Truncated { what, offset });
            }
            Err(fault) => return Err(fault.error(what, offset)),
        };
        if step.ended {
            self.untouched = stage.untouched().to_vec();
            self.stage = None;
        }
        self.input.consume(step.read);
        self.made = self.made.saturating_add(step.made as u64);
        if step.made > 0 || step.ended {
            return Ok(Some(step.made));
        }
        match (at_end, step.read) {
            (true, _) => Err(FormatError::Truncated { what, offset }),
            (false, 0) => Err(FormatError::Malformed { what, offset }),
            _ => Ok(None),
        }
    }
}

impl<R: Read> Read for Unpack<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        // A stream that fills its budget exactly is no bomb: where nothing more
        // may come, one more byte tells whether it ends there.
        let mut probe = [0; 1];
        let (out, mut over) = match self.room() {
            Ok(room) => {
                let room = room.min(buffer.len());
                (&mut buffer[..room], None)
            }
            Err(error) => (&mut probe[..], Some(error)),
        };
        loop {
            match (self.step(out)?, over) {
                (None, error) => over = error,
                (Some(0), _) => return Ok(0),
                (Some(_), Some(error)) => return Err(error.into()),
                (Some(made), None) => return Ok(made),
            }
        }
    }
}
