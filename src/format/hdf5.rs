//! Reads the texts of an HDF5 file, as Keras, `PyTables`, h5py, netCDF 4 and
//! MATLAB 7.3 write them: names, attributes, and datasets of strings.
//!
//! A seekable reader enters; names, strings, links, the shapes of datasets and
//! everything that could not be read leave. Numbers are never read. The format
//! is that of the HDF Group's specification, version 4.0: superblocks 0 to 3,
//! object headers 1 and 2, groups and attributes old and new, all six kinds of
//! chunk index; of the filters deflate, shuffle, fletcher32 and LZF.

mod btree2;
mod chunks;
mod cursor;
mod dataset;
mod datatype;
mod dense;
mod extensible;
mod file;
mod filter;
mod fractal;
mod group;
mod header;
mod heap;
mod layout;
mod object;
mod storage;
mod values;
mod walk;

#[cfg(test)]
#[path = "../../tests/builders/hdf5.rs"]
pub(crate) mod builder;
#[cfg(test)]
mod tests;

use std::io::{Read, Seek};
use std::ops::Range;

use self::cursor::Cursor;
use self::file::File;
use self::walk::Walk;
use super::FormatError;

const SIGNATURE: &[u8; 8] = b"\x89HDF\r\n\x1a\n";
const SUPERBLOCK: &str = "an HDF5 superblock";

/// How far to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Most objects (groups, datasets, types) of a file.
    pub objects: usize,
    /// Bytes of the longest string.
    pub string: u64,
    /// Most bytes of one packed chunk of strings, unpacked.
    pub chunk: u64,
    /// Most bytes of all packed chunks of strings, unpacked.
    pub unpacked: u64,
    /// Most rows of each dataset; `None` for all.
    pub sample: Option<u64>,
}

/// Something found in the file. Objects are told by their path, which begins
/// with `/`.
#[derive(Debug)]
pub enum Item<'a> {
    /// A name: of an object, an attribute, a member of a type.
    Name {
        /// The object it belongs to.
        path: &'a str,
        /// The name.
        name: &'a str,
    },
    /// A dataset.
    Dataset {
        /// Its path.
        path: &'a str,
        /// Type of its elements.
        dtype: &'a str,
        /// Length of each dimension.
        shape: &'a [u64],
    },
    /// A string of a dataset or attribute.
    Value(Value<'a>),
    /// All values of the dataset or attribute were delivered.
    End,
    /// A link that does not lead to an object by its address.
    Link {
        /// Path of the link.
        path: &'a str,
        /// The other file it leads to.
        file: Option<&'a [u8]>,
        /// The path it leads to.
        target: &'a [u8],
    },
    /// Elements that are kept in another file.
    Storage {
        /// Path of the dataset.
        path: &'a str,
        /// The other file.
        file: &'a [u8],
    },
    /// Something that was not, or not wholly, read.
    Problem {
        /// The object it is about.
        path: &'a str,
        /// What is wrong.
        error: FormatError,
    },
}

/// A string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'a> {
    /// Path of the object.
    pub path: &'a str,
    /// The attribute, unless it is an element of the dataset itself.
    pub attribute: Option<&'a str>,
    /// The member of a compound type, with dots; empty where there is none.
    pub member: &'a str,
    /// Place in the first dimension.
    pub row: u64,
    /// Is it the only one of its dataset or attribute?
    pub alone: bool,
    /// The bytes, without what fills them up.
    pub bytes: &'a [u8],
    /// Their place in the file, where they stand there as they are.
    pub raw: Option<u64>,
    /// What the bytes are.
    pub form: Form,
}

/// What the bytes of a value are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text, in UTF-8 or a superset of ASCII.
    Text,
    /// Text in UTF-16, little-endian, as MATLAB writes it.
    Utf16,
    /// Bytes without a type: may be anything.
    Bytes,
}

/// What is to be said of the whole file.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Bytes unpacked.
    pub unpacked: u64,
    /// Bytes of numbers that were not read.
    pub numbers: u64,
    /// Was there any [`Item::Problem`]?
    pub problems: bool,
    /// Were rows left out because of [`Limits::sample`]?
    pub sampled: bool,
    /// Ranges of the file that belong to nothing that was found: free space,
    /// gaps, a user block, and where there were problems also what could not
    /// be reached.
    pub unknown: Vec<Range<u64>>,
    /// Were all ranges with a meaning noted? Otherwise `unknown` has some of them.
    pub all_noted: bool,
}

/// Does a file begin like an HDF5 file? There may be a block of the user's own
/// of 512 bytes, or twice, four times, … as much, before the signature.
pub fn looks_like(head: &[u8]) -> bool {
    let user_blocks = [0, 512, 1024, 2048, 4096];
    user_blocks.iter().any(|at| {
        head.get(*at..)
            .is_some_and(|rest| rest.starts_with(SIGNATURE))
    })
}

/// Reads a file of `size` bytes. Fails only where there is no root to start
/// from; everything else is an [`Item::Problem`].
pub fn read<R: Read + Seek>(
    reader: &mut R,
    size: u64,
    limits: &Limits,
    visit: &mut dyn FnMut(Item<'_>),
) -> Result<Outcome, FormatError> {
    let mut file = File::new(reader, size);
    let root = superblock(&mut file)?;
    let mut walk = Walk::new(file, limits, visit);
    walk.run(root);
    Ok(walk.outcome())
}

/// Finds the superblock and the address of the root group.
fn superblock(file: &mut File<'_>) -> Result<u64, FormatError> {
    let mut at = 0u64;
    loop {
        let found = file.bytes(at, 8, SUPERBLOCK)?;
        if found == SIGNATURE {
            break;
        }
        at = if at == 0 { 512 } else { at.saturating_mul(2) };
    }
    file.base = at;
    let bytes = file.prefix(0, 256, SUPERBLOCK)?;
    let mut cursor = Cursor::new(&bytes, at, SUPERBLOCK);
    cursor.take(8)?;
    let version = cursor.u8()?;
    let old = version < 2;
    cursor.take(match version {
        0 | 1 => 4,
        2 | 3 => 0,
        _ => {
            return Err(FormatError::Unsupported {
                what: "version of an HDF5 superblock",
            });
        }
    })?;
    file.offset_size = usize::from(cursor.u8()?);
    file.length_size = usize::from(cursor.u8()?);
    let widths = [2, 4, 8];
    if !widths.contains(&file.offset_size) || !widths.contains(&file.length_size) {
        return Err(FormatError::Unsupported {
            what: "width of the addresses of an HDF5 file",
        });
    }
    cursor.take(match version {
        0 => 1 + 8,
        1 => 1 + 12,
        _ => 1,
    })?;
    cursor.take(3 * file.offset_size)?;
    if old {
        // The driver's block, and of the root's entry the name.
        cursor.take(2 * file.offset_size)?;
    }
    let root = file.address(&mut cursor)?;
    // The rest of the entry, or a checksum.
    let rest = if old { 24 } else { 4 };
    file.note(0, (cursor.passed() + rest) as u64);
    Ok(root)
}
