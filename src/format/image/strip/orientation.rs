//! How a picture is turned.
//!
//! Blocks of Exif and packets of XMP enter; the smallest Exif that says the same
//! leaves. Exif counts before XMP and the first block before the others, as
//! Pillow has it.

/// The tag, as the Exif standard numbers it.
const TAG: u16 = 0x0112;

/// How the picture at hand is turned, as far as it was read.
#[derive(Default)]
pub(super) struct Turn {
    /// There was an Exif block, and what the first one told.
    seen: bool,
    exif: Option<u16>,
    xmp: Option<u16>,
    /// Where the first of them stood, among the pieces.
    place: Option<usize>,
    /// The minimal block is there already.
    kept: bool,
}

impl Turn {
    /// Takes note of an Exif block. Answers whether it may stay as it is: the
    /// first one, and nothing but an orientation in it.
    pub(super) fn exif(&mut self, block: &[u8], place: usize) -> bool {
        if std::mem::replace(&mut self.seen, true) {
            return false;
        }
        self.exif = of_exif(block);
        self.place.get_or_insert(place);
        let turned = self.turned();
        self.kept = turned.is_some_and(|turned| minimal(turned) == block);
        self.kept
    }

    /// Takes note of a packet of XMP.
    pub(super) fn xmp(&mut self, packet: &[u8], place: usize) {
        self.xmp = self.xmp.or_else(|| of_xmp(packet));
        self.place.get_or_insert(place);
    }

    /// Is the picture turned?
    pub(super) fn is_turned(&self) -> bool {
        self.turned().is_some()
    }

    /// The Exif to write, and where, unless there is nothing to say or it stands
    /// there already.
    pub(super) fn missing(&self) -> Option<(usize, Vec<u8>)> {
        let turned = self.turned().filter(|_| !self.kept)?;
        Some((self.place?, minimal(turned)))
    }

    fn turned(&self) -> Option<u16> {
        let told = self.exif.or(self.xmp);
        told.filter(|turned| (2..=8).contains(turned))
    }
}

/// An Exif block of one tag.
fn minimal(turned: u16) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x01\0".to_vec();
    block.extend_from_slice(&TAG.to_le_bytes());
    // A short number, one of them, padded to four bytes; no further directory.
    block.extend_from_slice(&[3, 0, 1, 0, 0, 0]);
    block.extend_from_slice(&turned.to_le_bytes());
    block.extend_from_slice(&[0; 6]);
    block
}

/// What the first directory of a block tells, of whatever width the number is.
fn of_exif(block: &[u8]) -> Option<u16> {
    let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let big_endian = match block.get(..2)? {
        b"II" => false,
        b"MM" => true,
        _ => return None,
    };
    let number = |at: usize, width: usize| -> Option<usize> {
        let bytes = block.get(at..at.checked_add(width)?)?.iter();
        let add = |value: usize, &byte: &u8| (value << 8) | usize::from(byte);
        Some(if big_endian {
            bytes.fold(0, add)
        } else {
            bytes.rev().fold(0, add)
        })
    };
    let directory = number(4, 4)?;
    let entries = number(directory, 2)?;
    for index in 0..entries {
        let at = directory.checked_add(2 + 12 * index)?;
        if number(at, 2)? == usize::from(TAG) {
            let width = match number(at + 2, 2)? {
                1 => 1,
                3 => 2,
                4 => 4,
                _ => return None,
            };
            return u16::try_from(number(at + 8, width)?).ok();
        }
    }
    None
}

/// What a packet tells as an attribute or an element.
fn of_xmp(packet: &[u8]) -> Option<u16> {
    const NAME: &[u8] = b"tiff:Orientation";
    memchr::memmem::find_iter(packet, NAME).find_map(|at| match packet.get(at + NAME.len()..)? {
        [b'=', b'"', digit @ b'0'..=b'9', ..] | [b'>', digit @ b'0'..=b'9', ..] => {
            Some(u16::from(digit - b'0'))
        }
        _ => None,
    })
}
