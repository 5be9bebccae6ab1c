//! A profile for a person at a terminal.
//!
//! In: a profile. Out: a block of lines for each table, one for each column,
//! and below it what personal data it holds.

use std::io::{self, Write};

use super::super::Style;
use super::super::text::line::{Line, Tint, columns as width_of, keep_end, keep_start};
use super::super::wording::count;
use super::{
    Extent, distinct, extent_of, filled, forms, grouped_count, legend, listed, others, told_of,
    unread,
};
use crate::finding::printable;
use crate::finding::profile::{ColumnProfile, Profile, Table};

/// Columns before a row.
const INDENT: usize = 2;
/// Blanks between two fields.
const GAP: usize = 2;
/// Widest field of a type.
const TYPE: usize = 24;
/// Narrowest field of a name.
const NAME: usize = 8;
/// Narrowest field of forms that is worth it.
const FORMS: usize = 12;

pub(super) fn write(
    profile: &Profile,
    extent: Extent,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut lines = Vec::new();
    for table in &profile.tables {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        block(table, extent, style.width, &mut lines);
    }
    end(profile, style.width, &mut lines);
    for line in &lines {
        line.write(style.color, out)?;
    }
    Ok(())
}

/// The lines of a table.
fn block(table: &Table, extent: Extent, width: usize, lines: &mut Vec<Line>) {
    let about = format!("{}, {}", table.kind, extent_of(table));
    let mut path = printable(&table.path);
    if let Some(part) = &table.part {
        path.push('!');
        path.push_str(&printable(part));
    }
    let mut title = Line::default();
    title.push(Tint::Strong, &keep_end(&path, width));
    if title.columns() + GAP + width_of(&about) > width {
        lines.push(std::mem::take(&mut title));
        title.pad(INDENT);
    } else {
        title.pad(title.columns() + GAP);
    }
    title.push(Tint::Faint, &keep_start(&about, width));
    lines.push(title);
    let (columns, left) = listed(table, extent);
    let rows: Vec<[String; 4]> = columns.iter().map(|column| row(table, column)).collect();
    if rows.is_empty() {
        return;
    }
    let grid = Grid::of(&rows, width);
    let head = ["column", "type", "filled", "distinct"].map(str::to_owned);
    grid.line(&head, "looks like", Tint::Faint, lines);
    for (column, row) in columns.iter().zip(&rows) {
        grid.line(row, &whole(forms(column), grid.forms), Tint::Plain, lines);
        personal(column, width, lines);
    }
    if left > 0 {
        let more = grouped_count(&count(left, "more column"));
        let how = if table.more < left {
            "; --all lists them"
        } else {
            ""
        };
        faint(&format!("  and {more}{how}"), width, lines);
    }
}

/// The fields of a column but the last, which takes the room that is left.
fn row(table: &Table, column: &ColumnProfile) -> [String; 4] {
    [
        printable(&column.name),
        printable(&column.of),
        filled(table, column),
        distinct(column),
    ]
}

/// What a column holds, each kind on a line of its own.
fn personal(column: &ColumnProfile, width: usize, lines: &mut Vec<Line>) {
    for entity in &column.personal {
        let mut line = Line::default();
        line.push(Tint::Plain, "    ");
        line.push(Tint::Level(entity.severity), &printable(&entity.entity));
        let told = format!(" {}", told_of(entity));
        let room = width.saturating_sub(line.columns());
        line.push(Tint::Plain, &keep_start(&told, room));
        let room = width.saturating_sub(line.columns() + GAP);
        let sample = entity.samples.first().filter(|sample| {
            let known = column.samples.iter().any(|own| own == *sample);
            !known && width_of(sample) <= room
        });
        if let Some(sample) = sample {
            line.push(Tint::Faint, &format!("  {}", printable(sample)));
        }
        lines.push(line);
    }
}

/// As many whole forms as fit; of the first the start, if it does not.
fn whole<'a>(forms: impl Iterator<Item = &'a str>, room: usize) -> String {
    let mut fitting = String::new();
    for form in forms {
        let form = printable(form);
        if fitting.is_empty() {
            fitting = keep_start(&form, room);
        } else if width_of(&fitting) + GAP + width_of(&form) <= room {
            fitting.push_str("  ");
            fitting.push_str(&form);
        }
    }
    fitting
}

/// Widths of the fields.
struct Grid {
    widths: [usize; 4],
    forms: usize,
}

impl Grid {
    fn of(rows: &[[String; 4]], width: usize) -> Self {
        let widest = |field: usize, head: usize| {
            let widths = rows.iter().map(|row| width_of(&row[field]));
            widths.max().unwrap_or(0).max(head)
        };
        let (of, filled, distinct) = (
            widest(1, 4).min(TYPE.min(width / 4)),
            widest(2, 6),
            widest(3, 8),
        );
        let fixed = INDENT + of + filled + distinct + 4 * GAP;
        let room = width.saturating_sub(fixed);
        let name = widest(0, 6).min(room.saturating_sub(FORMS).max(NAME));
        Self {
            widths: [name, of, filled, distinct],
            forms: room.saturating_sub(name),
        }
    }

    /// One row; numbers stand to the right.
    fn line(&self, row: &[String; 4], forms: &str, tint: Tint, lines: &mut Vec<Line>) {
        let [wide_name, wide_type, wide_filled, wide_distinct] = self.widths;
        let mut line = Line::default();
        let mut at = INDENT;
        line.pad(at);
        line.push(tint, &keep_start(&row[0], wide_name));
        at += wide_name + GAP;
        line.pad(at);
        line.push(tint, &keep_start(&row[1], wide_type));
        at += wide_type + GAP;
        for (text, wide) in [(&row[2], wide_filled), (&row[3], wide_distinct)] {
            line.pad(at + wide.saturating_sub(width_of(text)));
            line.push(tint, text);
            at += wide + GAP;
        }
        if self.forms >= FORMS {
            line.pad(at);
            line.push(Tint::Faint, forms);
        }
        lines.push(line);
    }
}

/// What was not profiled, and what the marks mean.
fn end(profile: &Profile, width: usize, lines: &mut Vec<Line>) {
    let mut last = Vec::new();
    last.extend(others(profile));
    last.extend(legend(profile));
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    if profile.tables.is_empty() {
        lines.push(plain("no tables"));
    }
    for text in last {
        faint(&text, width, lines);
    }
    for told in unread(profile) {
        let tint = if told.incomplete {
            Tint::Bad
        } else {
            Tint::Faint
        };
        let mut line = Line::default();
        line.push(tint, told.word());
        line.push(
            Tint::Plain,
            &format!("  {}", keep_end(&told.place, width / 2)),
        );
        let room = width.saturating_sub(line.columns() + GAP);
        line.push(
            Tint::Faint,
            &format!("  {}", keep_start(&printable(told.why), room)),
        );
        lines.push(line);
    }
    if profile.interrupted {
        lines.push(plain("interrupted: the rest was not read"));
    }
}

fn plain(text: &str) -> Line {
    let mut line = Line::default();
    line.push(Tint::Plain, text);
    line
}

fn faint(text: &str, width: usize, lines: &mut Vec<Line>) {
    let mut line = Line::default();
    line.push(Tint::Faint, &keep_start(text, width));
    lines.push(line);
}
