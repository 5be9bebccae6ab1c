//! Opens the compressed streams of a 7z archive.

use std::io::{Read, Seek, SeekFrom};

use super::Folder;
use crate::format::FormatError;
use crate::format::codec::{Budget, Codec, Filter, Unpack};

/// The id of AES encryption.
pub(super) const AES: [u8; 4] = [6, 0xf1, 7, 1];

/// One method of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coder {
    pub(super) id: Vec<u8>,
    pub(super) props: Vec<u8>,
    /// Bytes it yields.
    pub(super) size: u64,
}

/// The content of all members of a folder, one behind the other.
pub fn open_folder<'a, R: Read + Seek>(
    reader: &'a mut R,
    folder: &Folder,
    budget: Budget,
) -> Result<Box<dyn Read + 'a>, FormatError> {
    if folder.encrypted() {
        let what = "7z encryption";
        return Err(FormatError::Unsupported { what });
    }
    let Some(coders) = &folder.coders else {
        let what = "7z streams woven into each other";
        return Err(FormatError::Unsupported { what });
    };
    let start = folder.packed.start;
    reader.seek(SeekFrom::Start(start))?;
    let mut content: Box<dyn Read + 'a> =
        Box::new(reader.take(folder.packed.end.saturating_sub(start)));
    let mut coders = coders.iter().peekable();
    while let Some(coder) = coders.next() {
        if coder.id == [0] {
            continue;
        }
        let next = coders.peek().and_then(|next| filter(next));
        let codec = codec(coder, next)?;
        if next.is_some() {
            coders.next();
        }
        // What one method hands to the next is seen by nobody who counts it.
        let between = coders.peek().is_some();
        let packed = folder.packed.end.saturating_sub(start);
        let budget = Budget {
            bytes: if between {
                budget.bytes.min(packed.saturating_mul(budget.ratio))
            } else {
                budget.bytes
            },
            ..budget
        };
        content = Box::new(Unpack::new(content, start, codec, budget)?);
    }
    Ok(content)
}

fn codec(coder: &Coder, filter: Option<Filter>) -> Result<Codec, FormatError> {
    let what = "7z compression method";
    let plain = match (&coder.id[..], &coder.props[..]) {
        ([3, 1, 1], [props, a, b, c, d, ..]) => {
            return Ok(Codec::Lzma {
                props: *props,
                dictionary: u32::from_le_bytes([*a, *b, *c, *d]),
                size: coder.size,
                filter,
            });
        }
        ([0x21], [bits, ..]) => {
            // No more is needed than there is content.
            let content = u32::try_from(coder.size).unwrap_or(u32::MAX);
            let dictionary = dictionary(*bits).min(content.max(4096));
            return Ok(Codec::Lzma2 { dictionary, filter });
        }
        ([4, 1, 8], _) => Codec::Deflate,
        ([4, 2, 2], _) => Codec::Bzip2,
        ([4, 0xf7, 0x11, 1], _) => Codec::Zstd,
        _ => return Err(FormatError::Unsupported { what }),
    };
    match filter {
        None => Ok(plain),
        Some(_) => Err(FormatError::Unsupported { what }),
    }
}

/// The size of a dictionary of LZMA2, from its one byte.
fn dictionary(bits: u8) -> u32 {
    match bits {
        0..40 => (2 | u32::from(bits & 1)) << (bits / 2 + 11),
        _ => u32::MAX,
    }
}

fn filter(coder: &Coder) -> Option<Filter> {
    Some(match coder.id[..] {
        [3] => Filter::Delta(u32::from(*coder.props.first()?) + 1),
        [4] | [3, 3, 1, 3] => Filter::X86,
        [5] | [3, 3, 2, 5] => Filter::PowerPc,
        [6] | [3, 3, 4, 1] => Filter::Itanium,
        [7] | [3, 3, 5, 1] => Filter::Arm,
        [8] | [3, 3, 7, 1] => Filter::ArmThumb,
        [9] | [3, 3, 8, 5] => Filter::Sparc,
        [10] => Filter::Arm64,
        [11] => Filter::RiscV,
        _ => return None,
    })
}
