//! 7z archives: each member as if it were a file.
//!
//! In: a 7z. Out: the members' fragments under `/member`. Solid streams are
//! unpacked once, their members read as they come; encrypted ones, and methods
//! without a decompressor, are skips.

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::io::{self, Read};

use super::unpacked::{self, Counted};
use super::{Inside, Sink, fall_back, skip_class, stream};
use crate::blob::{self, Fact, Kind, ProblemClass, ReadSeek};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::codec::Budget;
use crate::format::member_name::{escape, link_escape};
use crate::format::seven_zip::{Archive, Folder, Member, open_folder, read};

/// Up to here any ratio is fine.
const RATIO_FREE: u64 = 1 << 20;

/// Longest target of a link.
const LINK: u64 = 4096;

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    let archive = match read(&mut reader, size, at.limits.members) {
        Ok(archive) => archive,
        Err(FormatError::Unsupported { what }) => {
            // Names are encrypted too: there is nothing to read.
            let why = format!("unsupported {what}");
            sink.skip(SkipClass::Limited, &at.route, why);
            sink.raw();
            reader.rewind()?;
            return stream::sweep(reader, Kind::Binary, at, sink);
        }
        Err(error) => return fall_back(reader, &error, at, sink),
    };
    tell_members(&archive, at, sink);
    let mut all = archive
        .members
        .iter()
        .filter(|member| member.folder.is_some())
        .peekable();
    for (index, folder) in archive.folders.iter().enumerate() {
        let mut members = Vec::new();
        while let Some(member) = all.next_if(|member| member.folder == Some(index)) {
            members.push(member);
        }
        if members.is_empty() {
            continue;
        }
        if let Err(error) = unpack(reader, folder, &members, at, sink) {
            let why = if folder.encrypted() {
                "encrypted members".to_owned()
            } else {
                error.to_string()
            };
            sink.skip(skip_class(&error), &at.route, why);
        }
    }
    Ok(())
}

fn inner(member: &Member, at: &Inside) -> Inside {
    at.child(&format!("/{}", member.name.trim_start_matches('/')))
}

/// All members of a folder, one behind the other.
fn unpack(
    reader: &mut dyn ReadSeek,
    folder: &Folder,
    members: &[&Member],
    at: &Inside,
    sink: &mut dyn Sink,
) -> Result<(), FormatError> {
    let mut reader = reader;
    let budget = Budget {
        bytes: u64::MAX,
        ratio: at.limits.ratio,
        ratio_from: RATIO_FREE,
    };
    let content = open_folder(&mut reader, folder, budget)?;
    let mut content = Counted::new(content, &at.left);
    for member in members {
        let inner = inner(member, at);
        let most = at.limits.member_bytes;
        let mut data = (&mut content).take(member.size.min(most));
        let kind = |head: &[u8]| Kind::sniff(&member.name, head, member.size);
        if member.symlink && member.size <= LINK {
            let mut target = Vec::new();
            data.read_to_end(&mut target)?;
            sink.name(&inner.route, &String::from_utf8_lossy(&target));
            if link_escape(member.name.as_bytes(), &target).is_some() {
                let text = "a link leads out of the folder the archive is unpacked to";
                tell(ProblemClass::Escapes, text, &inner, sink);
            }
        } else if member.size > 0 {
            let size = Some(member.size);
            if let Err(error) = unpacked::extract(&mut data, size, &kind, &inner, sink) {
                sink.skip(skip_class(&error), &inner.route, error.to_string());
            }
        }
        let rest = data.limit();
        let over = member.size.saturating_sub(most);
        if over > 0 {
            let what = "size of a member of a 7z archive";
            let error = FormatError::Limit { what };
            sink.skip(skip_class(&error), &inner.route, error.to_string());
        }
        // What is left of it stands before the next one.
        let rest = rest.saturating_add(over);
        let passed = io::copy(&mut (&mut content).take(rest), &mut io::sink())?;
        if passed < rest {
            let (what, offset) = ("member of a 7z archive", folder.packed.start);
            return Err(FormatError::Truncated { what, offset });
        }
    }
    Ok(())
}

fn tell_members(archive: &Archive, at: &Inside, sink: &mut dyn Sink) {
    let mut names = HashSet::new();
    let (mut escapes, mut duplicates) = (0u64, 0u64);
    for member in &archive.members {
        let route = inner(member, at).route;
        sink.name(&route, &member.name);
        let folder = member.folder.and_then(|at| archive.folders.get(at));
        let fact = Fact::Member {
            name: member.name.as_bytes(),
            size: member.size,
            note: if folder.is_some_and(Folder::encrypted) {
                Some("encrypted")
            } else {
                member.symlink.then_some("link")
            },
        };
        sink.fact(&route, &fact);
        escapes += u64::from(escape(member.name.as_bytes()).is_some());
        duplicates += u64::from(!names.insert(&member.name));
    }
    if escapes > 0 {
        let text = format!("{escapes} names lead out of the folder the archive is unpacked to");
        tell(ProblemClass::Escapes, &text, at, sink);
    }
    if duplicates > 0 {
        let text = format!("{duplicates} names stand there twice");
        tell(ProblemClass::Duplicate, &text, at, sink);
    }
}

fn tell(class: ProblemClass, text: &str, at: &Inside, sink: &mut dyn Sink) {
    let problem = blob::Problem {
        kind: Kind::SevenZip,
        class,
        at: None,
        text,
    };
    sink.fact(&at.route, &Fact::Problem(problem));
}
