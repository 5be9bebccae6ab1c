//! What the tables of a data set hold, for `hubsweep profile`.
//!
//! In: a profile. Out: a page of text, Markdown for a dataset card, or one JSON
//! document.

mod markdown;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::Style;
use super::json::{Defused, Each, SCHEMA, Tool};
use super::wording::{count, skipped_place};
use crate::finding::profile::{ColumnProfile, Entity, Profile, Table};
use crate::finding::{Skip, SkipClass};

/// Columns of a table before only those with personal data and the first of the
/// rest are listed.
const MOST: usize = 40;
/// Longest form that shows anything but that there is text.
const LONGEST_FORM: usize = 32;

/// How much of a profile is printed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extent {
    /// Every column of wide tables?
    pub all: bool,
}

/// Write the JSON document.
pub fn write_json(profile: &Profile, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: u32,
        tool: Tool,
        tables: &'a [Table],
        others: u64,
        skipped: Each<'a, Skip>,
        complete: bool,
    }
    let document = Document {
        schema: SCHEMA,
        tool: Tool::with(profile.rules),
        tables: &profile.tables,
        others: profile.others,
        skipped: Each(&profile.skipped),
        complete: profile.is_complete(),
    };
    serde_json::to_writer_pretty(Defused(&mut *out), &document)?;
    writeln!(out)
}

/// Write the page of text.
pub fn write_text(
    profile: &Profile,
    extent: Extent,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    text::write(profile, extent, style, out)
}

/// Write Markdown that can stand in a README.
pub fn write_markdown(profile: &Profile, extent: Extent, out: &mut dyn Write) -> io::Result<()> {
    markdown::write(profile, extent, out)
}

/// The columns that are listed, in their order, and how many are not. Of a wide
/// table those with personal data come first.
fn listed(table: &Table, extent: Extent) -> (Vec<&ColumnProfile>, u64) {
    let mut columns: Vec<&ColumnProfile> = table.columns.iter().collect();
    if columns.len() > MOST && !extent.all {
        columns.sort_by_key(|column| column.personal.is_empty());
        let personal = columns.iter().filter(|column| !column.personal.is_empty());
        columns.truncate(MOST.max(personal.count()));
    }
    let left = table.columns.len() - columns.len();
    (columns, left as u64 + table.more)
}

/// `10,000 rows, 5 columns`
fn extent_of(table: &Table) -> String {
    let columns = count(table.columns.len() as u64 + table.more, "column");
    let columns = grouped_count(&columns);
    match (table.rows, table.read) {
        (Some(rows), Some(read)) => {
            format!(
                "the first {} of {}, {columns}",
                grouped(read),
                rows_of(rows)
            )
        }
        (Some(rows), None) => format!("{}, {columns}", rows_of(rows)),
        (None, _) => columns,
    }
}

fn rows_of(rows: u64) -> String {
    grouped_count(&count(rows, "row"))
}

/// `12345 rows` with its number grouped.
fn grouped_count(counted: &str) -> String {
    match counted.split_once(' ') {
        Some((number, noun)) => match number.parse() {
            Ok(number) => format!("{} {noun}", grouped(number)),
            Err(_) => counted.to_owned(),
        },
        None => counted.to_owned(),
    }
}

/// `12,345`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + 6);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number that may be an estimate: `1,234`, `~12,000`. Of an estimate the
/// first two digits tell something.
fn about(number: u64, exact: bool) -> String {
    if exact {
        return grouped(number);
    }
    let step = 10_u64.saturating_pow(number.checked_ilog10().unwrap_or(0).saturating_sub(1));
    let rounded = number.saturating_add(step / 2) / step * step;
    format!("~{}", grouped(rounded))
}

/// A part from 0 to 1: `98 %`. Neither all nor none is said of less.
fn percent(part: f64) -> String {
    let hundred = 100.0 * part;
    if part > 0.0 && hundred < 1.0 {
        "<1 %".to_owned()
    } else if part < 1.0 && hundred > 99.0 {
        ">99 %".to_owned()
    } else {
        format!("{hundred:.0} %")
    }
}

/// How much of the rows has a value.
fn filled(table: &Table, column: &ColumnProfile) -> String {
    let rows = table.read.or(table.rows);
    match (column.empty, rows, column.values) {
        (Some(empty), Some(rows), _) if rows > 0 => {
            percent(rows.saturating_sub(empty) as f64 / rows as f64)
        }
        (_, _, Some(values)) => grouped(values),
        _ => "–".to_owned(),
    }
}

fn distinct(column: &ColumnProfile) -> String {
    let told = column.distinct.filter(|_| column.values != Some(0));
    told.map_or("–".to_owned(), |number| about(number, column.exact))
}

/// `98 % of values, 9,800 different, high`
fn told_of(entity: &Entity) -> String {
    format!(
        "in {} of values, {} different, {}",
        percent(entity.share),
        about(entity.distinct, entity.exact),
        entity.severity
    )
}

/// The forms that show something; those of prose do not.
fn forms(column: &ColumnProfile) -> impl Iterator<Item = &str> {
    let short = |form: &&str| form.chars().count() <= LONGEST_FORM && !form.ends_with('…');
    column.samples.iter().map(String::as_str).filter(short)
}

/// What was not read, a reason at a time.
struct Unread<'a> {
    /// Should it have been?
    incomplete: bool,
    /// Its first place, and how many there are more.
    place: String,
    why: &'a str,
}

fn unread(profile: &Profile) -> Vec<Unread<'_>> {
    let mut reasons: BTreeMap<(bool, &str), Vec<&Skip>> = BTreeMap::new();
    let skips = profile.skipped.iter();
    for skip in skips.filter(|skip| skip.class != SkipClass::ByDesign) {
        let key = (!skip.is_incomplete(), skip.why.as_str());
        reasons.entry(key).or_default().push(skip);
    }
    let reasons = reasons.into_iter();
    let told = reasons.filter_map(|((passed, why), skips)| {
        let mut place = skipped_place(skips.first()?);
        if skips.len() > 1 {
            let _ = write!(place, " and {} more", grouped(skips.len() as u64 - 1));
        }
        let incomplete = !passed;
        Some(Unread {
            incomplete,
            place,
            why,
        })
    });
    told.collect()
}

impl Unread<'_> {
    fn word(&self) -> &'static str {
        if self.incomplete {
            "not read"
        } else {
            "left out"
        }
    }
}

/// What has no table, in a line.
fn others(profile: &Profile) -> Option<String> {
    (profile.others > 0).then(|| {
        let files = grouped_count(&count(profile.others, "file"));
        format!("{files} without columns not profiled")
    })
}

/// What the marks mean, as far as they were used.
fn legend(profile: &Profile) -> Option<String> {
    let mut columns = profile.tables.iter().flat_map(|table| &table.columns);
    let any_form = columns.clone().any(|column| !column.samples.is_empty());
    let about = columns.any(|column| !column.exact && column.distinct.is_some());
    let mut parts = Vec::new();
    if any_form {
        parts.push("forms show letters as x, digits as 9");
    }
    if about {
        parts.push("~ is an estimate");
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}
