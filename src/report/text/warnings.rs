//! What does not block: one line a group, or each on its own when asked.
//!
//! In: the findings below the gate. Out: lines. Notes are only counted until
//! they are asked for.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::fmt::Write as _;

use super::labelled;
use super::line::{Line, Prose, Tint, columns, keep_end, keep_start};
use crate::finding::{Category, Finding, Location, Report, Severity, printable};
use crate::report::Weight;
use crate::report::provenance::Provenance;
use crate::report::wording::{count, evidence, one_line, place};

/// Widest group label.
const LABEL: usize = 24;
/// A value cut shorter than this says nothing.
const SHORTEST: usize = 8;

/// Refs named of one finding.
const REFS: usize = 3;

/// Label of stray files that are the only ones of their kind.
const OTHER: &str = "other stray files";

/// The findings of one group, in report order.
struct Group<'a> {
    label: &'a str,
    worst: Severity,
    findings: Vec<&'a Finding>,
}

/// The section.
pub(super) fn lines(report: &Report, width: usize, verbose: bool) -> Vec<Line> {
    let warnings = groups(report, Weight::Warning);
    let notes = groups(report, Weight::Note);
    let mut lines = Vec::new();
    if verbose {
        for (title, groups) in [("warnings", &warnings), ("notes", &notes)] {
            if !groups.is_empty() {
                if !lines.is_empty() {
                    lines.push(Line::default());
                }
                heading(title, &mut lines);
                lines.extend(groups.iter().flat_map(|group| listed(group, width)));
            }
        }
        return lines;
    }
    let notes: usize = notes.iter().map(|group| group.findings.len()).sum();
    let mut more = String::new();
    if notes > 0 {
        let _ = write!(more, "{}; ", count(notes as u64, "note"));
    }
    more.push_str("-v lists all, with fixes");
    if !warnings.is_empty() {
        heading("warnings", &mut lines);
        if let Some(line) = lines.last_mut() {
            let room = width.saturating_sub(line.columns() + 2);
            line.push(
                Tint::Faint,
                &format!("  {}", keep_start(&format!("({more})"), room)),
            );
        }
        lines.extend(folded(&joined(warnings), width));
    } else if notes > 0 {
        let mut line = Line::default();
        line.push(Tint::Faint, &format!("  {}", keep_start(&more, width - 2)));
        lines.push(line);
    }
    lines
}

/// Stray files of a kind of their own share a line.
fn joined(groups: Vec<Group<'_>>) -> Vec<Group<'_>> {
    let single = |group: &Group<'_>| {
        group.findings.len() == 1 && group.findings[0].category == Category::StrayFile
    };
    let (mut others, mut rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(single);
    if others.len() > 1 {
        let worst = others.iter().map(|group| group.worst).max();
        let mut findings: Vec<&Finding> =
            others.drain(..).flat_map(|group| group.findings).collect();
        findings.sort_by(|a, b| a.order().cmp(&b.order()));
        rest.push(Group {
            label: OTHER,
            worst: worst.unwrap_or(Severity::Low),
            findings,
        });
    }
    rest.extend(others);
    rest.sort_by_key(|group| Reverse((group.worst, group.findings.len())));
    rest
}

fn heading(title: &str, lines: &mut Vec<Line>) {
    let mut line = Line::default();
    line.push(Tint::Strong, title);
    lines.push(line);
}

/// Groups of one weight, the worst and biggest first.
fn groups(report: &Report, weight: Weight) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let wanted = |finding: &&Finding| Weight::of(finding) == weight;
    for finding in report.findings.iter().filter(wanted) {
        let group = match groups.iter_mut().find(|group| group.label == finding.group) {
            Some(group) => group,
            None => {
                groups.push(Group {
                    label: &finding.group,
                    worst: finding.severity,
                    findings: Vec::new(),
                });
                let last = groups.len() - 1;
                &mut groups[last]
            }
        };
        group.worst = group.worst.max(finding.severity);
        group.findings.push(finding);
    }
    groups.sort_by_key(|group| Reverse((group.worst, group.findings.len())));
    groups
}

