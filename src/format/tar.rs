//! Walks tar archives: v7, ustar, GNU and pax.
//!
//! A reader that need not seek enters, header by header; members with their
//! names, links, owners and extended texts leave, and what is wrong with the
//! archive as a whole.

mod header;
mod pax;
mod problems;
#[cfg(test)]
mod tests;

use std::io::{self, Read};

use super::FormatError;
use header::Header;
use problems::Problems;

pub use header::{MemberKind, looks_like};
pub use problems::Problem;

/// Everything is padded to blocks of this size.
pub const BLOCK: u64 = 512;

/// Most bytes kept of the extended headers of one member, and longest name.
const EXTENDED: u64 = 1 << 20;

/// Most extended headers before one member: real ones have three at most.
const HEADERS: usize = 64;

/// A text of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its key: `uname`, `gname`, or that of a pax record.
    pub key: String,
    /// The value.
    pub value: Vec<u8>,
    /// Place of the value in the archive.
    pub offset: u64,
}

/// One member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name, with the path.
    pub name: Vec<u8>,
    /// Target of a link; else empty.
    pub link: Vec<u8>,
    /// What it is.
    pub kind: MemberKind,
    /// Offset of its own header.
    pub header: u64,
    /// Offset of its data.
    pub offset: u64,
    /// Bytes of data in the archive, as claimed.
    pub size: u64,
    /// Owner names and pax records, beside name and link.
    pub texts: Vec<Text>,
    /// It stands behind the end mark, where most readers stop.
    pub behind_end: bool,
}

/// The state between two members.
#[derive(Debug, Default)]
pub struct Walk {
    /// Where the reader must stand for the next header.
    offset: u64,
    /// What is in force for all members, of pax `g` headers.
    global: pax::Records,
    zeros: u64,
    rejected: Vec<u8>,
    problems: Problems,
}

impl Walk {
    /// At the start of an archive.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the next header is expected. Before the next call the caller takes
    /// the reader there, past the data of the member at hand.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The block that was no header, after an error: it has been read.
    pub fn rejected(&self) -> &[u8] {
        &self.rejected
    }

    /// What is wrong with the archive, as far as it was walked.
    pub fn problems(&self) -> Vec<Problem> {
        self.problems.list()
    }

    /// The next member; `None` at the end. An error tells at which offset
    /// foreign bytes begin; [`Self::offset`] stays there.
    pub fn next(&mut self, reader: &mut dyn Read) -> Result<Option<Member>, FormatError> {
        let mut own = pax::Records::default();
        for _ in 0..HEADERS {
            let Some(header) = self.header(reader)? else {
                return Ok(None);
            };
            let at = self.offset;
            let data = at.saturating_add(BLOCK);
            match header.kind {
                MemberKind::Pax | MemberKind::LongName | MemberKind::LongLink => {
                    let bytes = self.extended(reader, &header)?;
                    own.take(header.kind, &bytes, data);
                }
                MemberKind::PaxGlobal => {
                    let bytes = self.extended(reader, &header)?;
                    self.global.take(MemberKind::Pax, &bytes, data);
                    // Told once, with the member that follows; in force for all.
                    own.texts.append(&mut self.global.texts);
                }
                _ => return self.member(reader, &header, own).map(Some),
            }
        }
        Err(FormatError::Limit {
            what: "extended headers of a tar member",
        })
    }

    /// The next header that is not all zeros.
    fn header(&mut self, reader: &mut dyn Read) -> Result<Option<Header>, FormatError> {
        loop {
            let mut block = [0; BLOCK as usize];
            let count = fill(reader, &mut block)?;
            if block.iter().all(|&byte| byte == 0) {
                if count < block.len() {
                    return Ok(None);
                }
                self.zeros += 1;
                self.offset = self.offset.saturating_add(BLOCK);
                continue;
            }
            let offset = self.offset;
            let what = "tar header";
            if count < block.len() {
                return Err(FormatError::Truncated { what, offset });
            }
            return match Header::read(&block) {
                Some(header) => Ok(Some(header)),
                None => {
                    self.rejected = block.to_vec();
                    Err(FormatError::Malformed { what, offset })
                }
            };
        }
    }

    /// Reads the data of an extended header, and goes behind it.
    fn extended(&mut self, reader: &mut dyn Read, header: &Header) -> Result<Vec<u8>, FormatError> {
        let at = self.offset;
        if header.size > EXTENDED {
            let what = "length of an extended tar header";
            return Err(FormatError::Limit { what });
        }
        let mut bytes = Vec::new();
        let padded = header.size.next_multiple_of(BLOCK);
        let read = reader.take(padded).read_to_end(&mut bytes)? as u64;
        if read < header.size {
            let (what, offset) = ("extended tar header", at);
            return Err(FormatError::Truncated { what, offset });
        }
        bytes.truncate(header.size as usize);
        self.offset = at.saturating_add(BLOCK).saturating_add(padded);
        Ok(bytes)
    }

    fn member(
        &mut self,
        reader: &mut dyn Read,
        header: &Header,
        own: pax::Records,
    ) -> Result<Member, FormatError> {
        let at = self.offset;
        let mut data = at.saturating_add(BLOCK);
        if header.sparse_goes_on {
            data = data.saturating_add(pass_sparse_map(reader, at)?);
        }
        let mut texts = own.texts;
        for (key, (value, offset)) in [("uname", &header.user), ("gname", &header.group)] {
            if !value.is_empty() && !texts.iter().any(|text| text.key == key) {
                texts.push(Text {
                    key: key.to_owned(),
                    value: value.clone(),
                    offset: at.saturating_add(*offset),
                });
            }
        }
        let name = own.name.or_else(|| self.global.name.clone());
        let link = own.link.or_else(|| self.global.link.clone());
        let claimed = own.size.or(self.global.size).unwrap_or(header.size);
        let mut kind = header.kind;
        let name = name.unwrap_or_else(|| header.name.clone());
        if kind == MemberKind::File && header.old && name.ends_with(b"/") {
            kind = MemberKind::Folder;
        }
        let size = if kind.has_data() { claimed } else { 0 };
        let Some(end) = size
            .checked_next_multiple_of(BLOCK)
            .and_then(|padded| data.checked_add(padded))
        else {
            let (what, offset) = ("size of a tar member", at);
            return Err(FormatError::Malformed { what, offset });
        };
        let member = Member {
            name,
            link: link.unwrap_or_else(|| header.link.clone()),
            kind,
            header: at,
            offset: data,
            size,
            texts,
            behind_end: self.zeros > 0,
        };
        self.problems.look_at(&member, claimed);
        self.offset = end;
        Ok(member)
    }
}

/// The map of an old GNU sparse member goes on in blocks of its own; answers
/// their bytes.
fn pass_sparse_map(reader: &mut dyn Read, at: u64) -> Result<u64, FormatError> {
    let mut passed = 0u64;
    loop {
        let mut block = [0; BLOCK as usize];
        if fill(reader, &mut block)? < block.len() {
            let (what, offset) = ("sparse map of a tar member", at);
            return Err(FormatError::Truncated { what, offset });
        }
        passed = passed.saturating_add(BLOCK);
        if block[504] == 0 {
            return Ok(passed);
        }
    }
}

/// Fills a block; fewer bytes only at the end.
fn fill(reader: &mut dyn Read, block: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < block.len() {
        match reader.read(&mut block[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
