//! Finds and reads the central directory.
//!
//! The file enters; the listed members, and the range the directory takes, leave.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::problems::Problems;
use super::{Directory, MEMBERS, Member, NAME, find_data, read_at, u16_at, u32_at, u64_at, widen};
use crate::format::FormatError;
use crate::format::bytes::Bytes;

const END: [u8; 4] = *b"PK\x05\x06";
const END_SIZE: usize = 22;
const END64: [u8; 4] = *b"PK\x06\x06";
const END64_SIZE: usize = 56;
const LOCATOR: [u8; 4] = *b"PK\x06\x07";
const LOCATOR_SIZE: u64 = 20;
const ENTRY: [u8; 4] = *b"PK\x01\x02";
const ENTRY_SIZE: usize = 46;

/// Most end records followed: a tail may be full of them.
const RECORDS: usize = 64;

/// The system in the upper byte of the version, and the file type in its modes.
const UNIX: u8 = 3;
const SYMLINK: u32 = 0xa;

/// The end record, and the longest comment behind it.
const TAIL: u64 = END_SIZE as u64 + u16::MAX as u64;

/// What an end record says, and where the entries really are.
struct End {
    entries: u64,
    start: u64,
    /// What to add to the offsets in the entries: the length of foreign bytes in
    /// front of the archive.
    shift: u64,
    /// Where the first of the end records stands, and the last one.
    records: u64,
    at: u64,
    /// Bytes of the comment behind.
    comment: u16,
}

/// Where the directory is.
pub(super) struct Central {
    /// What of the file it takes: the entries, the end records.
    pub(super) ranges: [Range<u64>; 2],
    /// Other end records that lead to another directory.
    pub(super) others: Vec<u64>,
}

/// Reads the members that the directory lists; answers where it is, `None` when
/// there is none.
pub(super) fn read<R: Read + Seek>(
    reader: &mut R,
    file_len: u64,
    directory: &mut Directory,
) -> Result<Option<Central>, FormatError> {
    let Some((end, others)) = find_ends(reader, file_len)? else {
        return Ok(None);
    };
    reader.seek(SeekFrom::Start(end.start))?;
    let mut bytes = Bytes::new(&mut *reader);
    let mut read = 0;
    while let Some((member, comment, at)) = entry(&mut bytes, &end)? {
        read += 1;
        directory.note_comment(comment, at);
        if !directory.admit(member) {
            break;
        }
    }
    let stop = end.start + bytes.offset();
    if read < end.entries && directory.incomplete.is_none() {
        directory.incomplete = Some(FormatError::Truncated {
            what: "the central directory of a zip",
            offset: stop,
        });
    }
    let comment_at = end.at + END_SIZE as u64;
    let mut comment = vec![0; usize::from(end.comment)];
    let held = read_at(reader, comment_at, &mut comment)?;
    comment.truncate(held);
    let records = end.records..comment_at + held as u64;
    directory.note_comment(comment, comment_at);
    Ok(Some(Central {
        ranges: [end.start..stop, records],
        others,
    }))
}

/// Where the first member stands that a directory at the end of the file
/// lists, if there is one that lists any.
pub(super) fn first_member<R: Read + Seek>(
    reader: &mut R,
    file_len: u64,
) -> Result<Option<u64>, FormatError> {
    let mut directory = Directory::of_at_most(MEMBERS);
    if read(reader, file_len, &mut directory)?.is_none() {
        return Ok(None);
    }
    let mut first = None;
    let mut problems = Problems::default();
    for member in &mut directory.members {
        if find_data(reader, file_len, member, &mut problems)?.is_some() {
            first = Some(first.unwrap_or(u64::MAX).min(member.header));
        }
    }
    Ok(first)
}

/// A member, its comment, and where that stands.
type Entry = (Member, Vec<u8>, u64);

