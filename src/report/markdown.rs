//! `markdown`: the report of an audit, to be kept, sent and read rendered or
//! as it is.
//!
//! In: a report. Out: summary, findings by severity, what else was found,
//! coverage, and the clean-up plan in order. Sections without content are left
//! out; every name from the repository is escaped.

pub(super) mod escape;
mod findings;
mod others;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::Style;
use super::facts::{self, Facts};
use super::plan::{self, Step};
use super::text;
use super::wording::{self, Unread, count, one_line, size};
use crate::finding::{Category, Report, Skip};
use escape::{block, cell, code, prose};

/// Entries of a list before it is cut; the JSON report has all.
const MOST: usize = 100;

/// Places named of one reason.
const PLACES: usize = 10;

/// Write the report.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let leaks = facts::leaks(report);
    let facts = Facts::of(report, &leaks);
    let steps = plan::steps(report, &leaks);
    let sections = [
        summary(report, style, &facts, !steps.is_empty()),
        findings::section(&leaks),
        others::unsafe_files(report),
        others::stray_files(report),
        others::personal_data(report),
        others::hardcoded_paths(report),
        others::repository(report),
        notices(report),
        coverage(report),
        clean_up(&steps),
    ];
    let page = sections.iter().filter(|section| !section.is_empty());
    let page: Vec<&str> = page.map(|section| section.trim_end()).collect();
    writeln!(out, "{}", page.join("\n\n"))
}

fn summary(report: &Report, style: &Style, facts: &Facts, has_plan: bool) -> String {
    let roots: Vec<String> = report.roots.iter().map(|root| code(root)).collect();
    let verdict = text::verdict(report, style).replace(", see above", "");
    let (first, rest) = verdict.split_once(" · ").unwrap_or((&verdict, ""));
    let mut page = format!(
        "# hubsweep report: {}\n\n**{}**",
        roots.join(", "),
        prose(first)
    );
    if !rest.is_empty() {
        let _ = write!(page, " · {}", prose(rest));
    }
    page.push_str("\n\n");
    if facts.blocking + facts.reported > 0 {
        page.push_str("| severity | blocks | reported only |\n|---|--:|--:|\n");
        for level in facts
            .severities
            .iter()
            .filter(|level| level.block + level.report > 0)
        {
            let _ = writeln!(
                page,
                "| {} | {} | {} |",
                level.severity, level.block, level.report
            );
        }
        page.push('\n');
    }
    if facts.secrets > 0 {
        let number = count(facts.secrets as u64, "distinct secret");
        let _ = writeln!(page, "- **{number}**{}", whereabouts(facts));
    }
    let also = also_found(report);
    if !also.is_empty() {
        let _ = writeln!(page, "- **Also found**: {also}");
    }
    let unread: BTreeSet<&str> = incomplete(report).map(|skip| skip.path.as_str()).collect();
    let unread = count(unread.len() as u64, "file");
    if report.is_complete() {
        page.push_str("- **Complete**: everything was read that should be\n");
    } else if report.interrupted {
        page.push_str("- **Incomplete**: interrupted, the rest was not read\n");
    } else {
        let _ = writeln!(
            page,
            "- **Incomplete**: {unread} not fully read, see [coverage](#coverage)"
        );
    }
    if has_plan {
        page.push_str("- **What to do**: the [clean-up plan](#clean-up-plan)\n");
    }
    page
}

/// Where the secrets are, as far as it is known.
fn whereabouts(facts: &Facts) -> String {
    let mut parts = Vec::new();
    if facts.present > 0 {
        parts.push(format!("{} in the files as they are now", facts.present));
    }
    if facts.committed > 0 {
        parts.push(format!("{} in commits", facts.committed));
        parts.push(match facts.published {
            0 => "none on a remote, as far as this clone knows".to_owned(),
            some => format!("**{some} already on a remote**"),
        });
    }
    if parts.is_empty() {
        return String::new();
    }
    format!(": {}", parts.join(", "))
}

