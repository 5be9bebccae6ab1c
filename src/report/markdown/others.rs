//! What else was found: stray files, personal data, hardcoded paths, the
//! checks of the repository as such.
//!
//! In: a report. Out: a section each, as tables or one line a group.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape::{cell, code, prose, text};
use super::{MOST, capital, cut};
use crate::finding::{Category, Finding, Report};
use crate::report::provenance::Provenance;
use crate::report::wording::{evidence, place, size};

/// Examples shown of one group.
const EXAMPLES: usize = 5;
/// Findings of one kind that are still told one by one.
const FEW: usize = 8;

fn of(report: &Report, category: Category) -> Vec<&Finding> {
    let all = report.findings.iter();
    all.filter(|finding| finding.category == category).collect()
}

/// What was found and what speaks for it.
fn what(finding: &Finding) -> String {
    let mut what = text(&capital(&finding.description));
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

/// Groups of equal findings. Small ones are told one by one, so each of theirs
/// is a group of its own.
fn grouped<'a, K: Ord>(
    findings: Vec<&'a Finding>,
    key: impl Fn(&'a Finding) -> K,
) -> Vec<Vec<&'a Finding>> {
    let mut groups: BTreeMap<K, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        groups.entry(key(finding)).or_default().push(finding);
    }
    let split = |group: Vec<&'a Finding>| match group.len() {
        0..=FEW => group.into_iter().map(|finding| vec![finding]).collect(),
        _ => vec![group],
    };
    groups.into_values().flat_map(split).collect()
}

/// The first places of a group, and how many more.
fn examples(group: &[&Finding], with_values: bool) -> String {
    let shown = group.iter().take(EXAMPLES).map(|finding| {
        let place = code(&place(&finding.location));
        match value(finding) {
            Some(value) if with_values => format!("{place} {value}"),
            _ => place,
        }
    });
    let mut parts: Vec<String> = shown.collect();
    let more = group.len() - parts.len();
    if more > 0 {
        parts.push(format!("+{more}"));
    }
    parts.join(", ")
}

/// What was found, masked, if it is a value.
fn value(finding: &Finding) -> Option<String> {
    match (&finding.secret, &finding.snippet) {
        (Some(secret), _) => Some(code(&secret.mask())),
        (None, Some(snippet)) => Some(code(snippet.as_str())),
        (None, None) => None,
    }
}

/// Files that do not belong there, the largest first.
pub(super) fn stray_files(report: &Report) -> String {
    let by_kind = |finding: &'_ Finding| (finding.blocks(), finding.description.clone());
    let bytes = |group: &Vec<&Finding>| -> Option<u64> {
        let sizes: Vec<u64> = group.iter().filter_map(|finding| finding.size).collect();
        (!sizes.is_empty()).then(|| sizes.iter().sum())
    };
    let mut groups = grouped(of(report, Category::StrayFile), by_kind);
    groups.sort_by_key(|group| (Reverse(bytes(group)), &group[0].location.path));
    let rows = groups.iter().map(|group| {
        let size = bytes(group).map_or_else(|| "?".to_owned(), size);
        let (what, state) = match &group[..] {
            [finding] => (what(finding), state(finding)),
            _ => {
                let what = text(&capital(&group[0].description));
                (format!("{what}, {} files", group.len()), states(group))
            }
        };
        let files = cell(&examples(group, false));
        format!(
            "| {size} | {files} | {} | {} |\n",
            cell(&what),
            cell(&state)
        )
    });
    table(
        "Stray files",
        "| size | file | what | state |",
        rows.collect(),
    )
}

/// Whether it blocks, where it comes from, who has it.
fn state(finding: &Finding) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(finding.blocks().then(|| "blocks".to_owned()));
    if let Some(from) = Provenance::of_finding(finding) {
        parts.push(format!("commit {}", code(&from.id())));
        parts.extend(from.head().map(str::to_owned));
        if !from.published.is_empty() {
            parts.push(format!("already on {}", text(&from.remotes())));
        }
    }
    parts.join("; ")
}

/// The same of many.
fn states(group: &[&Finding]) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(group[0].blocks().then(|| "blocks".to_owned()));
    let known: Vec<_> = group
        .iter()
        .copied()
        .filter_map(Provenance::of_finding)
        .collect();
    if !known.is_empty() {
        let there = known
            .iter()
            .filter(|from| from.in_head == Some(true))
            .count();
        parts.push(match there {
            0 => "none in HEAD any more".to_owned(),
            all if all == group.len() => "all still in HEAD".to_owned(),
            some => format!("{some} still in HEAD"),
        });
    }
    let published = known
        .iter()
        .filter(|from| !from.published.is_empty())
        .count();
    if published > 0 {
        parts.push(format!("{published} already on a remote"));
    }
    parts.join("; ")
}

/// One line a finding, its value masked; many of a kind share one.
pub(super) fn personal_data(report: &Report) -> String {
    let by_kind = |finding: &'_ Finding| (Reverse(finding.severity), finding.description.clone());
    let groups = grouped(of(report, Category::PersonalData), by_kind);
    let rows = groups.iter().map(|group| {
        let times: usize = group.iter().map(|finding| 1 + finding.also.len()).sum();
        let (what, value) = match &group[..] {
            [finding] => (what(finding), value(finding).unwrap_or_default()),
            _ => (text(&capital(&group[0].description)), String::new()),
        };
        format!(
            "| {} | {times} | {} | {} | {} |\n",
            group[0].severity,
            cell(&what),
            cell(&examples(group, group.len() > 1)),
            cell(&value)
        )
    });
    table(
        "Personal data",
        "| severity | times | what | where | value |",
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
        let examples = cell(&examples(findings, true));
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

/// What can run code when it is loaded, or has a shape no honest writer makes.
pub(super) fn unsafe_files(report: &Report) -> String {
    checks(report, Category::UnsafeFile, "Unsafe files")
}

/// Card, sizes, LFS rules, links.
pub(super) fn repository(report: &Report) -> String {
    checks(report, Category::Repository, "Repository checks")
}

/// One line a check, with what to do.
fn checks(report: &Report, category: Category, title: &str) -> String {
    let by_kind = |finding: &'_ Finding| {
        let what = (finding.rule.clone(), finding.description.clone());
        (Reverse(finding.severity), what, finding.remediation.clone())
    };
    let groups = grouped(of(report, category), by_kind);
    let rows = groups.iter().map(|group| {
        let what = match &group[..] {
            [finding] => what(finding),
            _ => format!(
                "{}, {} files",
                text(&capital(&group[0].description)),
                group.len()
            ),
        };
        let places: Vec<String> = group
            .iter()
            .take(EXAMPLES)
            .map(|finding| code(&place(&finding.location)))
            .collect();
        let more = group.len() - places.len();
        let more = if more > 0 {
            format!(", +{more}")
        } else {
            String::new()
        };
        format!(
            "| {} | {} | {} | {} |\n",
            group[0].severity,
            cell(&(places.join(", ") + &more)),
            cell(&what),
            cell(&prose(&group[0].remediation))
        )
    });
    table(title, "| severity | where | what | fix |", rows.collect())
}
