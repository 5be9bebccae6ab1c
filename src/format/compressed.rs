//! Files that are one compressed stream, or several behind each other.
//!
//! A reader enters; the content leaves as `Read`, across all streams of the
//! file, together with the texts that stand beside the content (the file name
//! in a gzip header, the skippable frames of zstd) and the place where foreign
//! bytes follow.

mod gzip;
mod sniff;
#[cfg(test)]
mod tests;

use std::io::{self, Read};

use super::FormatError;
use super::codec::{Budget, Codec, Unpack};

pub use sniff::looks_like;

/// Most bytes kept of one text beside the content, and of all.
const ASIDE: usize = 1 << 20;
const ASIDES: usize = 8 << 20;

/// Most streams of bzip2: each takes megabytes of memory that is cleared first.
const BZIP2_STREAMS: u64 = 50_000;

/// Longest padding of zeros passed over between streams.
const PADDING: u64 = 1 << 20;

/// What a compressed file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compressed {
    /// gzip members (RFC 1952).
    Gzip,
    /// One zlib stream (RFC 1950), as joblib writes it.
    Zlib,
    /// Zstd and skippable frames.
    Zstd,
    /// xz streams.
    Xz,
    /// The older `.lzma`.
    Lzma,
    /// bzip2 streams.
    Bzip2,
    /// Lz4 frames, new and old ones, and skippable ones.
    Lz4,
    /// Framed snappy.
    Snappy,
}

impl Compressed {
    /// Its name, as people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zlib => "zlib",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Lzma => "lzma",
            Self::Bzip2 => "bzip2",
            Self::Lz4 => "lz4",
            Self::Snappy => "snappy",
        }
    }

    /// Its name in sentences.
    pub fn file(self) -> &'static str {
        match self {
            Self::Gzip => "a gzip file",
            Self::Zlib => "zlib data",
            Self::Zstd => "a zstd file",
            Self::Xz => "an xz file",
            Self::Lzma => "an lzma file",
            Self::Bzip2 => "a bzip2 file",
            Self::Lz4 => "an lz4 file",
            Self::Snappy => "a framed snappy file",
        }
    }

    /// File name endings of this kind of file.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Gzip => &["gz", "gzip"],
            Self::Zlib => &["z", "zlib", "zz"],
            Self::Zstd => &["zst", "zstd"],
            Self::Xz => &["xz"],
            Self::Lzma => &["lzma"],
            Self::Bzip2 => &["bz2", "bz"],
            Self::Lz4 => &["lz4"],
            Self::Snappy => &["snappy", "sz"],
        }
    }

    /// The name of the content of a file of this name: `a.jsonl.zst` holds
    /// `a.jsonl`, `a.tgz` holds `a.tar`.
    pub fn content_name(self, name: &str) -> &str {
        let Some((stem, ending)) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())
        else {
            return name;
        };
        let same = |known: &&str| ending.eq_ignore_ascii_case(known);
        if self.endings().iter().any(same) {
            stem
        } else {
            name
        }
    }
}

/// A text that stands beside the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// What it is: `file name`, `comment`, `extra field`, `skippable frame`.
    pub what: &'static str,
    /// Place of its first byte in the compressed file.
    pub offset: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The content of all streams of a file, one behind the other.
pub struct Streams<R> {
    unpack: Unpack<R>,
    format: Compressed,
    /// Bytes of a checksum behind the stream at hand.
    trailer: u64,
    running: bool,
    begun: u64,
    asides: Vec<Aside>,
    aside_bytes: usize,
    asides_cut: bool,
    tail: Option<u64>,
    failed: bool,
}

impl<R: Read> Streams<R> {
    /// The streams of `input`, which yield at most `budget` together.
    pub fn new(input: R, format: Compressed, budget: Budget) -> Self {
        Self {
            unpack: Unpack::idle(input, 0, budget),
            format,
            trailer: 0,
            running: false,
            begun: 0,
            asides: Vec::new(),
            aside_bytes: 0,
            asides_cut: false,
            tail: None,
            failed: false,
        }
    }

    /// The texts met so far that were not taken yet.
    pub fn take_asides(&mut self) -> Vec<Aside> {
        std::mem::take(&mut self.asides)
    }

    /// Were there more or longer texts beside the content than are kept?
    pub fn asides_cut(&self) -> bool {
        self.asides_cut
    }

    /// Where bytes begin that belong to no stream; known at the end of the
    /// content.
    pub fn tail(&self) -> Option<u64> {
        self.tail
    }

    /// Streams that were complete or begun.
    pub fn streams(&self) -> u64 {
        self.begun
    }

    /// Bytes of content so far.
    pub fn made(&self) -> u64 {
        self.unpack.made()
    }

    /// The bytes behind the last stream, where the input cannot seek.
    pub fn read_tail(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let input = self.unpack.input();
        let chunk = input.chunk()?;
        let count = chunk.len().min(buffer.len());
        buffer[..count].copy_from_slice(&chunk[..count]);
        input.consume(count);
        Ok(count)
    }