/// `4 hardcoded paths, 5 stray files (1.2 GB)`
fn also_found(report: &Report) -> String {
    let of = |category| {
        let found = report
            .findings
            .iter()
            .filter(move |found| found.category == category);
        found.count() as u64
    };
    let mut parts = Vec::new();
    let strays = report
        .findings
        .iter()
        .filter(|found| found.category == Category::StrayFile);
    let bytes: u64 = strays.filter_map(|found| found.size).sum();
    for (category, one, many) in [
        (Category::StrayFile, "stray file", "stray files"),
        (
            Category::PersonalData,
            "finding of personal data",
            "findings of personal data",
        ),
        (Category::HardcodedPath, "hardcoded path", "hardcoded paths"),
        (Category::UnsafeFile, "unsafe file", "unsafe files"),
        (
            Category::Repository,
            "repository check",
            "repository checks",
        ),
    ] {
        let number = of(category);
        if number > 0 {
            let noun = if number == 1 { one } else { many };
            parts.push(format!("{number} {noun}"));
        }
        if category == Category::StrayFile && bytes > 0 {
            let _ = parts
                .last_mut()
                .map(|part| write!(part, " ({})", size(bytes)));
        }
    }
    parts.join(", ")
}

fn notices(report: &Report) -> String {
    if report.notices.is_empty() {
        return String::new();
    }
    let mut page = "## Notices\n\n".to_owned();
    for notice in &report.notices {
        let _ = writeln!(page, "- {}", prose(notice));
    }
    page
}

fn incomplete(report: &Report) -> impl Iterator<Item = &Skip> {
    report.skipped.iter().filter(|skip| skip.is_incomplete())
}

fn coverage(report: &Report) -> String {
    let mut page = "## Coverage\n\n| | |\n|---|---|\n".to_owned();
    for (label, body) in text::coverage(report) {
        let _ = writeln!(page, "| {label} | {} |", cell(&prose(&body)));
    }
    let skips: Vec<&Skip> = incomplete(report).collect();
    if skips.is_empty() && !report.interrupted {
        return page;
    }
    page.push_str("\nNot read, although it should have been:\n\n");
    if report.interrupted {
        page.push_str("- what came after the interruption\n");
    }
    let reasons = wording::unread(report);
    for unread in reasons.iter().take(MOST) {
        page.push_str(&reason(unread));
    }
    page.push_str(&cut(reasons.len()));
    page
}

/// One reason, with some of what it kept from being read.
fn reason(unread: &Unread<'_>) -> String {
    let why = escape::text(unread.why);
    let class = unread.class.as_str();
    if let [place] = &unread.places[..] {
        return format!("- {} ({class}): {why}\n", code(place));
    }
    let number = count(unread.places.len() as u64, "file");
    let mut line = format!("- {class}, {number}: {why}: ");
    let named = unread.places.iter().take(PLACES).map(|place| code(place));
    line.push_str(&named.collect::<Vec<_>>().join(", "));
    let more = unread.places.len().saturating_sub(PLACES);
    if more > 0 {
        let _ = write!(line, ", +{more}");
    }
    line + "\n"
}

/// The line that ends a list that was cut.
fn cut(all: usize) -> String {
    match all.saturating_sub(MOST) {
        0 => String::new(),
        left => format!("- and {left} more, which the JSON report lists\n"),
    }
}

fn clean_up(steps: &[Step]) -> String {
    if steps.is_empty() {
        return String::new();
    }
    let mut page = "## Clean-up plan\n\nIn this order.\n".to_owned();
    for (index, step) in steps.iter().enumerate() {
        let _ = write!(
            page,
            "\n### {}. {}\n\n{}\n",
            index + 1,
            step.title,
            prose(&step.text)
        );
        if !step.items.is_empty() {
            page.push('\n');
        }
        for item in &step.items {
            let _ = writeln!(page, "- {}", prose(item));
        }
        if !step.commands.is_empty() {
            let _ = write!(page, "\n{}", block("sh", &step.commands));
        }
    }
    page
}

/// `critical` as the title of a section.
fn capital(word: &str) -> String {
    let mut letters = one_line(word).chars().collect::<Vec<_>>();
    if let Some(first) = letters.first_mut() {
        *first = first.to_ascii_uppercase();
    }
    letters.into_iter().collect()
}
