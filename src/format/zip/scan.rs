//! Looks for members that the central directory does not list.
//!
//! A range of the file that no listed member accounts for enters; members with a
//! local header in it leave.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::{Directory, LOCAL, LOCAL_SIZE, Member, NAME, u16_at, u32_at, widen};
use crate::format::FormatError;
use crate::format::bytes::Bytes;

/// Highest compression method in use.
const METHODS: u16 = 99;

/// Sizes follow the data, says this flag.
const SIZES_FOLLOW: u16 = 8;

/// Scans one gap.
pub(super) fn gap<R: Read + Seek>(
    reader: &mut R,
    gap: Range<u64>,
    directory: &mut Directory,
) -> Result<(), FormatError> {
    // Data descriptors are shorter than a header: most gaps end here.
    if gap.end - gap.start < LOCAL_SIZE as u64 {
        return Ok(());
    }
    reader.seek(SeekFrom::Start(gap.start))?;
    let mut bytes = Bytes::new(reader.take(gap.end - gap.start));
    let mut open_ended = false;
    loop {
        // Room for a whole header, so that none is missed on a border.
        bytes.lookahead(LOCAL_SIZE)?;
        let window = bytes.chunk()?;
        let Some(found) = memchr::memmem::find(window, &LOCAL) else {
            let passed = window.len().saturating_sub(LOCAL.len() - 1);
            if passed == 0 {
                return Ok(());
            }
            bytes.consume(passed);
            continue;
        };
        bytes.consume(found);
        let header = gap.start + bytes.offset();
        let Some(member) = local_header(&mut bytes, &gap)? else {
            bytes.consume(LOCAL.len());
            continue;
        };
        if open_ended {
            end_before(directory.members.last_mut(), header);
        }
        open_ended = member.compressed == u64::MAX;
        if !open_ended {
            bytes.skip(member.compressed)?;
        }
        if !directory.admit(clamped(member, &gap)) {
            return Ok(());
        }
    }
}

/// The member whose local header stands here, the header passed; `None`, and
/// nothing passed, when it is none.
fn local_header<R: Read>(
    bytes: &mut Bytes<R>,
    gap: &Range<u64>,
) -> Result<Option<Member>, FormatError> {
    let header = gap.start + bytes.offset();
    let fixed: [u8; LOCAL_SIZE] = match bytes.lookahead(LOCAL_SIZE)?.try_into() {
        Ok(fixed) => fixed,
        Err(_) => return Ok(None),
    };
    let name_len = u64::from(u16_at(&fixed, 26));
    let extra_len = u64::from(u16_at(&fixed, 28));
    let method = u16_at(&fixed, 8);
    let data = header + LOCAL_SIZE as u64 + name_len + extra_len;
    if data > gap.end || method > METHODS {
        return Ok(None);
    }
    bytes.consume(LOCAL_SIZE);
    let (mut name, mut extra) = (Vec::new(), Vec::new());
    bytes.append(&mut name, name_len.min(NAME as u64))?;
    bytes.skip(name_len.saturating_sub(NAME as u64))?;
    bytes.append(&mut extra, extra_len)?;
    let short = [u32_at(&fixed, 22), u32_at(&fixed, 18)];
    let mut wide = [0; 2];
    widen(&extra, &short, &mut wide);
    let [size, mut compressed] = wide;
    let flags = u16_at(&fixed, 6);
    if compressed == 0 && flags & SIZES_FOLLOW != 0 {
        compressed = u64::MAX;
    }
    Ok(Some(Member {
        name,
        header,
        offset: Some(data),
        compressed,
        size,
        method,
        encrypted: flags & 1 != 0,
        flags,
        symlink: false,
        unlisted: true,
    }))
}

/// Deflated data knows its own end; stored data of unknown size ends at the next
/// header at the latest.
fn end_before(member: Option<&mut Member>, header: u64) {
    if let Some(member) = member.filter(|member| member.method == 0) {
        let room = header.saturating_sub(member.offset.unwrap_or(header));
        member.compressed = member.compressed.min(room);
    }
}

fn clamped(mut member: Member, gap: &Range<u64>) -> Member {
    let room = gap.end.saturating_sub(member.offset.unwrap_or(gap.end));
    member.compressed = member.compressed.min(room);
    member
}
