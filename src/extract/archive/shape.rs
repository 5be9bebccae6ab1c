//! What a zip holds beside its members: comments, stretches that belong to
//! nothing, and what is wrong with it.
//!
//! In: the directory of a zip. Out: texts, swept bytes, and problems for the
//! auditor.

use std::io;

use crate::blob::{self, Fact, Kind, ProblemClass, ReadSeek};
use crate::extract::section::Section;
use crate::extract::{Inside, Sink, named, stream};
use crate::format::FormatError;
use crate::format::member_name::link_escape;
use crate::format::zip::{Directory, Member, Problem};

/// Longest target of a link.
pub(super) const LINK: u64 = 4096;

/// Comments, and the bytes of gaps.
pub(super) fn beside(
    reader: &mut dyn ReadSeek,
    directory: &Directory,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    for comment in &directory.comments {
        let value = &comment.bytes;
        sink.fact(
            &at.route,
            &Fact::Metadata {
                key: "comment",
                value,
            },
        );
        named::text("comment", value, Some(comment.offset), at, sink)?;
    }
    for gap in &directory.gaps {
        sink.raw();
        let mut section = Section::new(reader, gap.start, gap.end - gap.start)?;
        stream::sweep(&mut section, Kind::Binary, &at.from(gap.start), sink)?;
    }
    Ok(())
}

/// Everything wrong that the directory shows.
pub(super) fn problems(directory: &Directory, at: &Inside, sink: &mut dyn Sink) {
    for problem in &directory.problems {
        let (class, place) = match *problem {
            Problem::Escapes { first, .. } => (ProblemClass::Escapes, first),
            Problem::OtherName { first, .. }
            | Problem::OtherHeader { first, .. }
            | Problem::Overlaps { first, .. } => (ProblemClass::Ambiguous, first),
            Problem::TwoDirectories { at } => (ProblemClass::Ambiguous, at),
            Problem::Missing { first, .. } => (ProblemClass::Malformed, first),
            Problem::Unlisted { first, .. } => (ProblemClass::Hidden, first),
            Problem::Duplicates { first, .. } => (ProblemClass::Duplicate, first),
            Problem::Prefix { runs: true, .. } => (ProblemClass::Prefixed, 0),
            Problem::Prefix { runs: false, .. } => (ProblemClass::Hidden, 0),
        };
        // Members that lost their directory are listed nowhere, which is said
        // already.
        let limited = matches!(directory.incomplete, Some(FormatError::Limit { .. }));
        let cut = directory.incomplete.is_some() && !limited;
        if cut && matches!(problem, Problem::Unlisted { .. }) {
            continue;
        }
        tell(class, Some(place), &problem.to_string(), at, sink);
    }
}

/// A link whose target was read.
pub(super) fn link(member: &Member, target: &[u8], at: &Inside, sink: &mut dyn Sink) {
    sink.name(&at.route, &String::from_utf8_lossy(target));
    if link_escape(&member.name, target).is_some() {
        let text = "a link leads out of the folder the archive is unpacked to";
        tell(ProblemClass::Escapes, Some(member.header), text, at, sink);
    }
}

/// A member that is flagged as encrypted and is not.
pub(super) fn not_encrypted(member: &Member, at: &Inside, sink: &mut dyn Sink) {
    let text = "a member is flagged as encrypted and is not";
    tell(ProblemClass::Ambiguous, Some(member.header), text, at, sink);
}

fn tell(class: ProblemClass, place: Option<u64>, text: &str, at: &Inside, sink: &mut dyn Sink) {
    let problem = blob::Problem {
        kind: Kind::Zip,
        class,
        at: place,
        text,
    };
    sink.fact(&at.route, &Fact::Problem(problem));
}
