//! One header block of a tar archive.

use super::BLOCK;

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberKind {
    /// A file.
    File,
    /// Another name of a member before it.
    HardLink,
    /// A symbolic link.
    SymLink,
    /// A character or block device.
    Device,
    /// A folder.
    Folder,
    /// A named pipe.
    Fifo,
    /// A file of which only the parts that are no zeros are stored.
    Sparse,
    /// pax records of the next member.
    Pax,
    /// pax records of all members.
    PaxGlobal,
    /// GNU: the name of the next member.
    LongName,
    /// GNU: the link target of the next member.
    LongLink,
    /// Something else, with data like a file's.
    Other(u8),
}

impl MemberKind {
    fn of(flag: u8) -> Self {
        match flag {
            0 | b'0' | b'7' => Self::File,
            b'1' => Self::HardLink,
            b'2' => Self::SymLink,
            b'3' | b'4' => Self::Device,
            b'5' => Self::Folder,
            b'6' => Self::Fifo,
            b'S' => Self::Sparse,
            b'x' | b'X' => Self::Pax,
            b'g' => Self::PaxGlobal,
            b'L' => Self::LongName,
            b'K' => Self::LongLink,
            other => Self::Other(other),
        }
    }

    /// Does data follow the header? As Python's tarfile sees it.
    pub fn has_data(self) -> bool {
        matches!(self, Self::File | Self::Sparse | Self::Other(_))
    }
}

/// The fields of a header.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) name: Vec<u8>,
    pub(super) link: Vec<u8>,
    /// Owner names, and where in the block they stand.
    pub(super) user: (Vec<u8>, u64),
    pub(super) group: (Vec<u8>, u64),
    pub(super) kind: MemberKind,
    /// The type flag is that of the oldest archives.
    pub(super) old: bool,
    pub(super) size: u64,
    /// Blocks of a sparse map follow.
    pub(super) sparse_goes_on: bool,
}

impl Header {
    /// `None` when the checksum or the size is wrong.
    pub(super) fn read(block: &[u8; BLOCK as usize]) -> Option<Self> {
        if !has_checksum(block) {
            return None;
        }
        let flag = block[156];
        let kind = MemberKind::of(flag);
        let (ustar, gnu) = (
            &block[257..263] == b"ustar\0",
            &block[257..263] == b"ustar ",
        );
        let mut name = text(&block[..100]);
        // GNU archives keep other things where ustar has a prefix.
        let prefix = text(&block[345..500]);
        if ustar && !prefix.is_empty() {
            name = [&prefix[..], b"/", &name[..]].concat();
        }
        let owner = |from: usize| {
            let known = ustar || gnu;
            let value = if known {
                text(&block[from..from + 32])
            } else {
                Vec::new()
            };
            (value, from as u64)
        };
        Some(Self {
            name,
            link: text(&block[157..257]),
            user: owner(265),
            group: owner(297),
            kind,
            old: flag == 0,
            size: number(&block[124..136])?,
            sparse_goes_on: kind == MemberKind::Sparse && block[482] != 0,
        })
    }
}

/// Whether `head` starts a tar archive: the magic of ustar, or the checksum of
/// the older ones.
pub fn looks_like(head: &[u8]) -> bool {
    let Some(block) = head.first_chunk::<{ BLOCK as usize }>() else {
        return false;
    };
    let named = block[0] != 0;
    let flagged = matches!(block[156], 0 | b'0'..=b'7' | b'A'..=b'Z' | b'g' | b'x');
    let magic = &block[257..262] == b"ustar" && matches!(block[262], 0 | b' ');
    let empty_name = magic && block[345] != 0;
    (named || empty_name) && flagged && (magic || has_checksum(block))
}

/// Is the sum of the block what it says, by signed or unsigned bytes?
fn has_checksum(block: &[u8; BLOCK as usize]) -> bool {
    let Some(written) = number(&block[148..156]) else {
        return false;
    };
    let spaced = |at: usize, byte: u8| if (148..156).contains(&at) { b' ' } else { byte };
    let bytes = || block.iter().enumerate().map(|(at, &byte)| spaced(at, byte));
    let unsigned: u64 = bytes().map(u64::from).sum();
    let signed: i64 = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
    written == unsigned || i64::try_from(written) == Ok(signed)
}

/// Up to the first zero.
fn text(field: &[u8]) -> Vec<u8> {
    let end = memchr::memchr(0, field).unwrap_or(field.len());
    field[..end].to_vec()
}

/// An octal number, or a binary one where the first bit is set.
fn number(field: &[u8]) -> Option<u64> {
    if let [0x80, rest @ ..] = field {
        let (high, low) = rest.split_at(rest.len().checked_sub(8)?);
        let low = u64::from_be_bytes(low.try_into().ok()?);
        return high.iter().all(|&byte| byte == 0).then_some(low);
    }
    let end = memchr::memchr(0, field).unwrap_or(field.len());
    let digits = field[..end].trim_ascii();
    let digits = std::str::from_utf8(digits).ok()?;
    if digits.is_empty() {
        return Some(0);
    }
    u64::from_str_radix(digits, 8).ok()
}
