//! Zip archives, torch files included: each member as if it were a file.
//!
//! In: a zip. Out: the members' fragments under `/member`, nested ones too.
//! Tensor storage of torch files is not read; encrypted members and what a
//! limit stops are skips. Nothing is written to disk but a spooled member,
//! in an unnamed temporary file.

use std::io;

use super::section::Section;
use super::unpacked::{self, Counted};
use super::{Inside, Sink, fall_back, nested, skip_class};
use crate::blob::{Fact, Kind, ReadSeek};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::zip::{Directory, Limits, Member, open_member, read_directory};

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    let directory = match read_directory(&mut reader) {
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
        if name.ends_with('/') && member.size == 0 {
            continue;
        }
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
                note: member.encrypted.then_some("encrypted"),
            },
        );
        if let Err(error) = extract_member(reader, member, &inner, sink) {
            let why = if member.encrypted {
                "encrypted member".to_owned()
            } else {
                error.to_string()
            };
            sink.skip(skip_class(&error), &inner.route, why);
        }
    }
    if tensors > 0 {
        sink.skip(SkipClass::ByDesign, &at.route, "tensor bytes".to_owned());
    }
    Ok(())
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
    at: &Inside,
    sink: &mut dyn Sink,
) -> Result<(), FormatError> {
    let mut reader = reader;
    let name = String::from_utf8_lossy(&member.name);
    // What is stored as it is can be read in place, whatever its size: nothing
    // is unpacked, so nothing counts against the limits.
    if let Some(range) = member.stored_range() {
        let length = range.end - range.start;
        let mut section = Section::new(reader, range.start, length)?;
        return Ok(nested(&mut section, &name, at, sink)?);
    }
    let limits = Limits {
        bytes: at.limits.member_bytes,
        ratio: at.limits.ratio,
    };
    let data = open_member(&mut reader, member, limits)?;
    let kind = |head: &[u8]| Kind::sniff(&name, head, member.size);
    let mut counted = Counted::new(data, &at.left);
    unpacked::extract(&mut counted, Some(member.size), &kind, at, sink)
}
