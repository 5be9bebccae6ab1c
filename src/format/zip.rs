//! Reads zip archives as a suspicious reader must.
//!
//! A seekable reader enters; all members leave, those of the central directory
//! and those that only a local header knows. Checksums and flags are not
//! believed, since loaders of models ignore them.

mod central;
mod inflate;
mod scan;
#[cfg(test)]
mod tests;

use std::io::{self, Read, Seek, SeekFrom, Take};
use std::ops::Range;

use super::FormatError;
use inflate::Inflate;

/// Most members delivered.
const MEMBERS: usize = 100_000;

/// Longest name kept, and most bytes of names altogether.
const NAME: usize = 4096;
const NAMES: usize = 16 * 1024 * 1024;

const LOCAL: [u8; 4] = *b"PK\x03\x04";
const LOCAL_SIZE: usize = 30;

/// The members of an archive.
#[derive(Debug, Default)]
pub struct Directory {
    /// First as the central directory lists them, then the unlisted ones in the
    /// order of the file.
    pub members: Vec<Member>,
    /// Why members may be missing from the list, if they may.
    pub incomplete: Option<FormatError>,
    name_bytes: usize,
}

/// One member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name as written, at most 4 KiB of it.
    pub name: Vec<u8>,
    /// Offset of the local header.
    pub header: u64,
    /// Offset of the data; `None` when there is no local header at `header`.
    pub offset: Option<u64>,
    /// Bytes of data in the file, never more than the file holds.
    pub compressed: u64,
    /// Bytes after decompression, as claimed.
    pub size: u64,
    /// The compression method: 0 stored, 8 deflated.
    pub method: u16,
    /// Flagged as encrypted, which may be untrue.
    pub encrypted: bool,
    /// Missing in the central directory.
    pub unlisted: bool,
}

impl Member {
    /// Where a stored member's bytes stand in the file.
    pub fn stored_range(&self) -> Option<Range<u64>> {
        let offset = self.offset.filter(|_| self.method == 0)?;
        Some(offset..offset + self.compressed)
    }
}

/// How much a deflated member may yield.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes.
    pub bytes: u64,
    /// Most bytes per compressed byte, once there is more than 1 MiB.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 256 * 1024 * 1024,
            ratio: 200,
        }
    }
}

/// Lists the members. An error means that nothing of a zip was found.
pub fn read_directory<R: Read + Seek>(reader: &mut R) -> Result<Directory, FormatError> {
    let file_len = reader.seek(SeekFrom::End(0))?;
    let mut directory = Directory::default();
    let central = central::read(reader, file_len, &mut directory)?;
    let mut covered: Vec<Range<u64>> = central.iter().cloned().collect();
    for member in &mut directory.members {
        covered.extend(find_data(reader, file_len, member)?);
    }
    covered.sort_by_key(|range| range.start);
    let mut from = 0;
    // What lies behind the last one is a gap as well.
    covered.push(file_len..file_len);
    for range in covered {
        if range.start > from {
            scan::gap(reader, from..range.start, &mut directory)?;
        }
        from = from.max(range.end);
    }
    if central.is_none() {
        if directory.members.is_empty() {
            return Err(FormatError::Malformed {
                what: "zip archive",
                offset: 0,
            });
        }
        // The directory stands last: a file cut short has lost it, and nobody
        // knows how much else.
        directory.incomplete.get_or_insert(FormatError::Malformed {
            what: "zip central directory",
            offset: file_len,
        });
    }
    Ok(directory)
}

/// Where an archive begins that stands at the end of something else; `None`
/// where there is none. Bytes in front of it are not looked at.
pub fn appended<R: Read + Seek>(reader: &mut R) -> io::Result<Option<u64>> {
    let file_len = reader.seek(SeekFrom::End(0))?;
    Ok(central::first_member(reader, file_len)?)
}

