//! Archives that are recognised but not opened.
//!
//! The first bytes enter, the name of the format leaves, so that a report can
//! say what was not looked into.

/// A format without a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Foreign {
    /// RAR, old and new.
    Rar,
    /// Microsoft cabinet.
    Cab,
    /// ZPAQ.
    Zpaq,
    /// Xar, as of macOS packages.
    Xar,
    /// LHA.
    Lha,
    /// ACE.
    Ace,
    /// ARJ.
    Arj,
    /// The `compress` program of Unix.
    Compress,
    /// lzip.
    Lzip,
    /// lrzip.
    Lrzip,
    /// lzop.
    Lzop,
    /// Unix `ar`, Debian packages included.
    Ar,
    /// RPM package.
    Rpm,
    /// cpio.
    Cpio,
    /// Squashfs image.
    Squashfs,
}

impl Foreign {
    /// Its name in sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rar => "a RAR archive",
            Self::Cab => "a cabinet archive",
            Self::Zpaq => "a ZPAQ archive",
            Self::Xar => "an xar archive",
            Self::Lha => "an LHA archive",
            Self::Ace => "an ACE archive",
            Self::Arj => "an ARJ archive",
            Self::Compress => "a compress (.Z) file",
            Self::Lzip => "an lzip file",
            Self::Lrzip => "an lrzip file",
            Self::Lzop => "an lzop file",
            Self::Ar => "an ar archive",
            Self::Rpm => "an RPM package",
            Self::Cpio => "a cpio archive",
            Self::Squashfs => "a squashfs image",
        }
    }
}

/// What `head` starts.
pub fn looks_like(head: &[u8]) -> Option<Foreign> {
    match head {
        [b'R', b'a', b'r', b'!', 0x1a, 7, 0 | 1, ..] => Some(Foreign::Rar),
        [b'M', b'S', b'C', b'F', 0, 0, 0, 0, ..] => Some(Foreign::Cab),
        [b'z', b'P', b'Q', 1 | 2, ..] => Some(Foreign::Zpaq),
        [b'7', b'k', b'S', b't', 0xa0, 0x31, 0x83, 0xd3, ..] => Some(Foreign::Zpaq),
        [b'x', b'a', b'r', b'!', 0, 28, ..] => Some(Foreign::Xar),
        [_, _, b'-', b'l', b'h', b'0'..=b'7' | b'd', b'-', ..] => Some(Foreign::Lha),
        [
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            b'*',
            b'*',
            b'A',
            b'C',
            b'E',
            b'*',
            b'*',
            ..,
        ] => Some(Foreign::Ace),
        [0x60, 0xea, low, high, ..] if is_arj(*low, *high) => Some(Foreign::Arj),
        [0x1f, 0x9d, 0x89..=0x90, ..] => Some(Foreign::Compress),
        [b'L', b'Z', b'I', b'P', 0 | 1, ..] => Some(Foreign::Lzip),
        [b'L', b'R', b'Z', b'I', 0, ..] => Some(Foreign::Lrzip),
        [0x89, b'L', b'Z', b'O', 0, b'\r', b'\n', 0x1a, b'\n', ..] => Some(Foreign::Lzop),
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', b'\n', ..] => Some(Foreign::Ar),
        [0xed, 0xab, 0xee, 0xdb, ..] => Some(Foreign::Rpm),
        [b'0', b'7', b'0', b'7', b'0', b'1' | b'2' | b'7', rest @ ..] if is_digits(rest) => {
            Some(Foreign::Cpio)
        }
        [b'h', b's', b'q', b's', ..] if is_squashfs(head) => Some(Foreign::Squashfs),
        _ => None,
    }
}

/// The size of the first header is small.
fn is_arj(low: u8, high: u8) -> bool {
    (30..=2600).contains(&u16::from_le_bytes([low, high]))
}

fn is_digits(rest: &[u8]) -> bool {
    let fields = rest.get(..70).unwrap_or_default();
    !fields.is_empty() && fields.iter().all(u8::is_ascii_hexdigit)
}

/// Version 4.0.
fn is_squashfs(head: &[u8]) -> bool {
    head.get(28..32) == Some(&[4, 0, 0, 0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magics() {
        assert_eq!(looks_like(b"Rar!\x1a\x07\x00rest"), Some(Foreign::Rar));
        assert_eq!(looks_like(b"Rar!\x1a\x07\x01\x00"), Some(Foreign::Rar));
        assert_eq!(looks_like(b"MSCF\0\0\0\0"), Some(Foreign::Cab));
        assert_eq!(looks_like(b"!<arch>\ndebian-binary"), Some(Foreign::Ar));
        assert_eq!(looks_like(b"LZIP files are fine"), None);
        assert_eq!(looks_like(b"070701 is a number"), None);
        assert_eq!(looks_like(b"Rar! it says"), None);
        assert_eq!(looks_like(b""), None);
    }
}
