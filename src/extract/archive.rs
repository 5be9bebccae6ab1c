//! Zip archives, torch files included: each member as if it were a file.
//!
//! In: a zip. Out: the members' fragments under `/member`, nested ones too.
//! Tensor storage of torch files is not read; encrypted members and what a
//! limit stops are skips. Nothing is written to disk but a spooled member,
//! in an unnamed temporary file.

use std::cell::Cell;
use std::io::{self, Read, Write};

use super::section::Section;
use super::{Inside, Sink, fall_back, nested, pickle, skip_class, stream, utf16};
use crate::blob::{Fact, HEAD, Kind, ReadSeek};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::zip::{Directory, Limits, Member, open_member, read_directory};

/// Bytes of a spooled member kept in memory.
const IN_MEMORY: usize = 8 << 20;

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
    let left = &*at.left;
    if left.get() == 0 {
        return Err(FormatError::Limit {
            what: "1 GiB from the archives in one file",
        });
    }
    let limits = Limits {
        bytes: at.limits.member_bytes.min(left.get()),
        ratio: at.limits.ratio,
    };
    let mut first = Vec::with_capacity(HEAD);
    open_member(&mut reader, member, limits)?
        .take(HEAD as u64)
        .read_to_end(&mut first)?;
    let name = String::from_utf8_lossy(&member.name).into_owned();
    let kind = Kind::sniff(&name, &first, member.size);
    // What is stored as it is can be read in place, whatever its size: nothing
    // is unpacked, so nothing counts against the limits.
    if let Some(range) = member.stored_range().filter(|_| needs_seek(kind)) {
        let length = range.end - range.start;
        let mut section = Section::new(reader, range.start, length)?;
        return Ok(nested(&mut section, &name, at, sink)?);
    }
    let content = Fact::Content {
        kind,
        size: Some(member.size),
    };
    let mut counted = Counted {
        inner: open_member(&mut reader, member, limits)?,
        left,
    };
    match kind {
        Kind::Text(_) => stream::sweep(&mut counted, kind, at, sink)?,
        Kind::Binary => {
            sink.raw();
            stream::sweep(&mut counted, kind, at, sink)?;
        }
        Kind::Utf16(big_endian) => utf16::sweep(&mut counted, big_endian, at, sink)?,
        Kind::Pickle => pickle::extract_stream(&mut counted, at, sink)?,
        _ => {
            let mut spooled = tempfile::SpooledTempFile::new(IN_MEMORY);
            io::copy(&mut counted, &mut spooled)?;
            spooled.flush()?;
            return Ok(nested(&mut spooled, &name, at, sink)?);
        }
    }
    sink.fact(&at.route, &content);
    Ok(())
}

/// Must its reader seek?
fn needs_seek(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Text(_) | Kind::Binary | Kind::Utf16(_) | Kind::Pickle
    )
}

/// Counts what an archive yields against its total.
struct Counted<'a, R> {
    inner: R,
    left: &'a Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(FormatError::Limit {
                what: "1 GiB from the archives in one file",
            }
            .into());
        }
        let most = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = self.inner.read(&mut buffer[..most])?;
        self.left.set(left.saturating_sub(count as u64));
        Ok(count)
    }
}