    /// Goes to the content of the next stream; `false` when there is none.
    fn next_stream(&mut self) -> Result<bool, FormatError> {
        if self.tail.is_some() {
            return Ok(false);
        }
        let untouched = self.unpack.take_untouched().len() as u64;
        let trailer = self.trailer;
        let passed = self.unpack.input().skip(trailer)?;
        self.trailer = 0;
        if passed < trailer {
            return Err(self.truncated("checksum behind compressed data"));
        }
        if untouched > 0 {
            self.tail = Some(self.unpack.input().offset().saturating_sub(untouched));
            return Ok(false);
        }
        loop {
            self.pass_padding()?;
            let may_skip = self.may_skip();
            let input = self.unpack.input();
            let at = input.offset();
            let head = input.lookahead(18)?;
            if head.is_empty() {
                return Ok(false);
            }
            if let Some(length) = skippable(head).filter(|_| may_skip) {
                self.skip_frame(length)?;
                continue;
            }
            let Some(codec) = self.format.stream(head, self.begun > 0) else {
                self.tail = Some(at);
                return Ok(false);
            };
            match self.format {
                Compressed::Gzip => self.gzip_header()?,
                Compressed::Zlib => {
                    if head.get(1).is_some_and(|flags| flags & 0x20 != 0) {
                        let what = "zlib dictionary";
                        return Err(FormatError::Unsupported { what });
                    }
                    input.consume(2);
                    self.trailer = 4;
                }
                _ => {}
            }
            if self.format == Compressed::Bzip2 && self.begun >= BZIP2_STREAMS {
                let what = "number of bzip2 streams in one file";
                return Err(FormatError::Limit { what });
            }
            self.begun += 1;
            self.unpack.start(codec)?;
            return Ok(true);
        }
    }

    fn truncated(&mut self, what: &'static str) -> FormatError {
        let offset = self.unpack.input().offset();
        FormatError::Truncated { what, offset }
    }

    fn may_skip(&self) -> bool {
        matches!(self.format, Compressed::Zstd | Compressed::Lz4)
    }

    /// Zeros between streams: xz pads with them, tapes do.
    fn pass_padding(&mut self) -> Result<(), FormatError> {
        let mut passed = 0;
        while self.begun > 0 && passed < PADDING {
            let input = self.unpack.input();
            let chunk = input.chunk()?;
            let zeros = chunk.iter().take_while(|&&byte| byte == 0).count();
            let all = zeros == chunk.len();
            input.consume(zeros);
            passed += zeros as u64;
            if zeros == 0 || !all {
                break;
            }
        }
        Ok(())
    }

    /// Keeps the content of a skippable frame, which tools ignore.
    fn skip_frame(&mut self, length: u32) -> Result<(), FormatError> {
        let input = self.unpack.input();
        input.consume(8);
        let offset = input.offset();
        let length = u64::from(length);
        let mut bytes = Vec::new();
        input.append(&mut bytes, length.min(ASIDE as u64))?;
        let passed = bytes.len() as u64;
        self.asides_cut |= length > ASIDE as u64;
        let passed = passed + self.unpack.input().skip(length.saturating_sub(passed))?;
        self.keep("skippable frame", offset, bytes);
        if passed < length {
            return Err(self.truncated("skippable frame"));
        }
        Ok(())
    }

    /// Keeps a text, unless it is empty or stood there already.
    fn keep(&mut self, what: &'static str, offset: u64, bytes: Vec<u8>) {
        let same = |aside: &Aside| aside.what == what && aside.bytes == bytes;
        if bytes.is_empty() || self.asides.last().is_some_and(same) {
            return;
        }
        // What an entry costs beyond its bytes counts as well.
        self.aside_bytes = self.aside_bytes.saturating_add(bytes.len() + 64);
        if self.aside_bytes > ASIDES {
            self.asides_cut = true;
            return;
        }
        self.asides.push(Aside {
            what,
            offset,
            bytes,
        });
    }
}

impl<R: Read> Streams<R> {
    fn some(&mut self, buffer: &mut [u8]) -> Result<usize, FormatError> {
        loop {
            if self.running {
                let count = self.unpack.read(buffer)?;
                if count > 0 {
                    return Ok(count);
                }
                self.running = false;
            }
            if !self.next_stream()? {
                return Ok(0);
            }
            self.running = true;
        }
    }
}

impl<R: Read> Read for Streams<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        // Nothing behind an error is taken for a stream of its own.
        if self.failed {
            let (what, offset) = ("compressed data", self.unpack.input().offset());
            return Err(FormatError::Malformed { what, offset }.into());
        }
        let count = self.some(buffer);
        self.failed = count.is_err();
        Ok(count?)
    }
}

impl Compressed {
    /// The codec of the stream that begins with `head`; `again` if another one
    /// stood before it.
    fn stream(self, head: &[u8], again: bool) -> Option<Codec> {
        match (self, head) {
            (Self::Gzip, [0x1f, 0x8b, 8, ..]) => Some(Codec::Deflate),
            (Self::Zlib, _) => (!again).then_some(Codec::Deflate),
            (Self::Zstd, [0x28, 0xb5, 0x2f, 0xfd, ..]) => Some(Codec::Zstd),
            (Self::Xz, [0xfd, b'7', b'z', b'X', b'Z', 0, ..]) => Some(Codec::Xz),
            (Self::Lzma, _) => (!again).then_some(Codec::LzmaAlone),
            (Self::Bzip2, [b'B', b'Z', b'h', b'1'..=b'9', ..]) => Some(Codec::Bzip2),
            (Self::Lz4, [0x04, 0x22, 0x4d, 0x18, ..]) => Some(Codec::Lz4),
            (Self::Lz4, [0x02, 0x21, 0x4c, 0x18, ..]) => Some(Codec::Lz4Legacy),
            (Self::Snappy, _) => (!again).then_some(Codec::Snappy),
            _ => None,
        }
    }
}

/// The length of the skippable frame that begins here.
fn skippable(head: &[u8]) -> Option<u32> {
    match head {
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, ..] => {
            Some(u32::from_le_bytes([*a, *b, *c, *d]))
        }
        _ => None,
    }
}
