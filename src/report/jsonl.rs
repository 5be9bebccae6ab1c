//! `jsonl`: one object a line, for streams and line tools.
//!
//! In: a report. Out: a line for each finding, suppressed finding and skip,
//! and a summary line at the end; without it the report was cut off.

use std::io::{self, Write};

use serde::Serialize;

use super::json::{CoverageRecord, Defused, FindingRecord, SCHEMA, SkipRecord, Tool};
use crate::finding::Report;

/// Write the lines.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        line("finding", FindingRecord::of(finding), out)?;
    }
    for finding in &report.suppressed {
        line("suppressed", FindingRecord::of(finding), out)?;
    }
    for skip in &report.skipped {
        line("skip", SkipRecord::of(skip), out)?;
    }
    let summary = Summary {
        schema: SCHEMA,
        tool: Tool::of(report),
        roots: &report.roots,
        notices: &report.notices,
        coverage: CoverageRecord::of(report),
    };
    line("summary", summary, out)
}

#[derive(Serialize)]
struct Summary<'a> {
    schema: u32,
    tool: Tool,
    roots: &'a [String],
    notices: &'a [String],
    coverage: CoverageRecord,
}

#[derive(Serialize)]
struct Tagged<T> {
    r#type: &'static str,
    #[serde(flatten)]
    record: T,
}

fn line(r#type: &'static str, record: impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(Defused(&mut *out), &Tagged { r#type, record })?;
    writeln!(out)
}
