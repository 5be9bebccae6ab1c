//! `text`: the report a person reads.
//!
//! In: a report and the width and colours of the terminal. Out: what blocks,
//! grouped by file and each with its fix; the rest folded to a line a group;
//! what was and was not read; and the verdict as the last line.

mod findings;
pub(crate) mod line;
mod summary;
mod warnings;

use std::io::{self, Write};

use super::Style;
use crate::finding::Report;
use findings::Entry;
use line::{Line, Prose, Tint};

/// Narrowest width a report is laid out for.
const NARROWEST: usize = 40;

/// Write the report.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let width = style.width.max(NARROWEST);
    let entries = findings::entries(report);
    let mut lines = findings::lines(&entries, width, style.verbose);
    if !style.quiet {
        let sections = [
            warnings::lines(report, width, style.verbose),
            summary::lines(report, width, style),
        ];
        for section in sections.into_iter().filter(|section| !section.is_empty()) {
            lines.extend(section);
            lines.push(Line::default());
        }
    }
    lines.extend(verdict_prose(report, &entries, style).wrap(width));
    for line in &lines {
        line.write(style.color, out)?;
    }
    Ok(())
}

/// The verdict without colour or line breaks.
pub(crate) fn verdict(report: &Report, style: &Style) -> String {
    verdict_prose(report, &findings::entries(report), style).to_string()
}

/// What was and was not read, and what was suppressed: labelled rows, without
/// those that have nothing to say.
pub(super) fn coverage(report: &Report) -> Vec<(&'static str, String)> {
    let mut rows = summary::coverage(report);
    rows.retain(|(_, body)| !body.is_empty());
    let text = |(label, body): (&'static str, Prose)| (label, body.to_string());
    rows.into_iter().map(text).collect()
}

fn verdict_prose(report: &Report, entries: &[Entry<'_>], style: &Style) -> Prose {
    summary::verdict(report, entries, style).fold(Prose::default(), |prose, (tint, part)| {
        let prose = if prose.is_empty() {
            prose
        } else {
            prose.text(Tint::Faint, "·")
        };
        // A part is one thing to read, so a line does not end inside it.
        prose.name(tint, &part)
    })
}

/// Everything a reader needs about a row: a right-aligned label in the gutter
/// and its text beside it, wrapped.
pub(crate) fn labelled(label: (Tint, &str), body: &Prose, width: usize) -> Vec<Line> {
    let indent = line::GUTTER + 2;
    let mut lines = body.wrap(width.saturating_sub(indent));
    for (index, line) in lines.iter_mut().enumerate() {
        let mut full = Line::default();
        if index == 0 {
            full.push(
                Tint::Plain,
                &" ".repeat(line::GUTTER.saturating_sub(line::columns(label.1))),
            );
            full.push(label.0, label.1);
            full.push(Tint::Plain, "  ");
        } else {
            full.push(Tint::Plain, &" ".repeat(indent));
        }
        full.append(std::mem::take(line));
        *line = full;
    }
    lines
}
