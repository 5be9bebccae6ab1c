//! Tar archives: each member as if it were a file.
//!
//! In: a tar, seekable or as a stream. Out: the members' fragments under
//! `/member`, the names of owners, link targets and the records of extended
//! headers. Members of a seekable archive are read in place, those of a stream
//! as they come. What stands behind the end is swept.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io::{self, Read, SeekFrom};

use super::section::Section;
use super::{Inside, Sink, named, nested, skip_class, stream, unpacked};
use crate::blob::{self, Fact, Kind, ProblemClass, ReadSeek};
use crate::format::FormatError;
use crate::format::tar::{BLOCK, Member, MemberKind, Problem, Walk};

/// Most texts remembered, so that owners are told once and not with each
/// member.
const TOLD: usize = 10_000;

/// Longer ones are none that every member has.
const SHORT: usize = 1024;

/// An archive that is a file, or a part of one.
pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut archive = Archive::new(at);
    let broken = loop {
        reader.seek(SeekFrom::Start(archive.walk.offset().min(size)))?;
        match archive.next(&mut *reader, sink) {
            Ok(Some(member)) => archive.in_place(reader, &member, size, sink)?,
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    archive.tell_problems(sink);
    let Some(error) = broken else {
        return Ok(());
    };
    let offset = archive.walk.offset().min(size);
    sink.skip(skip_class(&error), &at.route, error.to_string());
    reader.seek(SeekFrom::Start(offset))?;
    sink.raw();
    stream::sweep(reader, Kind::Binary, &at.from(offset), sink)
}

/// An archive that comes out of a decompressor.
pub(super) fn extract_stream(
    reader: &mut dyn Read,
    at: &Inside,
    sink: &mut dyn Sink,
) -> Result<(), FormatError> {
    let mut archive = Archive::new(at);
    let broken = loop {
        match archive.next(reader, sink) {
            Ok(Some(member)) => {
                if let Err(error) = archive.as_it_comes(reader, &member, sink) {
                    break Some(error);
                }
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    archive.tell_problems(sink);
    match broken {
        None => Ok(()),
        // Foreign bytes: the block that is no header, and all behind it.
        Some(error @ FormatError::Malformed { .. }) => {
            sink.skip(skip_class(&error), &at.route, error.to_string());
            sink.raw();
            let mut rest = archive.walk.rejected().chain(reader);
            Ok(stream::sweep(&mut rest, Kind::Binary, at, sink)?)
        }
        Some(error) => Err(error),
    }
}

/// What is known on the way through an archive.
struct Archive<'a> {
    at: &'a Inside,
    walk: Walk,
    members: usize,
    told: BTreeSet<Vec<u8>>,
}

impl<'a> Archive<'a> {
    fn new(at: &'a Inside) -> Self {
        Self {
            at,
            walk: Walk::new(),
            members: 0,
            told: BTreeSet::new(),
        }
    }

    /// The next member, its texts told.
    fn next(
        &mut self,
        reader: &mut dyn Read,
        sink: &mut dyn Sink,
    ) -> Result<Option<Member>, FormatError> {
        if self.members >= self.at.limits.members {
            let what = "number of members of a tar";
            return Err(FormatError::Limit { what });
        }
        let member = self.walk.next(reader)?;
        self.members += 1;
        if let Some(member) = &member {
            self.tell(member, sink)?;
        }
        Ok(member)
    }

    fn inner(&self, member: &Member) -> Inside {
        let name = String::from_utf8_lossy(&member.name);
        self.at.child(&format!("/{}", name.trim_start_matches('/')))
    }

    fn tell(&mut self, member: &Member, sink: &mut dyn Sink) -> io::Result<()> {
        let inner = self.inner(member);
        sink.name(&inner.route, &String::from_utf8_lossy(&member.name));
        let link = String::from_utf8_lossy(&member.link);
        let note = match member.kind {
            MemberKind::SymLink => Some(format!("link to {link}")),
            MemberKind::HardLink => Some(format!("another name of {link}")),
            MemberKind::Device | MemberKind::Fifo => Some("device or pipe".to_owned()),
            MemberKind::Sparse => Some("sparse".to_owned()),
            _ => None,
        };
        let fact = Fact::Member {
            name: &member.name,
            size: member.size,
            note: note.as_deref(),
        };
        sink.fact(&inner.route, &fact);
        if !link.is_empty() {
            sink.name(&inner.route, &link);
        }
        for text in &member.texts {
            let short = text.key.len() + text.value.len() <= SHORT;
            if short && self.told.len() < TOLD {
                let told = [text.key.as_bytes(), b"\0", &text.value].concat();
                if !self.told.insert(told) {
                    continue;
                }
            }
            let (key, value) = (&text.key, &text.value);
            sink.fact(&inner.route, &Fact::Metadata { key, value });
            let part = Inside {
                raw: self.at.raw,
                ..inner.clone()
            };
            named::text(key, value, Some(text.offset), &part, sink)?;
        }
        Ok(())
    }

    /// Reads a member where it stands.
    fn in_place(
        &self,
        reader: &mut dyn ReadSeek,
        member: &Member,
        size: u64,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        let inner = Inside {
            raw: self.at.raw.map(|raw| raw.saturating_add(member.offset)),
            ..self.inner(member)
        };
        if member.size > 0 {
            let mut section = Section::new(reader, member.offset, member.size)?;
            let name = String::from_utf8_lossy(&member.name);
            nested(&mut section, &name, &inner, sink)?;
        }
        self.cut(member, size.saturating_sub(member.offset), sink);
        Ok(())
    }

    /// Reads a member that comes next, to the end of its last block.
    fn as_it_comes(
        &self,
        reader: &mut dyn Read,
        member: &Member,
        sink: &mut dyn Sink,
    ) -> Result<(), FormatError> {
        if member.size == 0 {
            return Ok(());
        }
        let inner = self.inner(member);
        let name = String::from_utf8_lossy(&member.name);
        let kind = |head: &[u8]| Kind::sniff(&name, head, member.size);
        let mut data = (&mut *reader).take(member.size);
        let size = Some(member.size);
        if let Err(error) = unpacked::extract(&mut data, size, &kind, &inner, sink) {
            sink.skip(skip_class(&error), &inner.route, error.to_string());
        }
        // What its reader left, and the padding. An error of the stream itself
        // comes again here.
        let rest = data.limit();
        let padding = member.size.next_multiple_of(BLOCK) - member.size;
        let passed = io::copy(&mut reader.take(rest + padding), &mut io::sink())?;
        self.cut(member, member.size - (rest.saturating_sub(passed)), sink);
        Ok(())
    }

    /// Says so where the archive ends inside a member.
    fn cut(&self, member: &Member, held: u64, sink: &mut dyn Sink) {
        if held < member.size {
            let (what, offset) = ("tar member", member.offset);
            let error = FormatError::Truncated { what, offset };
            let route = self.inner(member).route;
            sink.skip(skip_class(&error), &route, error.to_string());
        }
    }

    fn tell_problems(&self, sink: &mut dyn Sink) {
        for problem in self.walk.problems() {
            let text = problem.to_string();
            let (class, first) = match problem {
                Problem::Escapes { first, .. } | Problem::LinkEscapes { first, .. } => {
                    (ProblemClass::Escapes, first)
                }
                Problem::Devices { first, .. } => (ProblemClass::Device, first),
                Problem::Duplicates { first, .. } => (ProblemClass::Duplicate, first),
                Problem::BehindEnd { first, .. } => (ProblemClass::Hidden, first),
                Problem::DataOfNothing { first, .. } => (ProblemClass::Ambiguous, first),
            };
            let problem = blob::Problem {
                kind: Kind::Tar,
                class,
                at: Some(first),
                text: &text,
            };
            sink.fact(&self.at.route, &Fact::Problem(problem));
        }
    }
}