/// The decompressed bytes of a member. Limit and format errors come as
/// `io::Error` and turn back into what they were by `FormatError::from`.
pub fn open_member<'a, R: Read + Seek>(
    reader: &'a mut R,
    member: &Member,
    limits: Limits,
) -> Result<MemberReader<'a, R>, FormatError> {
    let offset = member.offset.ok_or(FormatError::Malformed {
        what: "zip local header",
        offset: member.header,
    })?;
    reader.seek(SeekFrom::Start(offset))?;
    let data = reader.take(member.compressed);
    let inner = match member.method {
        0 => Inner::Stored(data),
        8 => Inner::Deflated(Box::new(Inflate::new(data, offset, limits))),
        _ => {
            let what = "zip compression method";
            return Err(FormatError::Unsupported { what });
        }
    };
    Ok(MemberReader { inner })
}

/// See [`open_member`].
pub struct MemberReader<'a, R> {
    inner: Inner<'a, R>,
}

enum Inner<'a, R> {
    Stored(Take<&'a mut R>),
    Deflated(Box<Inflate<Take<&'a mut R>>>),
}

impl<R: Read> Read for MemberReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.inner {
            Inner::Stored(data) => data.read(buffer),
            Inner::Deflated(data) => data.read(buffer),
        }
    }
}

impl Directory {
    /// Takes a member in; `false` when a limit is reached.
    fn admit(&mut self, member: Member) -> bool {
        self.name_bytes += member.name.len();
        let fits = self.members.len() < MEMBERS && self.name_bytes <= NAMES;
        if fits {
            self.members.push(member);
        } else {
            let what = "number of zip members or length of their names";
            self.incomplete = Some(FormatError::Limit { what });
        }
        fits
    }
}

/// Reads the local header of a listed member: fills in where its data is, and
/// answers the range of the file that is accounted for by it.
fn find_data<R: Read + Seek>(
    reader: &mut R,
    file_len: u64,
    member: &mut Member,
) -> io::Result<Option<Range<u64>>> {
    // Some systems refuse to seek to what a hostile offset says.
    if member.header >= file_len {
        return Ok(None);
    }
    let mut fixed = [0; LOCAL_SIZE];
    let read = read_at(reader, member.header, &mut fixed)?;
    if read < LOCAL_SIZE || !fixed.starts_with(&LOCAL) {
        return Ok(None);
    }
    let variable = u64::from(u16_at(&fixed, 26)) + u64::from(u16_at(&fixed, 28));
    let data = member.header + LOCAL_SIZE as u64 + variable;
    if data > file_len {
        return Ok(None);
    }
    member.offset = Some(data);
    member.compressed = member.compressed.min(file_len - data);
    // Where the two headers disagree the smaller size counts, so that a listed
    // member cannot hide an unlisted one behind a large claim.
    let local = match u32_at(&fixed, 18) {
        0 | u32::MAX => u64::MAX,
        size => u64::from(size),
    };
    Ok(Some(member.header..data + member.compressed.min(local)))
}

/// Reads at a position; fewer bytes only at the end of the file.
fn read_at<R: Read + Seek>(reader: &mut R, at: u64, out: &mut [u8]) -> io::Result<usize> {
    reader.seek(SeekFrom::Start(at))?;
    let mut filled = 0;
    while filled < out.len() {
        match reader.read(&mut out[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The sizes and offset of a header, by way of its Zip64 field where the short
/// ones are full. `short` and `wide` are in the order of that field.
fn widen(extra: &[u8], short: &[u32], wide: &mut [u64]) {
    let mut rest = extra;
    let mut zip64: &[u8] = &[];
    while let [a, b, c, d, tail @ ..] = rest {
        let length = usize::from(u16::from_le_bytes([*c, *d])).min(tail.len());
        if u16::from_le_bytes([*a, *b]) == 1 {
            zip64 = &tail[..length];
            break;
        }
        rest = &tail[length..];
    }
    for (short, wide) in short.iter().zip(wide) {
        *wide = u64::from(*short);
        if *short == u32::MAX {
            if let Some((value, tail)) = zip64.split_first_chunk::<8>() {
                *wide = u64::from_le_bytes(*value);
                zip64 = tail;
            }
        }
    }
}

/// A field of a header; headers are read whole before their fields are.
fn field<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let found = bytes.get(at..).and_then(|tail| tail.first_chunk());
    found.copied().unwrap_or([0; N])
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(field(bytes, at))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(field(bytes, at))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(field(bytes, at))
}
