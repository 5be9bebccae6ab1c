//! What blocks, in full: grouped by file, each finding with its line, why it
//! matters and the fix.
//!
//! In: the blocking findings. Out: lines. A secret found in several files is
//! one entry with several places; advice already given is not repeated.

use std::collections::{HashMap, HashSet};

use super::labelled;
use super::line::{GUTTER, Line, Prose, Tint, columns};
use crate::finding::{Finding, Location, Origin, OriginKind, Report, Severity};
use crate::report::facts::{Identity, identity};
use crate::report::provenance::Provenance;
use crate::report::wording::{evidence, inside, place};

/// From this width on, advice stands beside the finding instead of below.
const TWO_COLUMNS: usize = 120;
/// Further places shown of one secret.
const PLACES: usize = 4;
/// Refs named of one secret.
const REFS: usize = 3;

/// Columns of a line that is shown whole.
const LONG_LINE: usize = 120;
/// Characters shown on each side of the secret of a longer one.
const NEAR: usize = 30;

/// A blocking finding and every further place of the same secret.
pub(super) struct Entry<'a> {
    finding: &'a Finding,
    also: Vec<&'a Location>,
    origins: Vec<&'a Origin>,
}

impl<'a> Entry<'a> {
    fn path(&self) -> &'a str {
        &self.finding.location.path
    }
}

/// Why a finding matters and what to do, as far as it was not said before.
struct Advice<'a> {
    why: Option<&'a String>,
    fix: Option<&'a String>,
}

impl Advice<'_> {
    fn lines(&self, width: usize) -> Vec<Line> {
        let why = self.why.map_or("", String::as_str);
        let why = Prose::default().text(Tint::Plain, why);
        let fix = match self.fix {
            Some(fix) => Prose::default().text(Tint::Plain, fix),
            None => Prose::default().text(Tint::Faint, "as above"),
        };
        let mut lines = labelled((Tint::Faint, "why"), &why, width);
        lines.extend(labelled((Tint::Fix, "fix"), &fix, width));
        lines
    }
}

/// The blocking findings, equal secrets joined.
pub(super) fn entries(report: &Report) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut known: HashMap<Identity<'_>, usize> = HashMap::new();
    for finding in report.findings.iter().filter(|finding| finding.blocks()) {
        let next = entries.len();
        let index = *known.entry(identity(finding)).or_insert(next);
        if let Some(entry) = entries.get_mut(index) {
            entry.also.push(&finding.location);
            entry.also.extend(&finding.also);
            entry.origins.extend(&finding.origins);
            continue;
        }
        entries.push(Entry {
            finding,
            also: finding.also.iter().collect(),
            origins: finding.origins.iter().collect(),
        });
    }
    entries
}

