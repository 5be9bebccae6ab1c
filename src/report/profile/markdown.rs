//! A profile for a dataset card.
//!
//! In: a profile. Out: Markdown: a heading and a table for each table, what was
//! not read, and what the marks mean. Every name is escaped.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::super::markdown::escape::{cell, code, text};
use super::super::wording::count;
use super::{
    Extent, distinct, extent_of, filled, forms, grouped_count, legend, listed, others, told_of,
    unread,
};
use crate::finding::profile::{ColumnProfile, Profile, Table};

/// Forms shown of a column.
const FORMS: usize = 2;

pub(super) fn write(profile: &Profile, extent: Extent, out: &mut dyn Write) -> io::Result<()> {
    let mut page = String::new();
    for table in &profile.tables {
        section(table, extent, &mut page);
    }
    if profile.tables.is_empty() {
        page.push_str("No tables.\n\n");
    }
    for told in unread(profile) {
        let (word, place) = (told.word(), code(&told.place));
        let _ = writeln!(page, "- {word}: {place}: {}", text(told.why));
    }
    if profile.interrupted {
        page.push_str("- interrupted: the rest was not read\n");
    }
    if !page.ends_with("\n\n") {
        page.push('\n');
    }
    let made = format!("Profiled with hubsweep {}", env!("CARGO_PKG_VERSION"));
    let parts = [Some(made), others(profile), legend(profile)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let _ = writeln!(page, "<sub>{}.</sub>", parts.join("; "));
    out.write_all(page.as_bytes())
}

fn section(table: &Table, extent: Extent, page: &mut String) {
    let mut name = table.path.clone();
    if let Some(part) = &table.part {
        name.push('!');
        name.push_str(part);
    }
    let about = format!("{}, {}", table.kind, extent_of(table));
    let _ = writeln!(
        page,
        "### {}\n\n{}. {}\n",
        code(&name),
        text(&about),
        summary(table)
    );
    page.push_str("| column | type | filled | distinct | personal data | looks like |\n");
    page.push_str("|---|---|--:|--:|---|---|\n");
    let (columns, left) = listed(table, extent);
    for column in columns {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} |",
            cell(&code(&column.name)),
            cell(&text(&column.of)),
            cell(&text(&filled(table, column))),
            distinct(column).replace('~', "\\~"),
            cell(&personal(column)),
            cell(&looks(column)),
        );
    }
    if left > 0 {
        let more = grouped_count(&count(left, "more column"));
        let _ = writeln!(page, "| … {more} | | | | | |");
    }
    page.push('\n');
}

/// Which columns hold personal data.
fn summary(table: &Table) -> String {
    let columns = table.columns.iter();
    let with: Vec<String> = columns
        .filter(|column| !column.personal.is_empty())
        .map(|column| code(&column.name))
        .collect();
    match with.len() {
        0 => "No personal data was found in it.".to_owned(),
        1..=8 => format!("Personal data in {}.", with.join(", ")),
        many => format!("Personal data in {many} columns."),
    }
}

fn personal(column: &ColumnProfile) -> String {
    let entities = column.personal.iter();
    let told: Vec<String> = entities
        .map(|entity| format!("**{}** {}", text(&entity.entity), text(&told_of(entity))))
        .collect();
    told.join("<br>")
}

fn looks(column: &ColumnProfile) -> String {
    let own = forms(column).take(FORMS);
    let mut shown: Vec<String> = own.map(code).collect();
    if shown.is_empty() {
        let entity = column.personal.first();
        let sample = entity.and_then(|entity| entity.samples.first());
        shown.extend(sample.map(|sample| code(sample)));
    }
    shown.join(" ")
}
