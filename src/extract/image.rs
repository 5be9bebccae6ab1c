//! Pictures: what they carry beside their pixels.
//!
//! In: a picture. Out: a fragment for each text, with its key; what stands
//! behind the picture's end, as the file it may be. Pixels are not read.

use std::io;

use super::named::Named;
use super::section::Section;
use super::{Inside, Sink, fall_back, nested, skip_class};
use crate::blob::{Fact, Kind, MOST_VALUE, Problem, ProblemClass, ReadSeek};
use crate::finding::SkipClass;
use crate::format::image::{Carried, Picture, read};

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    size: u64,
    picture: Picture,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    let mut named = Named::default();
    let mut failed = Ok(());
    let ended = read(&mut reader, picture, &mut |carried| {
        let told = carry(&carried, &mut named, at, sink);
        if failed.is_ok() {
            failed = told;
        }
    });
    failed?;
    match ended {
        Ok(end) => {
            sink.skip(
                SkipClass::ByDesign,
                &at.route,
                "pixels of a picture".to_owned(),
            );
            match end.filter(|&end| end < size) {
                Some(end) => behind(reader, picture, end, size, at, sink),
                None => Ok(()),
            }
        }
        Err(error) => fall_back(reader, &error, at, sink),
    }
}

fn carry(
    carried: &Carried<'_>,
    named: &mut Named,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let (key, text, place) = match carried {
        Carried::Text { key, text, at } => (format!("text/{key}"), *text, *at),
        Carried::Exif(tag) => (format!("exif/{}", tag.name), tag.text, None),
        Carried::Unread(error) => {
            sink.skip(skip_class(error), &at.route, error.to_string());
            return Ok(());
        }
    };
    let value = &text[..text.len().min(MOST_VALUE)];
    sink.fact(&at.route, &Fact::Metadata { key: &key, value });
    let (group, name) = key.split_once('/').unwrap_or(("", &key));
    named.deliver(
        Some(name),
        text,
        place,
        &at.part(&format!("/{group}")),
        sink,
    )
}

/// Bytes behind the end: a phone appends further pictures and films, others
/// hide an archive there.
fn behind(
    reader: &mut dyn ReadSeek,
    picture: Picture,
    end: u64,
    size: u64,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let problem = Problem {
        kind: Kind::Image(picture),
        class: ProblemClass::Hidden,
        at: Some(end),
        text: &format!(
            "{} bytes follow the end of the picture, from byte {end} on",
            size - end
        ),
    };
    sink.fact(&at.route, &Fact::Problem(problem));
    let behind = Inside {
        raw: at.raw.map(|raw| raw + end),
        ..at.child("/trailing")
    };
    let mut section = Section::new(reader, end, size - end)?;
    nested(&mut section, "", &behind, sink)
}
