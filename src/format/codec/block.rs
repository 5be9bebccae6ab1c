//! Lz4 frames and framed snappy, as stages: formats that hand whole blocks to
//! a decompressor.
//!
//! Input is gathered until a block is complete, its content handed out bit by
//! bit. A block is at most 8 MiB.

use super::{Fault, Stage, Step};

/// Bytes that a linked lz4 block may look back on.
const LINKED: usize = 64 * 1024;

/// Largest block of the first lz4 program, and of framed snappy.
const LEGACY_BLOCK: usize = 8 << 20;
const SNAPPY_BLOCK: usize = 64 * 1024;

/// Stored blocks carry this bit in their length.
const STORED: u32 = 1 << 31;

/// Where a format's reader stands: what the next bytes are.
#[derive(Clone, Copy)]
enum Awaits {
    /// A frame's fixed start; more of it once its flags are known.
    Lz4Head,
    Lz4Length,
    Lz4Block {
        stored: bool,
    },
    Lz4Sum,
    LegacyMagic,
    LegacyLength,
    LegacyBlock,
    SnappyHead,
    SnappyChunk {
        kind: u8,
    },
    /// Bytes of no interest, then a chunk.
    SnappySkip,
}

/// A stream of blocks.
pub(super) struct Blocks {
    awaits: Awaits,
    wanted: usize,
    pending: Vec<u8>,
    /// What earlier blocks made that linked ones look back on, then this
    /// block's content.
    content: Vec<u8>,
    /// First byte of `content` not handed out.
    given: usize,
    largest: usize,
    linked: bool,
    block_sums: bool,
    content_sum: bool,
    ended: bool,
}

impl Blocks {
    pub(super) fn lz4() -> Self {
        Self::awaiting(Awaits::Lz4Head, 7)
    }

    pub(super) fn lz4_legacy() -> Self {
        Self::awaiting(Awaits::LegacyMagic, 4)
    }

    pub(super) fn snappy() -> Self {
        Self::awaiting(Awaits::SnappyHead, 4)
    }

    fn awaiting(awaits: Awaits, wanted: usize) -> Self {
        Self {
            awaits,
            wanted,
            pending: Vec::new(),
            content: Vec::new(),
            given: 0,
            largest: LEGACY_BLOCK,
            linked: false,
            block_sums: false,
            content_sum: false,
            ended: false,
        }
    }

    fn await_next(&mut self, awaits: Awaits, wanted: usize) {
        self.awaits = awaits;
        self.wanted = wanted;
    }

    /// What was awaited is complete.
    fn advance(&mut self) -> Result<(), Fault> {
        let bytes = std::mem::take(&mut self.pending);
        match self.awaits {
            Awaits::Lz4Head => {
                let kept = self.lz4_head(&bytes)?;
                if kept {
                    self.pending = bytes;
                }
            }
            Awaits::Lz4Length => self.lz4_length(number(&bytes)?)?,
            Awaits::Lz4Block { stored } => {
                let data = if self.block_sums {
                    bytes.len().saturating_sub(4)
                } else {
                    bytes.len()
                };
                self.lz4_block(bytes.get(..data).unwrap_or_default(), stored)?;
                self.await_next(Awaits::Lz4Length, 4);
            }
            Awaits::Lz4Sum => self.ended = true,
            Awaits::LegacyMagic => self.await_next(Awaits::LegacyLength, 4),
            Awaits::LegacyLength => {
                let length = number(&bytes)? as usize;
                if length == 0 || length > lz4_flex::block::get_maximum_output_size(LEGACY_BLOCK) {
                    return Err(Fault::Malformed);
                }
                self.await_next(Awaits::LegacyBlock, length);
            }
            Awaits::LegacyBlock => {
                self.lz4_block(&bytes, false)?;
                self.await_next(Awaits::LegacyLength, 4);
            }
            Awaits::SnappyHead => self.snappy_head(&bytes)?,
            Awaits::SnappyChunk { kind } => {
                self.snappy_chunk(&bytes, kind)?;
                self.await_next(Awaits::SnappyHead, 4);
            }
            Awaits::SnappySkip => self.await_next(Awaits::SnappyHead, 4),
        }
        Ok(())
    }

