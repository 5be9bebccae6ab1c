//! The clean-up plan: what to do about a report, in the order that works.
//!
//! In: a report. Out: steps, only those that apply. Rotating comes first: all
//! the others take time, and none of them takes a published secret back.

mod git;
mod hub;
pub(super) mod shell;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::facts::{Leak, is_present};
use super::wording::{count, one_line};
use crate::finding::{Category, Finding, Report};

/// Paths named one by one; the JSON report has all.
const PATHS: usize = 20;

/// One step. Its texts hold code in backticks, and hostile names in `items`
/// and `commands`: whoever prints them escapes them.
#[derive(Serialize)]
pub(super) struct Step {
    /// A word for machines.
    #[serde(rename = "step")]
    pub(super) id: &'static str,
    /// What is done.
    pub(super) title: &'static str,
    /// Why, and what to know first.
    pub(super) text: String,
    /// What it is done to.
    pub(super) items: Vec<String>,
    /// Lines for a shell.
    pub(super) commands: Vec<String>,
}

/// The steps that apply, in order.
pub(super) fn steps(report: &Report, leaks: &[Leak<'_>]) -> Vec<Step> {
    let secrets: Vec<&Leak<'_>> = leaks.iter().filter(|leak| leak.is_likely()).collect();
    let mut steps = Vec::new();
    steps.extend(rotate(&secrets));
    steps.extend(remove(report, &secrets));
    steps.extend(git::rewrite(report, &secrets));
    steps.extend(hub::steps(&secrets));
    steps
}

/// Every distinct kind, the published ones first.
fn rotate(secrets: &[&Leak<'_>]) -> Option<Step> {
    let mut kinds: BTreeMap<&str, Vec<&Leak<'_>>> = BTreeMap::new();
    for leak in secrets {
        let finding = leak.finding();
        if finding.category == Category::Secret {
            kinds.entry(&finding.rule).or_default().push(leak);
        }
    }
    let mut kinds: Vec<Vec<&Leak<'_>>> = kinds.into_values().collect();
    let published = |kind: &[&Leak<'_>]| kind.iter().filter(|leak| leak.is_published()).count();
    kinds.sort_by_key(|kind| {
        let worst = kind.iter().map(|leak| leak.finding().severity).max();
        std::cmp::Reverse((published(kind) > 0, worst))
    });
    let items: Vec<String> = kinds
        .iter()
        .map(|kind| {
            let finding = kind[0].finding();
            let already = match published(kind) {
                0 => String::new(),
                some if some == kind.len() => ", already published".to_owned(),
                some => format!(", {some} of them already published"),
            };
            format!(
                "{}, {}{already}: {}",
                one_line(&finding.description),
                count(kind.len() as u64, "secret"),
                one_line(&finding.remediation)
            )
        })
        .collect();
    (!items.is_empty()).then(|| Step {
        id: "rotate",
        title: "Rotate",
        text: "Revoke every secret and replace it where it is used. This comes first: \
               whatever was readable once has to count as read."
            .to_owned(),
        items,
        commands: Vec::new(),
    })
}

/// What is in the files as they are now.
fn remove(report: &Report, secrets: &[&Leak<'_>]) -> Option<Step> {
    let findings = secrets.iter().flat_map(|leak| leak.findings());
    let mut values: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    let holds_value = |finding: &Finding| is_present(finding) && !is_whole_file(finding);
    for finding in findings.filter(|finding| holds_value(finding)) {
        let lines = values.entry(&finding.location.path).or_default();
        let places = std::iter::once(&finding.location).chain(&finding.also);
        lines.extend(places.filter_map(|place| place.line));
    }
    let mut items: Vec<String> = values
        .iter()
        .take(PATHS)
        .map(|(path, lines)| match numbers(lines) {
            lines if lines.is_empty() => format!("{}: write it again without", quoted(path)),
            lines => format!("{}, {lines}", quoted(path)),
        })
        .collect();
    items.extend(more(values.len(), "file"));
    let strays: BTreeSet<&str> = report
        .findings
        .iter()
        .filter(|finding| is_whole_file(finding) && is_present(finding))
        .map(|finding| finding.location.path.as_str())
        .collect();
    let mut commands = Vec::new();
    if !strays.is_empty() {
        commands.extend(
            [
                "# files that do not belong here: untrack them and name them in .gitignore,",
                "# or leave them out of an upload with --exclude",
            ]
            .map(str::to_owned),
        );
        commands.extend(shell::with_paths(
            "git rm -r --cached --ignore-unmatch --",
            "",
            &strays,
        ));
    }
    (!items.is_empty() || !commands.is_empty()).then(|| Step {
        id: "remove",
        title: "Remove it from the files",
        text: "Read secrets from the environment, a Space secret or a file outside of the \
               repository."
            .to_owned(),
        items,
        commands,
    })
}

/// Is the finding about the file as such, rather than something in it?
fn is_whole_file(finding: &Finding) -> bool {
    finding.category == Category::StrayFile
}

/// `line 14`, `lines 14, 31, +3`
fn numbers(lines: &BTreeSet<u64>) -> String {
    const LINES: usize = 8;
    let mut shown: Vec<String> = lines.iter().take(LINES).map(u64::to_string).collect();
    if lines.len() > LINES {
        shown.push(format!("+{}", lines.len() - LINES));
    }
    match shown.len() {
        0 => String::new(),
        1 => format!("line {}", shown[0]),
        _ => format!("lines {}", shown.join(", ")),
    }
}

/// What a cut list leaves out.
fn more(all: usize, noun: &str) -> Option<String> {
    let left = all.saturating_sub(PATHS);
    (left > 0).then(|| format!("and {} more", count(left as u64, noun)))
}

/// A name as code. A name with a backtick of its own is shown with another
/// mark: the escaping would read worse.
fn quoted(name: &str) -> String {
    format!("`{}`", one_line(name).replace('`', "'"))
}
