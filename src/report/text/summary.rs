//! What was read, what was not, what was suppressed, and the verdict.
//!
//! In: the report's coverage, skips, suppressed findings and notices. Out:
//! lines, and the parts of the verdict. What makes a sweep incomplete is
//! listed one by one; what is not read by design is only counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::findings::Entry;
use super::labelled;
use super::line::{GUTTER, Line, Prose, Tint, columns, keep_end};
use crate::finding::{Report, Severity, Skip, SkipClass, Verdict};
use crate::report::facts::{self, Leak};
use crate::report::wording::{self, count, one_line, size, skipped_place};
use crate::report::{Style, Weight};

/// Incomplete reads and notices listed before `-v` is needed.
const LISTED: usize = 5;

/// The section.
pub(super) fn lines(report: &Report, width: usize, style: &Style) -> Vec<Line> {
    let mut lines = labelled((Tint::Faint, "read"), &read(report), width);
    let mut label = "not read";
    for body in [by_design(report), excluded(report, style.verbose)] {
        if !body.is_empty() {
            lines.extend(labelled((Tint::Faint, label), &body, width));
            label = "";
        }
    }
    lines.extend(incomplete(report, width, style.verbose));
    lines.extend(labelled(
        (Tint::Faint, "accepted"),
        &accepted(report),
        width,
    ));
    lines.extend(labelled(
        (Tint::Faint, "suppressed"),
        &suppressed(report),
        width,
    ));
    lines.extend(labelled(
        (Tint::Level(Severity::High), "published"),
        &published(report),
        width,
    ));
    lines.extend(notices(&report.notices, width, style.verbose));
    lines.extend(next(&style.hints, width));
    lines
}

/// The rows that other formats share.
pub(super) fn coverage(report: &Report) -> Vec<(&'static str, Prose)> {
    vec![
        ("read", read(report)),
        ("not read", by_design(report)),
        ("left out", excluded(report, true)),
        ("accepted", accepted(report)),
        ("suppressed", suppressed(report)),
    ]
}

/// What the user must know; a long list is cut, as nobody reads it.
fn notices(notices: &[String], width: usize, verbose: bool) -> Vec<Line> {
    let most = if verbose { notices.len() } else { LISTED };
    let more = notices.len().saturating_sub(most);
    let more = (more > 0).then(|| format!("and {more} more, -v lists them"));
    let label = (Tint::Level(Severity::Medium), "notice");
    let shown = notices.iter().take(most).chain(&more);
    shown
        .flat_map(|text| labelled(label, &Prose::default().text(Tint::Plain, text), width))
        .collect()
}

/// Commands to try, what stands behind their `#` aligned.
fn next(hints: &[String], width: usize) -> Vec<Line> {
    let split = |hint: &String| match hint.split_once(" # ") {
        Some((command, what)) => (command.trim().to_owned(), what.trim().to_owned()),
        None => (hint.trim().to_owned(), String::new()),
    };
    let hints: Vec<(String, String)> = hints.iter().map(split).collect();
    let column = hints.iter().map(|(command, _)| columns(command)).max();
    let column = GUTTER + 2 + column.unwrap_or(0) + 2;
    let mut lines = Vec::new();
    for (index, (command, what)) in hints.iter().enumerate() {
        let label = if index == 0 { "next" } else { "" };
        let command = Prose::default().text(Tint::Plain, command);
        let mut rows = labelled((Tint::Fix, label), &command, width);
        let what = format!("# {what}");
        if let Some(last) = rows.last_mut()
            && what.len() > 2
            && column + columns(&what) <= width
        {
            last.pad(column);
            last.push(Tint::Faint, &what);
        }
        lines.extend(rows);
    }
    lines
}

fn read(report: &Report) -> Prose {
    let coverage = &report.coverage;
    let mut text = format!(
        "{}, {}",
        count(coverage.files, "file"),
        size(coverage.bytes)
    );
    if coverage.objects > coverage.files {
        let _ = write!(text, ", {}", count(coverage.objects, "object"));
    }
    if coverage.reused > 0 {
        let _ = write!(text, "; {} known to be clean", coverage.reused);
    }
    if coverage.raw > 0 {
        let _ = write!(text, "; {} swept as raw bytes", coverage.raw);
    }
    Prose::default().text(Tint::Plain, &text)
}