/// One entry; `None` where something else stands.
fn entry<R: Read>(bytes: &mut Bytes<R>, end: &End) -> Result<Option<Entry>, FormatError> {
    let fixed: [u8; ENTRY_SIZE] = match bytes.lookahead(ENTRY_SIZE)?.try_into() {
        Ok(fixed) => fixed,
        Err(_) => return Ok(None),
    };
    if !fixed.starts_with(&ENTRY) {
        return Ok(None);
    }
    bytes.consume(ENTRY_SIZE);
    let name_len = u64::from(u16_at(&fixed, 28));
    let extra_len = u64::from(u16_at(&fixed, 30));
    let (mut name, mut extra) = (Vec::new(), Vec::new());
    bytes.append(&mut name, name_len.min(NAME as u64))?;
    bytes.skip(name_len.saturating_sub(NAME as u64))?;
    bytes.append(&mut extra, extra_len)?;
    let comment_at = bytes.offset();
    let mut comment = Vec::new();
    bytes.append(&mut comment, u64::from(u16_at(&fixed, 32)))?;
    let short = [u32_at(&fixed, 24), u32_at(&fixed, 20), u32_at(&fixed, 42)];
    let mut wide = [0; 3];
    widen(&extra, &short, &mut wide);
    let [size, compressed, header] = wide;
    let by_unix = fixed[5] == UNIX;
    let member = Member {
        name,
        header: header.wrapping_add(end.shift),
        offset: None,
        compressed,
        size,
        method: u16_at(&fixed, 10),
        encrypted: u16_at(&fixed, 8) & 1 != 0,
        flags: u16_at(&fixed, 8),
        symlink: by_unix && u32_at(&fixed, 38) >> 28 == SYMLINK,
        unlisted: false,
    };
    let comment_at = end.start.saturating_add(comment_at);
    Ok(Some((member, comment, comment_at)))
}

/// The last end record that leads to a directory, and where others stand that
/// lead to another one.
fn find_ends<R: Read + Seek>(reader: &mut R, file_len: u64) -> io::Result<Option<(End, Vec<u64>)>> {
    let tail_at = file_len.saturating_sub(TAIL);
    reader.seek(SeekFrom::Start(tail_at))?;
    let mut tail = Vec::new();
    (&mut *reader).take(TAIL).read_to_end(&mut tail)?;
    let mut found: Option<End> = None;
    let mut others = Vec::new();
    for at in memchr::memmem::rfind_iter(&tail, &END).take(RECORDS) {
        if tail.len() - at < END_SIZE {
            continue;
        }
        let Some(end) = resolve(reader, tail_at + at as u64, &tail[at..])? else {
            continue;
        };
        match &found {
            None => found = Some(end),
            Some(first) if first.start != end.start && end.entries > 0 => others.push(end.at),
            Some(_) => {}
        }
    }
    Ok(found.map(|found| (found, others)))
}

/// Follows the end record that stands at `at`, over to Zip64 where it says so.
fn resolve<R: Read + Seek>(reader: &mut R, at: u64, record: &[u8]) -> io::Result<Option<End>> {
    let mut end_at = at;
    let mut entries = u64::from(u16_at(record, 10));
    let mut size = u64::from(u32_at(record, 12));
    let mut offset = u64::from(u32_at(record, 16));
    if let Some((record64, at64)) = find_end64(reader, at)? {
        end_at = at64;
        entries = u64_at(&record64, 32);
        size = u64_at(&record64, 40);
        offset = u64_at(&record64, 48);
    }
    let comment = u16_at(record, 20);
    let end = |start: u64, shift: u64| End {
        entries,
        start,
        shift,
        records: end_at,
        at,
        comment,
    };
    if entries == 0 && size == 0 {
        return Ok(Some(end(end_at, 0)));
    }
    // As Python does it: the directory stands right before its end record, and
    // whatever that differs from the written offset shifts all others.
    for start in [end_at.checked_sub(size), Some(offset)] {
        let Some(start) = start.filter(|&start| start < end_at) else {
            continue;
        };
        let mut signature = [0; 4];
        read_at(reader, start, &mut signature)?;
        if signature == ENTRY {
            return Ok(Some(end(start, start.wrapping_sub(offset))));
        }
    }
    Ok(None)
}

/// The Zip64 end record and where it stands, if a locator precedes `at`.
fn find_end64<R: Read + Seek>(
    reader: &mut R,
    at: u64,
) -> io::Result<Option<([u8; END64_SIZE], u64)>> {
    let Some(locator_at) = at.checked_sub(LOCATOR_SIZE) else {
        return Ok(None);
    };
    let mut locator = [0; LOCATOR_SIZE as usize];
    read_at(reader, locator_at, &mut locator)?;
    if !locator.starts_with(&LOCATOR) {
        return Ok(None);
    }
    // With foreign bytes in front, the written offset is wrong by their length.
    let written = u64_at(&locator, 8);
    for at in [Some(written), locator_at.checked_sub(END64_SIZE as u64)] {
        let Some(at) = at.filter(|&at| at < locator_at) else {
            continue;
        };
        let mut record = [0; END64_SIZE];
        if read_at(reader, at, &mut record)? == END64_SIZE && record.starts_with(&END64) {
            return Ok(Some((record, at)));
        }
    }
    Ok(None)
}