    /// Answers whether more of the head is needed.
    fn lz4_head(&mut self, head: &[u8]) -> Result<bool, Fault> {
        let [_, _, _, _, flags, sizes, ..] = head else {
            return Err(Fault::Malformed);
        };
        if flags >> 6 != 1 {
            return Err(Fault::Malformed);
        }
        if flags & 1 != 0 {
            return Err(Fault::Unsupported("lz4 dictionary"));
        }
        let whole = 7 + usize::from(flags & 8);
        if head.len() < whole {
            self.wanted = whole;
            return Ok(true);
        }
        self.linked = flags & 0x20 == 0;
        self.block_sums = flags & 0x10 != 0;
        self.content_sum = flags & 4 != 0;
        self.largest = match (sizes >> 4) & 7 {
            4 => 64 << 10,
            5 => 256 << 10,
            6 => 1 << 20,
            7 => 4 << 20,
            _ => return Err(Fault::Malformed),
        };
        self.await_next(Awaits::Lz4Length, 4);
        Ok(false)
    }

    fn lz4_length(&mut self, length: u32) -> Result<(), Fault> {
        if length == 0 {
            self.ended = !self.content_sum;
            self.await_next(Awaits::Lz4Sum, 4);
            return Ok(());
        }
        let stored = length & STORED != 0;
        let length = (length & !STORED) as usize;
        if length > self.largest {
            return Err(Fault::Malformed);
        }
        let sum = if self.block_sums { 4 } else { 0 };
        self.await_next(Awaits::Lz4Block { stored }, length + sum);
        Ok(())
    }

    fn lz4_block(&mut self, data: &[u8], stored: bool) -> Result<(), Fault> {
        let back = if self.linked { LINKED } else { 0 };
        let from = self.content.len().saturating_sub(back);
        let made = if stored {
            data.to_vec()
        } else {
            // No block yields more than 255 bytes a byte: small ones shall not
            // cost the memory of large ones.
            let most = data.len().saturating_mul(255).min(self.largest);
            let mut made = vec![0; most];
            let before = &self.content[from..];
            let count = lz4_flex::block::decompress_into_with_dict(data, &mut made, before);
            made.truncate(count.map_err(|_| Fault::Malformed)?);
            made
        };
        if self.content.len() > back.saturating_mul(16) {
            self.content.drain(..from);
        }
        self.given = self.content.len();
        self.content.extend_from_slice(&made);
        Ok(())
    }

    fn snappy_head(&mut self, head: &[u8]) -> Result<(), Fault> {
        let [kind, lengths @ ..] = head else {
            return Err(Fault::Malformed);
        };
        let length = lengths.iter().rev();
        let length = length.fold(0, |sum, &byte| sum << 8 | usize::from(byte));
        match kind {
            // A sum of four bytes stands before the data.
            0 | 1 if (4..=SNAPPY_BLOCK * 2).contains(&length) => {
                self.await_next(Awaits::SnappyChunk { kind: *kind }, length);
            }
            0x80..=0xff if length == 0 => {}
            0x80..=0xff => self.await_next(Awaits::SnappySkip, length),
            _ => return Err(Fault::Malformed),
        }
        Ok(())
    }

    fn snappy_chunk(&mut self, chunk: &[u8], kind: u8) -> Result<(), Fault> {
        let data = chunk.get(4..).unwrap_or_default();
        self.content.clear();
        self.given = 0;
        if kind == 1 {
            self.content.extend_from_slice(data);
            return Ok(());
        }
        let length = snap::raw::decompress_len(data).map_err(|_| Fault::Malformed)?;
        if length > SNAPPY_BLOCK {
            return Err(Fault::Malformed);
        }
        self.content.resize(length, 0);
        let made = snap::raw::Decoder::new().decompress(data, &mut self.content);
        self.content.truncate(made.map_err(|_| Fault::Malformed)?);
        Ok(())
    }

    /// May the input end here? Two of the formats have no end mark.
    fn may_end(&self) -> bool {
        let between = matches!(self.awaits, Awaits::LegacyLength | Awaits::SnappyHead);
        between && self.pending.is_empty()
    }
}

impl Stage for Blocks {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Step, Fault> {
        let mut step = Step::default();
        loop {
            let ready = self.content.get(self.given..).unwrap_or_default();
            if !ready.is_empty() {
                let count = ready.len().min(out.len());
                out[..count].copy_from_slice(&ready[..count]);
                self.given += count;
                step.made = count;
                step.ended = self.ended && self.given == self.content.len();
                return Ok(step);
            }
            let rest = input.get(step.read..).unwrap_or_default();
            if self.ended || (input.is_empty() && self.may_end()) {
                step.ended = true;
                return Ok(step);
            }
            let take = rest
                .len()
                .min(self.wanted.saturating_sub(self.pending.len()));
            self.pending.extend_from_slice(&rest[..take]);
            step.read += take;
            if self.pending.len() < self.wanted {
                return Ok(step);
            }
            self.advance()?;
        }
    }
}

fn number(bytes: &[u8]) -> Result<u32, Fault> {
    let bytes = bytes.try_into().map_err(|_| Fault::Malformed)?;
    Ok(u32::from_le_bytes(bytes))
}