/// `by design: tensor bytes (3 in 1 file), image data (2 files)`
fn by_design(report: &Report) -> Prose {
    let mut kinds: BTreeMap<String, (u64, BTreeSet<&str>)> = BTreeMap::new();
    for skip in of_class(report, SkipClass::ByDesign) {
        let (parts, files) = kinds.entry(one_line(&skip.why)).or_default();
        *parts += 1;
        files.insert(&skip.path);
    }
    let last = kinds.len().saturating_sub(1);
    let mut prose = Prose::default();
    if !kinds.is_empty() {
        prose = prose.text(Tint::Plain, "by design:");
    }
    for (index, (why, (parts, files))) in kinds.iter().enumerate() {
        let files = files.len() as u64;
        let inside = if *parts > files {
            format!("{parts} in ")
        } else {
            String::new()
        };
        let comma = if index < last { "," } else { "" };
        let text = format!("{why} ({inside}{}){comma}", count(files, "file"));
        prose = prose.text(Tint::Plain, &text);
    }
    prose
}

/// `*.csv excluded by --exclude: 2 files`: the sources count for themselves.
fn excluded(report: &Report, verbose: bool) -> Prose {
    let all: Vec<&Skip> = of_class(report, SkipClass::Excluded).collect();
    let most = if verbose { all.len() } else { LISTED };
    let mut parts: Vec<String> = Vec::new();
    for skip in all.iter().take(most) {
        let pattern = Some(skip.path.as_str()).filter(|path| *path != ".");
        let parts_of = pattern.into_iter().chain([skip.why.as_str()]);
        parts.push(parts_of.map(one_line).collect::<Vec<_>>().join(" "));
    }
    if all.len() > most {
        parts.push(format!("+{}", all.len() - most));
    }
    Prose::default().text(Tint::Plain, &parts.join(", "))
}

fn of_class(report: &Report, class: SkipClass) -> impl Iterator<Item = &Skip> {
    report
        .skipped
        .iter()
        .filter(move |skip| skip.class == class)
}

/// What should have been read and was not, a row a reason.
fn incomplete(report: &Report, width: usize, verbose: bool) -> Vec<Line> {
    let all = wording::unread(report);
    let most = if verbose { all.len() } else { LISTED };
    let mut lines = Vec::new();
    for unread in all.iter().take(most) {
        let label = (Tint::Level(Severity::High), unread.class.as_str());
        let mut body = Prose::default();
        if let [place] = &unread.places[..] {
            body = body.name(Tint::Plain, &format!("{place}:"));
        }
        body = body.text(Tint::Plain, unread.why);
        if unread.places.len() > 1 {
            let number = count(unread.places.len() as u64, "file");
            body = body.name(Tint::Strong, &format!("({number})"));
        }
        lines.extend(labelled(label, &body, width));
        if unread.places.len() > 1 {
            lines.extend(named(&unread.places, width, verbose));
        }
    }
    if all.len() > most {
        let more = format!("and {} more reasons, -v lists them", all.len() - most);
        lines.extend(labelled(
            (Tint::Plain, ""),
            &Prose::default().text(Tint::Faint, &more),
            width,
        ));
    }
    lines
}

/// The places of one reason: all of them, or what fits a line.
fn named(places: &[String], width: usize, verbose: bool) -> Vec<Line> {
    let room = width.saturating_sub(GUTTER + 2);
    let row = |text: &str| {
        let body = Prose::default().name(Tint::Faint, text);
        labelled((Tint::Plain, ""), &body, width)
    };
    if verbose {
        return places.iter().flat_map(|place| row(place)).collect();
    }
    // Long paths share the line: their ends tell more.
    let share = (room / 2).saturating_sub(4);
    let mut text = String::new();
    for (shown, place) in places.iter().enumerate() {
        let separator = if shown > 0 { ", " } else { "" };
        let left = places.len() - shown - 1;
        let more = if left > 0 {
            format!(", +{left}")
        } else {
            String::new()
        };
        let place = keep_end(place, share);
        let needed = columns(&text) + columns(separator) + columns(&place) + columns(&more);
        if needed > room {
            let _ = write!(text, "{separator}+{}", left + 1);
            break;
        }
        text.push_str(separator);
        text.push_str(&place);
    }
    row(&text)
}

fn accepted(report: &Report) -> Prose {
    let mut prose = Prose::default();
    for skip in &report.skipped {
        if let Some(reason) = skip
            .accepted
            .as_ref()
            .filter(|_| skip.class.is_incomplete())
        {
            if !prose.is_empty() {
                prose = prose.text(Tint::Plain, "·");
            }
            prose = prose
                .name(Tint::Plain, &skipped_place(skip))
                .text(Tint::Plain, &format!("not read ({reason})"));
        }
    }
    prose
}

