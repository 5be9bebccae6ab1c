//! What else was found: stray files, personal data, hardcoded paths, the
//! checks of the repository as such.
//!
//! In: a report. Out: a section each, as tables or one line a group.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape::{cell, code, prose, text};
use super::{MOST, cut};
use crate::finding::{Category, Finding, Report};
use crate::report::provenance::Provenance;
use crate::report::wording::{evidence, place, size};

/// Examples shown of one group.
const EXAMPLES: usize = 5;

fn of(report: &Report, category: Category) -> Vec<&Finding> {
    let all = report.findings.iter();
    all.filter(|finding| finding.category == category).collect()
}

/// What was found and what speaks for it.
fn what(finding: &Finding) -> String {
    let mut what = text(&finding.description);
    let evidence = evidence(finding);
    if !evidence.is_empty() {
        let _ = write!(what, " ({})", text(&evidence));
    }
    what
}

/// A table, or nothing without rows.
fn table(title: &str, head: &str, rows: Vec<String>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let columns = head.matches('|').count() - 1;
    // Sizes and counts come first, and stand to the right.
    let first = if head.starts_with("| severity") {
        "---"
    } else {
        "--:"
    };
    let rule = format!("|{first}|{}", "---|".repeat(columns - 1));
    let all = rows.len();
    let mut page = format!("## {title}\n\n{head}\n{rule}\n");
    page.extend(rows.into_iter().take(MOST));
    let more = cut(all);
    if !more.is_empty() {
        let _ = write!(page, "\n{more}");
    }
    page
}

/// Files that do not belong there, the largest first.
pub(super) fn stray_files(report: &Report) -> String {
    let mut files = of(report, Category::StrayFile);
    files.sort_by_key(|finding| (Reverse(finding.size), &finding.location.path));
    let rows = files.iter().map(|finding| {
        let from = Provenance::of_finding(finding);
        let mut state = if finding.blocks() { "blocks" } else { "" }.to_owned();
        if let Some(from) = &from {
            if !state.is_empty() {
                state.push_str("; ");
            }
            let _ = write!(state, "commit {}", code(&from.id()));
            if let Some(head) = from.head() {
                let _ = write!(state, "; {head}");
            }
            if !from.published.is_empty() {
                let _ = write!(state, "; already on {}", text(&from.remotes()));
            }
        }
        format!(
            "| {} | {} | {} | {} |\n",
            finding.size.map_or_else(|| "?".to_owned(), size),
            cell(&code(&finding.location.path)),
            cell(&what(finding)),
            cell(&state)
        )
    });
    table(
        "Stray files",
        "| size | file | what | state |",
        rows.collect(),
    )
}

/// One line a finding, its value masked.
pub(super) fn personal_data(report: &Report) -> String {
    let mut found = of(report, Category::PersonalData);
    found.sort_by_key(|finding| (Reverse(finding.severity), &finding.description));
    let rows = found.iter().map(|finding| {
        let shown = match (&finding.secret, &finding.snippet) {
            (Some(secret), _) => code(&secret.mask()),
            (None, Some(snippet)) => code(snippet.as_str()),
            (None, None) => String::new(),
        };
        format!(
            "| {} | {} | {} | {} |\n",
            1 + finding.also.len(),
            cell(&what(finding)),
            cell(&code(&place(&finding.location))),
            cell(&shown)
        )
    });
    table(
        "Personal data",
        "| times | what | where | value |",
        rows.collect(),
    )
}

/// One line a group.
pub(super) fn hardcoded_paths(report: &Report) -> String {
    let mut groups: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in of(report, Category::HardcodedPath) {
        groups.entry(&finding.group).or_default().push(finding);
    }
    let rows = groups.iter().map(|(group, findings)| {
        let mut examples: Vec<String> = findings
            .iter()
            .take(EXAMPLES)
            .map(|finding| {
                let shown = finding
                    .snippet
                    .as_ref()
                    .map(|snippet| code(snippet.as_str()));
                let place = code(&place(&finding.location));
                shown.map_or_else(|| place.clone(), |shown| format!("{place} {shown}"))
            })
            .collect();
        let more = findings.len() - examples.len();
        if more > 0 {
            examples.push(format!("+{more}"));
        }
        let examples = cell(&examples.join(", "));
        format!(
            "| {} | {} | {examples} |\n",
            findings.len(),
            cell(&text(group))
        )
    });
    table(
        "Hardcoded paths",
        "| number | group | where |",
        rows.collect(),
    )
}

/// Card, sizes, LFS rules, links.
pub(super) fn repository(report: &Report) -> String {
    let mut found = of(report, Category::Repository);
    found.sort_by_key(|finding| (Reverse(finding.severity), &finding.rule));
    let rows = found.iter().map(|finding| {
        format!(
            "| {} | {} | {} | {} |\n",
            finding.severity,
            cell(&code(&place(&finding.location))),
            cell(&what(finding)),
            cell(&prose(&finding.remediation))
        )
    });
    table(
        "Repository checks",
        "| severity | where | what | fix |",
        rows.collect(),
    )
}
