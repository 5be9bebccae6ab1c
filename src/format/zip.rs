//! Reads zip archives as a suspicious reader must.
//!
//! A seekable reader enters; all members leave, those of the central directory
//! and those that only a local header knows. Checksums and flags are not
//! believed, since loaders of models ignore them.

mod central;
mod member;
mod problems;
mod scan;
#[cfg(test)]
mod tests;

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::FormatError;
use problems::{Problems, runs};

pub use member::{MemberReader, open_member};
pub use problems::Problem;

/// Most members delivered.
const MEMBERS: usize = 100_000;

/// Longest name kept, and most bytes of names altogether.
const NAME: usize = 4096;
const NAMES: usize = 16 * 1024 * 1024;

/// Most bytes of comments kept, and most gaps.
const COMMENTS: usize = 8 * 1024 * 1024;
const GAPS: usize = 10_000;

/// Longest data descriptor: what follows a member of a size unknown before.
const DESCRIPTOR: u64 = 24;

const LOCAL: [u8; 4] = *b"PK\x03\x04";
const LOCAL_SIZE: usize = 30;

/// The members of an archive.
#[derive(Debug, Default)]
pub struct Directory {
    /// First as the central directory lists them, then the unlisted ones in the
    /// order of the file.
    pub members: Vec<Member>,
    /// Most of them.
    most: usize,
    /// Why members may be missing from the list, if they may.
    pub incomplete: Option<FormatError>,
    /// Comments of the archive and of members.
    pub comments: Vec<Comment>,
    /// Stretches of the file that belong to nothing.
    pub gaps: Vec<Range<u64>>,
    /// What is wrong with the archive.
    pub problems: Vec<Problem>,
    name_bytes: usize,
    comment_bytes: usize,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Place of the first one in the file.
    pub offset: u64,
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
    /// The compression method: 0 stored, 8 deflated, others in the zip format's
    /// own numbers.
    pub method: u16,
    /// Flagged as encrypted, which may be untrue.
    pub encrypted: bool,
    /// All flags.
    pub flags: u16,
    /// A symbolic link, whose target is the content.
    pub symlink: bool,
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
    /// Most bytes per compressed byte, once there is more than 16 MiB.
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

/// Lists the members, at most 100,000. An error means that nothing of a zip was
/// found.
pub fn read_directory<R: Read + Seek>(reader: &mut R) -> Result<Directory, FormatError> {
    read_members(reader, MEMBERS)
}

/// The same with another limit.
pub fn read_members<R: Read + Seek>(reader: &mut R, most: usize) -> Result<Directory, FormatError> {
    let file_len = reader.seek(SeekFrom::End(0))?;
    let mut directory = Directory::of_at_most(most);
    let central = central::read(reader, file_len, &mut directory)?;
    let mut problems = Problems::default();
    let mut covered = Vec::new();
    for member in &mut directory.members {
        match find_data(reader, file_len, member, &mut problems)? {
            Some(range) => covered.push(range),
            None => problems.missing(member),
        }
    }
    covered.sort_by_key(|range| range.start);
    problems.overlaps(&covered);
    let first = covered.first().map(|range| range.start);
    covered.extend(central.iter().flat_map(|central| central.ranges.clone()));
    covered.sort_by_key(|range| range.start);
    // What lies behind the last one is a gap as well.
    covered.push(file_len..file_len);
    let mut from = 0;
    for range in &covered {
        if range.start > from {
            let known = directory.members.len();
            scan::gap(reader, from..range.start, &mut directory)?;
            let held = directory.members.len() > known;
            directory.note_gap(from..range.start, held);
        }
        from = from.max(range.end);
    }
    directory.problems = problems.list(&directory);
    if let Some(length) = first.filter(|&first| first > 0) {
        let mut head = [0; 4];
        read_at(reader, 0, &mut head)?;
        let runs = runs(&head);
        // What is a member there is told as one.
        if !head.starts_with(b"PK") {
            directory.problems.push(Problem::Prefix { length, runs });
        }
    }
    let inside = |at: &u64| covered.iter().any(|range| range.contains(at));
    let second = central.iter().flat_map(|central| central.others.iter());
    if let Some(&at) = second
        .copied()
        .collect::<Vec<_>>()
        .iter()
        .find(|at| !inside(at))
    {
        directory.problems.push(Problem::TwoDirectories { at });
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

impl Directory {
    /// Keeps a gap, unless it is a data descriptor or made of members.
    fn note_gap(&mut self, gap: Range<u64>, held: bool) {
        if held || gap.end - gap.start <= DESCRIPTOR {
            return;
        }
        if self.gaps.len() < GAPS {
            self.gaps.push(gap);
        } else {
            self.limit("number of gaps between zip members");
        }
    }

    /// Keeps a comment.
    fn note_comment(&mut self, bytes: Vec<u8>, offset: u64) {
        if bytes.is_empty() {
            return;
        }
        if self.comment_bytes.saturating_add(bytes.len()) > COMMENTS {
            return self.limit("length of zip comments");
        }
        self.comment_bytes += bytes.len();
        self.comments.push(Comment { bytes, offset });
    }

    fn limit(&mut self, what: &'static str) {
        self.incomplete.get_or_insert(FormatError::Limit { what });
    }

    /// An empty list that takes so many members.
    fn of_at_most(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// Takes a member in; `false` when a limit is reached.
    fn admit(&mut self, member: Member) -> bool {
        self.name_bytes += member.name.len();
        let fits = self.members.len() < self.most && self.name_bytes <= NAMES;
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
    problems: &mut Problems,
) -> io::Result<Option<Range<u64>>> {
    // Some systems refuse to seek to what a hostile offset says.
    if member.header >= file_len {
        return Ok(None);
    }
    let mut header = vec![0; LOCAL_SIZE + member.name.len()];
    let read = read_at(reader, member.header, &mut header)?;
    let (fixed, name) = header.split_at(LOCAL_SIZE);
    if read < LOCAL_SIZE || !fixed.starts_with(&LOCAL) {
        return Ok(None);
    }
    let variable = u64::from(u16_at(fixed, 26)) + u64::from(u16_at(fixed, 28));
    let data = member.header + LOCAL_SIZE as u64 + variable;
    if data > file_len {
        return Ok(None);
    }
    problems.compare(member, fixed, name);
    member.offset = Some(data);
    member.compressed = member.compressed.min(file_len - data);
    // Where the two headers disagree the smaller size counts, so that a listed
    // member cannot hide an unlisted one behind a large claim.
    let local = match u32_at(fixed, 18) {
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