/// `hardcoded paths   5  config.json:3 /home/…, train.py:12 …, +3`
fn folded(groups: &[Group<'_>], width: usize) -> Vec<Line> {
    let label = |group: &Group<'_>| keep_start(&one_line(group.label), LABEL);
    let number = |group: &Group<'_>| group.findings.len().to_string();
    let label_width = groups.iter().map(|group| columns(&label(group))).max();
    let label_end = 2 + label_width.unwrap_or(0);
    let number_width = groups.iter().map(|group| number(group).len()).max();
    let number_end = label_end + 2 + number_width.unwrap_or(0);
    groups
        .iter()
        .map(|group| {
            let mut line = Line::default();
            line.push(Tint::Plain, &format!("  {}", label(group)));
            line.pad(number_end - number(group).len());
            line.push(Tint::Level(group.worst), &number(group));
            line.push(Tint::Plain, "  ");
            let room = width.saturating_sub(line.columns());
            line.push(Tint::Plain, &samples(&group.findings, room));
            line
        })
        .collect()
}

/// As many of the findings as fit, and how many more there are.
fn samples(findings: &[&Finding], room: usize) -> String {
    let mut text = String::new();
    for (shown, finding) in findings.iter().enumerate() {
        let left = findings.len() - shown - 1;
        let more = if left > 0 {
            format!(", +{left}")
        } else {
            String::new()
        };
        let separator = if shown > 0 { ", " } else { "" };
        let fixed = columns(&text) + columns(separator) + columns(&more);
        let free = room.saturating_sub(fixed);
        let place = line_of(&finding.location);
        // Several findings share the line; one may have it all.
        let share = if findings.len() > 1 { room / 4 } else { room };
        let share = share.min(free.saturating_sub(columns(&place) + 1));
        text.push_str(separator);
        if let Some(value) = value(finding).filter(|_| share >= SHORTEST) {
            let value = keep_start(&printable(&value), share);
            let _ = write!(text, "{place} {value}");
        } else if columns(&place) <= free {
            text.push_str(&place);
        } else if shown == 0 {
            return format!("{}{more}", keep_end(&place, free));
        } else {
            text.truncate(text.len() - separator.len());
            let _ = write!(text, ", +{}", left + 1);
            return text;
        }
    }
    text
}

/// Its place as far as the line or the route leads; `-v` shows all of it.
fn line_of(location: &Location) -> String {
    let mut location = location.clone();
    location.column = None;
    if location.route.is_some() {
        location.span = None;
    }
    place(&location)
}

/// The value of what is a value rather than a file.
fn value(finding: &Finding) -> Option<String> {
    match (&finding.secret, &finding.snippet, finding.category) {
        (Some(secret), _, _) => Some(secret.mask()),
        (None, Some(snippet), Category::HardcodedPath | Category::PersonalData) => {
            Some(snippet.as_str().to_owned())
        }
        _ => None,
    }
}

/// A group with each of its findings, and each rule's fix once.
fn listed(group: &Group<'_>, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut said = HashSet::new();
    let title = Prose::default()
        .text(Tint::Strong, group.label)
        .text(Tint::Faint, &format!("({})", group.findings.len()));
    lines.extend(indented(&title, width));
    for (index, finding) in group.findings.iter().enumerate() {
        let mut body = Prose::default().name(Tint::Plain, &place(&finding.location));
        match (&finding.snippet, &finding.secret) {
            (Some(snippet), _) => body = body.text(Tint::Plain, snippet.as_str()),
            (None, Some(secret)) => body = body.name(Tint::Plain, &secret.mask()),
            (None, None) => body = body.text(Tint::Plain, &finding.description),
        }
        let evidence = evidence(finding);
        if !evidence.is_empty() {
            body = body.text(Tint::Faint, &format!("({evidence})"));
        }
        body = body.name(Tint::Faint, &format!("[{}]", finding.rule));
        if let Some(provenance) = Provenance::of_finding(finding) {
            let words = format!("commit {}", provenance.words(REFS));
            body = body.text(Tint::Faint, &words);
            if !provenance.published.is_empty() {
                let text = format!("· already on {}", provenance.remotes());
                body = body.text(Tint::Level(Severity::High), &text);
            }
        }
        let severity = finding.severity;
        lines.extend(labelled(
            (Tint::Level(severity), severity.as_str()),
            &body,
            width,
        ));
        // After the last finding of this rule and advice.
        let fix = (&finding.rule, &finding.remediation);
        let again = |next: &&Finding| (&next.rule, &next.remediation) == fix;
        if !group.findings[index + 1..].iter().any(again) && said.insert(fix) {
            let fix = Prose::default().text(Tint::Plain, &finding.remediation);
            lines.extend(labelled((Tint::Fix, "fix"), &fix, width));
        }
    }
    lines
}

fn indented(body: &Prose, width: usize) -> Vec<Line> {
    let mut lines = body.wrap(width - 2);
    for line in &mut lines {
        let mut full = Line::default();
        full.push(Tint::Plain, "  ");
        full.append(std::mem::take(line));
        *line = full;
    }
    lines
}
