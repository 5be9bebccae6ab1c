//! Zip archives, torch files included: each member as if it were a file.
//!
//! In: a zip. Out: the members' fragments under `/member`, nested ones too.
//! Tensor storage of torch files is not read; encrypted members and what a
//! limit stops are skips. Nothing is written to disk but a spooled member,
//! in an unnamed temporary file.

mod shape;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::io::{self, Read};

use super::section::{Section, charge};
use super::unpacked::{self, Counted};
use super::{Inside, Sink, fall_back, nested, office, skip_class, stream};
use crate::blob::{Fact, Kind, ReadSeek, Text};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::zip::{Directory, Limits, Member, open_member, read_members};

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    let directory = match read_members(&mut reader, at.limits.members) {
        Ok(directory) => directory,
        Err(error) => return fall_back(reader, &error, at, sink),
    };
    if let Some(error) = &directory.incomplete {
        sink.skip(
            skip_class(error),
            &at.route,
            format!("members may be missing: {error}"),
        );
    }
    shape::problems(&directory, at, sink);
    shape::beside(reader, &directory, at, sink)?;
    // Stored members are read in place; more of them than the file is long
    // share bytes, and count as unpacked.
    let spare = Cell::new(reader.seek(io::SeekFrom::End(0))?);
    let storage = tensor_folder(&directory);
    let mut tensors = 0u64;
    for member in &directory.members {
        let name = String::from_utf8_lossy(&member.name);
        if storage
            .as_deref()
            .is_some_and(|folder| name.strip_prefix(folder).is_some_and(is_number))
        {
            tensors += 1;
            continue;
        }
        if name.ends_with('/') && member.size == 0 && member.compressed == 0 {
            continue;
        }
        one(reader, member, &spare, at, sink);
    }
    if tensors > 0 {
        sink.skip(SkipClass::ByDesign, &at.route, "tensor bytes".to_owned());
    }
    Ok(())
}

/// Tells of a member, and extracts it.
fn one(
    reader: &mut dyn ReadSeek,
    member: &Member,
    spare: &Cell<u64>,
    at: &Inside,
    sink: &mut dyn Sink,
) {
    let name = String::from_utf8_lossy(&member.name);
    let inner = Inside {
        raw: at
            .raw
            .zip(member.stored_range())
            .map(|(raw, range)| raw + range.start),
        ..at.child(&format!("/{name}"))
    };
    sink.name(&inner.route, &name);
    sink.fact(
        &inner.route,
        &Fact::Member {
            name: &member.name,
            size: member.size,
            note: match (member.encrypted, member.symlink) {
                (true, _) => Some("encrypted"),
                (_, true) => Some("link"),
                _ => None,
            },
        },
    );
    match extract_member(reader, member, spare, &inner, sink) {
        Ok(()) if member.encrypted => shape::not_encrypted(member, &inner, sink),
        Ok(()) => {}
        Err(error) => {
            let why = if member.encrypted {
                "encrypted member".to_owned()
            } else {
                error.to_string()
            };
            sink.skip(skip_class(&error), &inner.route, why);
        }
    }
}

/// `archive/data/`, if this is a torch file: it has `archive/data.pkl`.
fn tensor_folder(directory: &Directory) -> Option<String> {
    directory.members.iter().find_map(|member| {
        let name = std::str::from_utf8(&member.name).ok()?;
        let prefix = name.strip_suffix("data.pkl")?;
        (prefix.is_empty() || prefix.ends_with('/')).then(|| format!("{prefix}data/"))
    })
}

fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn extract_member(
    reader: &mut dyn ReadSeek,
    member: &Member,
    spare: &Cell<u64>,
    at: &Inside,
    sink: &mut dyn Sink,
) -> Result<(), FormatError> {
    let mut reader = reader;
    let limits = Limits {
        bytes: at.limits.member_bytes,
        ratio: at.limits.ratio,
    };
    if member.symlink {
        let mut target = Vec::new();
        open_member(&mut reader, member, limits)?
            .take(shape::LINK)
            .read_to_end(&mut target)?;
        shape::link(member, &target, at, sink);
    }
    let name = String::from_utf8_lossy(&member.name);
    if office::is_part(&name) {
        let part = open_member(&mut reader, member, limits)?;
        let text = office::Plain::new(Counted::new(part, &at.left));
        let shown = Inside {
            raw: None,
            ..at.part("@text")
        };
        // An error comes again when the part is read as it is.
        let _ = stream::sweep(&mut { text }, Kind::Text(Text::Plain), &shown, sink);
    }
    if is_configuration(&name) {
        let text = open_member(&mut reader, member, limits)?;
        document(Counted::new(text, &at.left), &name, at, sink);
    }
    // What is stored as it is can be read in place, whatever its size: nothing
    // is unpacked, so nothing counts against the limits.
    if let Some(range) = member.stored_range() {
        // The head of encrypted data makes it longer.
        if member.encrypted && member.compressed != member.size {
            let what = "zip encryption";
            return Err(FormatError::Unsupported { what });
        }
        let length = range.end - range.start;
        charge(length, spare, &at.left)?;
        let mut section = Section::new(reader, range.start, length)?;
        return Ok(nested(&mut section, &name, at, sink)?);
    }
    let data = open_member(&mut reader, member, limits)?;
    let kind = |head: &[u8]| Kind::sniff(&name, head, member.size);
    let mut counted = Counted::new(data, &at.left);
    unpacked::extract(&mut counted, Some(member.size), &kind, at, sink)
}

/// Is it the member of a `.keras` archive that says what to build?
fn is_configuration(name: &str) -> bool {
    name.rsplit('/').next() == Some("config.json")
}

/// Longest configuration handed to the auditor.
const LONGEST_DOCUMENT: u64 = 4 << 20;

/// Hands the whole of a configuration to the auditor; what comes before an
/// error counts, and the error comes again.
fn document(reader: impl Read, name: &str, at: &Inside, sink: &mut dyn Sink) {
    let mut text = Vec::new();
    let _ = reader.take(LONGEST_DOCUMENT + 1).read_to_end(&mut text);
    if text.len() as u64 > LONGEST_DOCUMENT {
        let why = "a configuration of more than 4 MiB was not audited".to_owned();
        sink.skip(SkipClass::Limited, &at.route, why);
    } else {
        sink.fact(&at.route, &Fact::Document { name, text: &text });
    }
}
