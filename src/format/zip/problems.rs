//! What is wrong with an archive: where two readers of it would see different
//! content.
//!
//! Loaders of models, scanners and people use different libraries. One follows
//! the central directory, another the local headers; one takes the first of two
//! members, another the last. What they disagree on is where something hides.

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::ops::Range;

use super::{Directory, Member, u16_at, u32_at};
use crate::format::member_name::escape;

/// Something that honest writers do not produce. `first` is the place of the
/// first local header concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Names that lead out of the folder.
    #[error("{count} names lead out of the folder the archive is unpacked to")]
    Escapes {
        /// The first one.
        first: u64,
        /// How many.
        count: u64,
    },
    /// The two headers of a member name different files.
    #[error("{count} members have another name in their own header than in the directory")]
    OtherName {
        /// The first one.
        first: u64,
        /// How many.
        count: u64,
    },
    /// The two headers of a member differ in how it is to be read.
    #[error("{count} members differ in method or size from what the directory says")]
    OtherHeader {
        /// The first one.
        first: u64,
        /// How many.
        count: u64,
    },
    /// No member stands where the directory says.
    #[error("{count} members are listed where none stands")]
    Missing {
        /// The first one.
        first: u64,
        /// How many.
        count: u64,
    },
    /// The directory leaves out members.
    #[error("{count} members are not listed in the directory")]
    Unlisted {
        /// The first one.
        first: u64,
        /// How many.
        count: u64,
    },
    /// The same name again.
    #[error("{count} names stand there twice")]
    Duplicates {
        /// The first one.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Two members share bytes, as in bombs.
    #[error("{count} members overlap others")]
    Overlaps {
        /// The first one.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Another end record leads to another directory.
    #[error("there are two directories, the other ends at byte {at}")]
    TwoDirectories {
        /// The other end record.
        at: u64,
    },
    /// The archive does not begin the file.
    #[error("{length} bytes stand before the first member")]
    Prefix {
        /// How many.
        length: u64,
        /// They are a script or a program, as of zipapps and installers.
        runs: bool,
    },
}

/// First place and number.
type Count = Option<(u64, u64)>;

/// The counts.
#[derive(Debug, Default)]
pub(super) struct Problems {
    other_name: Count,
    other_header: Count,
    missing: Count,
    overlaps: Count,
}

fn note(count: &mut Count, at: u64) {
    count.get_or_insert((at, 0)).1 += 1;
}

impl Problems {
    /// Compares a listed member with its own header and name.
    pub(super) fn compare(&mut self, member: &Member, fixed: &[u8], name: &[u8]) {
        let whole = usize::from(u16_at(fixed, 26));
        let same_length = whole == member.name.len() || whole > super::NAME;
        if !same_length || !member.name.starts_with(name) {
            note(&mut self.other_name, member.header);
        }
        // Zero and all ones stand for sizes that are told elsewhere.
        let size = u32_at(fixed, 22);
        let other_size = size != 0 && size != u32::MAX && u64::from(size) != member.size;
        if u16_at(fixed, 8) != member.method || other_size {
            note(&mut self.other_header, member.header);
        }
    }

    pub(super) fn missing(&mut self, member: &Member) {
        note(&mut self.missing, member.header);
    }

    /// Ranges of members, by their begin.
    pub(super) fn overlaps(&mut self, covered: &[Range<u64>]) {
        let mut end = 0;
        for range in covered {
            if range.start < end {
                note(&mut self.overlaps, range.start);
            }
            end = end.max(range.end);
        }
    }

    /// All of them, with what the list of members tells.
    pub(super) fn list(&self, directory: &Directory) -> Vec<Problem> {
        let (mut escapes, mut unlisted, mut duplicates) = (None, None, None);
        let mut names = HashSet::new();
        for member in &directory.members {
            if escape(&member.name).is_some() {
                note(&mut escapes, member.header);
            }
            if member.unlisted {
                note(&mut unlisted, member.header);
            }
            if !names.insert(&member.name[..]) {
                note(&mut duplicates, member.header);
            }
        }
        let other_name = self.other_name;
        [
            escapes.map(|(first, count)| Problem::Escapes { first, count }),
            other_name.map(|(first, count)| Problem::OtherName { first, count }),
            self.other_header
                .map(|(first, count)| Problem::OtherHeader { first, count }),
            self.missing
                .map(|(first, count)| Problem::Missing { first, count }),
            unlisted.map(|(first, count)| Problem::Unlisted { first, count }),
            duplicates.map(|(first, count)| Problem::Duplicates { first, count }),
            self.overlaps
                .map(|(first, count)| Problem::Overlaps { first, count }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Does a file that begins like this run: a script or a program?
pub(super) fn runs(head: &[u8]) -> bool {
    let magics: [&[u8]; 6] = [
        b"#!",
        b"MZ",
        b"\x7fELF",
        b"\xcf\xfa\xed\xfe",
        b"\xce\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
    ];
    magics.iter().any(|magic| head.starts_with(magic))
}
