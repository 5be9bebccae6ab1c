//! `gitlab-codequality`: the part of Code Climate's format that GitLab reads.
//!
//! In: a report. Out: one JSON array with every place of every finding.
//! Suppressed findings are left out, as GitLab would count them.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Place, places};
use crate::finding::{Report, Severity};
use crate::report::json::Defused;
use crate::report::wording::one_line;

/// Write the array.
pub(in crate::report) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<Value> = places(report, |_| true).iter().map(issue).collect();
    serde_json::to_writer_pretty(Defused(&mut *out), &issues)?;
    writeln!(out)
}

fn issue(place: &Place<'_>) -> Value {
    let finding = place.finding;
    let mut description = place.what();
    if !finding.remediation.is_empty() {
        description = format!("{description}. Fix: {}", one_line(&finding.remediation));
    }
    json!({
        "type": "issue",
        "check_name": finding.rule,
        "description": description,
        "categories": ["Security"],
        "fingerprint": place.identity,
        "severity": severity(finding.severity),
        "location": {
            "path": place.path,
            "lines": { "begin": place.line() },
        },
    })
}

/// GitLab's scale, worst first: blocker, critical, major, minor, info.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}