/// The section, each file's block followed by an empty line.
pub(super) fn lines(entries: &[Entry<'_>], width: usize, verbose: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut said = HashSet::new();
    for file in entries.chunk_by(|a, b| a.path() == b.path()) {
        lines.extend(
            Prose::default()
                .name(Tint::Strong, file[0].path())
                .wrap(width),
        );
        for entry in file {
            let finding = entry.finding;
            let advice = Advice {
                why: said.insert(&finding.why).then_some(&finding.why),
                // No advice at all is not advice given above.
                fix: (said.insert(&finding.remediation) || finding.remediation.is_empty())
                    .then_some(&finding.remediation),
            };
            lines.extend(block(entry, width, &advice, verbose));
        }
        lines.push(Line::default());
    }
    lines
}

fn block(entry: &Entry<'_>, width: usize, advice: &Advice<'_>, verbose: bool) -> Vec<Line> {
    if width < TWO_COLUMNS {
        let mut lines = what(entry, width, verbose);
        lines.extend(advice.lines(width));
        return lines;
    }
    // The gutter of the right half separates the two.
    let half = width / 2;
    let mut lines = what(entry, half, verbose);
    let right = advice.lines(width - half);
    lines.resize_with(lines.len().max(right.len()), Line::default);
    for (line, right) in lines.iter_mut().zip(right) {
        line.pad(half);
        line.append(right);
    }
    lines
}

/// Description and rule id; where they do not fit a line, without the remark
/// in parentheses that some descriptions end with.
fn title(finding: &Finding, width: usize, verbose: bool) -> Prose {
    let of = |description: &str| {
        Prose::default()
            .text(Tint::Strong, description)
            .name(Tint::Faint, &format!("[{}]", finding.rule))
    };
    let whole = of(&finding.description);
    match finding.description.split_once(" (") {
        Some((short, _)) if !verbose && whole.wrap(width).len() > 1 => of(short),
        _ => whole,
    }
}

/// What was found and where.
fn what(entry: &Entry<'_>, width: usize, verbose: bool) -> Vec<Line> {
    let finding = entry.finding;
    let severity = finding.severity;
    let title = title(finding, width.saturating_sub(GUTTER + 2), verbose);
    let mut lines = labelled((Tint::Level(severity), severity.as_str()), &title, width);
    let mut shown = Prose::default();
    if let Some(snippet) = &finding.snippet {
        let snippet = snippet.as_str();
        let near = near(snippet, finding).filter(|_| !verbose);
        shown = shown.text(Tint::Plain, near.as_deref().unwrap_or(snippet));
    } else if let Some(secret) = &finding.secret {
        shown = shown.name(Tint::Plain, &secret.mask());
    }
    let evidence = evidence(finding);
    if !evidence.is_empty() {
        shown = shown.text(Tint::Faint, &format!("({evidence})"));
    }
    let inside = inside(&finding.location);
    let place = inside.strip_prefix(':').unwrap_or(inside.trim_start());
    // A line and column, and most byte offsets, fit the gutter.
    if place.len() <= GUTTER - 2 && !shown.is_empty() {
        lines.extend(labelled((Tint::Plain, place), &shown, width));
    } else {
        let at = Prose::default().name(Tint::Plain, place);
        let both = at.clone().join(shown.clone());
        if place.is_empty() {
            lines.extend(labelled((Tint::Faint, ""), &shown, width));
        } else if both.wrap(width.saturating_sub(GUTTER + 2)).len() == 1 {
            lines.extend(labelled((Tint::Faint, "at"), &both, width));
        } else {
            lines.extend(labelled((Tint::Faint, "at"), &at, width));
            lines.extend(labelled((Tint::Faint, ""), &shown, width));
        }
    }
    lines.extend(also(entry, width, verbose));
    lines.extend(commit(entry, width, verbose));
    lines
}

/// Of a line that fills several, as in minified or encoded text, what stands
/// around the secret.
fn near(snippet: &str, finding: &Finding) -> Option<String> {
    if columns(snippet) <= LONG_LINE {
        return None;
    }
    let mask = finding.secret.as_ref()?.mask();
    let (before, after) = snippet.split_once(&mask)?;
    let cut = before.chars().count().saturating_sub(NEAR);
    let before: String = before.chars().skip(cut).collect();
    let after: String = after.chars().take(NEAR).collect();
    Some(format!("{before}{mask}{after}"))
}

/// The commit that brought it, and whether a remote has it already.
fn commit(entry: &Entry<'_>, width: usize, verbose: bool) -> Vec<Line> {
    let Some(provenance) = Provenance::of(entry.origins.iter().copied()) else {
        return Vec::new();
    };
    let most = if verbose { usize::MAX } else { REFS };
    let mut body = Prose::default().text(Tint::Faint, &provenance.words(most));
    if !provenance.published.is_empty() {
        let text = format!("· already on {}", provenance.remotes());
        body = body.text(Tint::Level(Severity::High), &text);
    }
    let label = match provenance.first.kind {
        OriginKind::Tag => "tag",
        _ => "commit",
    };
    labelled((Tint::Faint, label), &body, width)
}

/// Where else the same secret stands.
fn also(entry: &Entry<'_>, width: usize, verbose: bool) -> Vec<Line> {
    let most = if verbose { usize::MAX } else { PLACES };
    let here = &entry.finding.location.path;
    let shown = entry.also.iter().take(most);
    let mut places: Vec<String> = shown
        .map(|location| seen_from(here, location, verbose))
        .collect();
    let more = entry.also.len() - places.len();
    if more > 0 {
        places.push(format!("+{more}"));
    }
    let last = places.len().saturating_sub(1);
    let mut body = Prose::default();
    for (index, place) in places.iter().enumerate() {
        let comma = if index < last { "," } else { "" };
        body = body.name(Tint::Plain, &format!("{place}{comma}"));
    }
    labelled((Tint::Faint, "also at"), &body, width)
}

/// As much of a place as leads there: the line or else the route, and the path
/// where it is another one.
fn seen_from(here: &str, location: &Location, verbose: bool) -> String {
    let mut location = location.clone();
    if verbose {
        // All of it.
    } else if location.line.is_some() {
        location.route = None;
    } else if location.route.is_some() {
        location.span = None;
    }
    let inside = inside(&location);
    if location.path == here && !inside.is_empty() {
        inside.trim_start_matches([':', ' ']).to_owned()
    } else {
        place(&location)
    }
}
