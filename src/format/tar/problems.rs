//! What is wrong with an archive, counted over its members.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use super::{Member, MemberKind};
use crate::format::member_name::{escape, link_escape};

/// Most names compared for duplicates.
const NAMES: usize = 1_000_000;

/// Something that an honest archive of data has no use for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Names that lead out of the folder.
    #[error("{count} names lead out of the folder the archive is unpacked to")]
    Escapes {
        /// Header of the first one.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Links to outside.
    #[error("{count} links lead out of the folder the archive is unpacked to")]
    LinkEscapes {
        /// Header of the first one.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Devices and named pipes.
    #[error("{count} members are devices or named pipes")]
    Devices {
        /// Header of the first one.
        first: u64,
        /// How many.
        count: u64,
    },
    /// The same name again: the later one wins, the earlier one is what a
    /// listing may show.
    #[error("{count} names stand there twice")]
    Duplicates {
        /// Header of the first one.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Members where most readers have stopped.
    #[error("{count} members stand behind the end of the archive")]
    BehindEnd {
        /// Header of the first one.
        first: u64,
        /// How many.
        count: u64,
    },
    /// A member without data claims some: readers go on at different places.
    #[error("{count} links or folders claim to have data")]
    DataOfNothing {
        /// Header of the first one.
        first: u64,
        /// How many.
        count: u64,
    },
}

/// First place and number.
type Count = Option<(u64, u64)>;

/// The counts.
#[derive(Debug, Default)]
pub(super) struct Problems {
    escapes: Count,
    link_escapes: Count,
    devices: Count,
    duplicates: Count,
    behind_end: Count,
    data_of_nothing: Count,
    hasher: RandomState,
    names: HashSet<u64>,
}

impl Problems {
    /// Takes note of a member whose header claims `claimed` bytes.
    pub(super) fn look_at(&mut self, member: &Member, claimed: u64) {
        let link = match member.kind {
            MemberKind::SymLink => link_escape(&member.name, &member.link),
            MemberKind::HardLink => escape(&member.link),
            _ => None,
        };
        let device = matches!(member.kind, MemberKind::Device | MemberKind::Fifo);
        let known = self.names.len() < NAMES && {
            let name = member.name.strip_suffix(b"/").unwrap_or(&member.name);
            let name = name.strip_prefix(b"./").unwrap_or(name);
            !self.names.insert(self.hasher.hash_one(name))
        };
        let again = known && member.kind != MemberKind::Folder;
        for (count, found) in [
            (&mut self.escapes, escape(&member.name).is_some()),
            (&mut self.link_escapes, link.is_some()),
            (&mut self.devices, device),
            (&mut self.duplicates, again),
            (&mut self.behind_end, member.behind_end),
            (
                &mut self.data_of_nothing,
                claimed > 0 && !member.kind.has_data(),
            ),
        ] {
            if found {
                count.get_or_insert((member.header, 0)).1 += 1;
            }
        }
    }

    pub(super) fn list(&self) -> Vec<Problem> {
        let escapes = self.escapes;
        [
            escapes.map(|(first, count)| Problem::Escapes { first, count }),
            self.link_escapes
                .map(|(first, count)| Problem::LinkEscapes { first, count }),
            self.devices
                .map(|(first, count)| Problem::Devices { first, count }),
            self.duplicates
                .map(|(first, count)| Problem::Duplicates { first, count }),
            self.behind_end
                .map(|(first, count)| Problem::BehindEnd { first, count }),
            self.data_of_nothing
                .map(|(first, count)| Problem::DataOfNothing { first, count }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