/// `3: 2 inline, 1 by hubsweep.toml`
fn suppressed(report: &Report) -> Prose {
    let mut allowed: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &report.suppressed {
        let by = match &finding.verdict {
            Verdict::Allowed { by, .. } => by,
            Verdict::Baselined { .. } => "the baseline",
            Verdict::Block | Verdict::Report => continue,
        };
        *allowed.entry(by).or_default() += 1;
    }
    let mut parts = Vec::new();
    for (by, number) in &allowed {
        parts.push(if *by == "inline" {
            format!("{number} inline")
        } else {
            format!("{number} by {by}")
        });
    }
    if parts.is_empty() {
        return Prose::default();
    }
    let number = count(report.suppressed.len() as u64, "finding");
    Prose::default().text(Tint::Plain, &format!("{number}: {}", parts.join(", ")))
}

/// What does not block because it is too late for that; what blocks says it on
/// its own row.
fn published(report: &Report) -> Prose {
    let late = |leak: &Leak<'_>| !leak.blocks() && leak.is_likely() && leak.is_published();
    let late: Vec<_> = facts::leaks(report).into_iter().filter(late).collect();
    let remotes: BTreeSet<String> = late
        .iter()
        .filter_map(Leak::provenance)
        .map(|provenance| provenance.remotes())
        .collect();
    let remotes: Vec<String> = remotes.into_iter().collect();
    match late.len() as u64 {
        0 => Prose::default(),
        number => {
            let (verb, them) = if number == 1 {
                ("is", "it")
            } else {
                ("are", "them")
            };
            let secrets = count(number, "secret");
            let on = remotes.join(", ");
            let text = format!("{secrets} {verb} already on {on}: rotate {them}");
            Prose::default().text(Tint::Plain, &text)
        }
    }
}

/// The parts of the last line, which ` · ` joins.
pub(super) fn verdict(
    report: &Report,
    entries: &[Entry<'_>],
    style: &Style,
) -> impl Iterator<Item = (Tint, String)> {
    let of = |weight| {
        let same = |finding: &&_| Weight::of(finding) == weight;
        report.findings.iter().filter(same).count() as u64
    };
    let (warnings, notes) = (of(Weight::Warning), of(Weight::Note));
    let suppressed = report.suppressed.len() as u64;
    let complete = report.is_complete();
    let silent = warnings + notes + suppressed == 0;
    let mut parts = Vec::new();
    if !entries.is_empty() {
        parts.push((Tint::Bad, blocked(entries, &style.gate)));
    } else if complete && read_nothing(report) {
        parts.push((Tint::Strong, "no files to read".to_owned()));
    } else if !silent || (report.interrupted && report.coverage.files > 0) {
        let tint = if complete { Tint::Good } else { Tint::Strong };
        parts.push((tint, "nothing blocks".to_owned()));
    } else if complete {
        parts.push(clean(report));
    }
    if warnings > 0 {
        let tint = Tint::Level(Severity::Medium);
        parts.push((tint, count(warnings, "warning")));
    }
    if notes > 0 {
        parts.push((Tint::Plain, count(notes, "note")));
    }
    if suppressed > 0 {
        parts.push((Tint::Plain, format!("{suppressed} suppressed")));
    }
    if report.interrupted {
        parts.push((Tint::Bad, "interrupted: the rest was not read".to_owned()));
    }
    parts.extend(unread(report, style.quiet).map(|text| (Tint::Bad, text)));
    parts.into_iter()
}

/// Secrets, not their places: one revocation each.
fn blocked(entries: &[Entry<'_>], gate: &str) -> String {
    let number = entries.len() as u64;
    let verb = if number == 1 { "blocks" } else { "block" };
    let mut text = format!("{} {verb}", count(number, "finding"));
    if !gate.is_empty() {
        let _ = write!(text, " (gate: {gate})");
    }
    text
}

fn clean(report: &Report) -> (Tint, String) {
    let files = count(report.coverage.files + report.coverage.reused, "file");
    (Tint::Good, format!("clean: nothing found in {files}"))
}

/// Nothing was read, which is not the same as clean.
fn read_nothing(report: &Report) -> bool {
    report.coverage.files + report.coverage.reused == 0
}

fn unread(report: &Report, quiet: bool) -> Option<String> {
    let skipped = report.skipped.iter().filter(|skip| skip.is_incomplete());
    let files: BTreeSet<&str> = skipped.map(|skip| skip.path.as_str()).collect();
    let verb = if files.len() == 1 { "was" } else { "were" };
    let above = if quiet { "" } else { ", see above" };
    (!files.is_empty()).then(|| {
        let number = count(files.len() as u64, "file");
        format!("incomplete: {number} {verb} not fully read{above}")
    })
}
