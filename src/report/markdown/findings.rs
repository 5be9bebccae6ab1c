//! The findings that matter: secrets, and whatever else blocks.
//!
//! In: the leaks, worst first. Out: a section a severity, each secret once
//! with all its places, how it came into git and who has it already.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use super::escape::{code, prose, text};
use super::{MOST, capital, cut};
use crate::report::facts::Leak;
use crate::report::provenance::Provenance;
use crate::report::wording::{evidence, place};

/// Findings of one rule that do not block and are still told one by one.
const FEW: usize = 3;
/// Places listed of one secret.
const PLACES: usize = 10;
/// Refs named of one secret.
const REFS: usize = 8;

/// The section.
pub(super) fn section(leaks: &[Leak<'_>]) -> String {
    if leaks.is_empty() {
        return String::new();
    }
    let mut page = "## Findings\n".to_owned();
    let mut said = HashSet::new();
    for level in leaks.chunk_by(|a, b| a.finding().severity == b.finding().severity) {
        let severity = level[0].finding().severity;
        let _ = write!(page, "\n### {}\n", capital(severity.as_str()));
        let (single, groups) = folded(level);
        let mut explain = |page: &mut String, leak: &Leak<'_>| {
            let why = &leak.finding().why;
            if !why.is_empty() && said.insert(why.clone()) {
                let _ = write!(page, "\n{}\n", prose(why));
            }
        };
        for leak in single.iter().take(MOST) {
            page.push_str(&entry(leak));
            explain(&mut page, leak);
        }
        for group in &groups {
            page.push_str(&summed_up(group));
            explain(&mut page, group[0]);
        }
        let more = cut(single.len());
        if !more.is_empty() {
            let _ = write!(page, "\n{more}");
        }
    }
    page
}

/// Those to be told one by one, and what of one rule does not block and is too
/// much for that.
fn folded<'a, 'b>(level: &'b [Leak<'a>]) -> (Vec<&'b Leak<'a>>, Vec<Vec<&'b Leak<'a>>>) {
    let mut groups: BTreeMap<&str, Vec<&Leak<'a>>> = BTreeMap::new();
    for leak in level.iter().filter(|leak| !leak.blocks()) {
        groups.entry(&leak.finding().rule).or_default().push(leak);
    }
    groups.retain(|_, group| group.len() > FEW);
    let is_single =
        |leak: &&Leak<'_>| leak.blocks() || !groups.contains_key(leak.finding().rule.as_str());
    let single = level.iter().filter(is_single).collect();
    (single, groups.into_values().collect())
}

/// Many of a rule at once.
fn summed_up(group: &[&Leak<'_>]) -> String {
    let finding = group[0].finding();
    let mut page = format!(
        "\n#### {} ({})\n\nreported only · {}",
        text(&capital(&finding.description)),
        group.len(),
        code(&finding.rule)
    );
    let published = group.iter().filter(|leak| leak.is_published()).count();
    if published > 0 {
        let _ = write!(page, " · **{published} already on a remote**");
    }
    page.push_str("\n\n");
    for leak in group.iter().take(PLACES) {
        let finding = leak.finding();
        let _ = write!(page, "- {}", code(&place(&finding.location)));
        if let Some(snippet) = &finding.snippet {
            let _ = write!(page, ": {}", code(snippet.as_str()));
        }
        page.push('\n');
    }
    let more = group.len().saturating_sub(PLACES);
    if more > 0 {
        let _ = writeln!(page, "- and {more} more, which the JSON report lists");
    }
    page
}

fn entry(leak: &Leak<'_>) -> String {
    let finding = leak.finding();
    let mut page = format!("\n#### {}", text(&capital(&finding.description)));
    if let Some(secret) = &finding.secret {
        let _ = write!(page, " {}", code(&secret.mask()));
    }
    let mut facts = vec![
        if leak.blocks() {
            "blocks"
        } else {
            "reported only"
        }
        .to_owned(),
        code(&finding.rule),
    ];
    let provenance = leak.provenance();
    if let Some(remotes) = provenance
        .as_ref()
        .filter(|from| !from.published.is_empty())
    {
        let remotes: Vec<String> = remotes.published.iter().map(|name| code(name)).collect();
        facts.push(format!("**already on {}**", remotes.join(", ")));
    }
    let evidence = evidence(finding);
    if !evidence.is_empty() {
        facts.push(text(&evidence));
    }
    let _ = write!(page, "\n\n{}\n\n", facts.join(" · "));
    page.push_str(&places(leak));
    if let Some(provenance) = &provenance {
        let _ = writeln!(page, "- {}", history(provenance));
    }
    page
}

/// A line for each place, with what stands there on the first of a finding.
fn places(leak: &Leak<'_>) -> String {
    let mut page = String::new();
    let mut shown = HashSet::new();
    let mut all = 0;
    for (finding, location) in leak.places() {
        let place = place(location);
        // History knows the same place from many commits.
        if !shown.insert(place.clone()) {
            continue;
        }
        all += 1;
        if all > PLACES {
            continue;
        }
        let _ = write!(page, "- {}", code(&place));
        let snippet = finding
            .snippet
            .as_ref()
            .filter(|_| *location == finding.location);
        if let Some(snippet) = snippet.filter(|snippet| !snippet.as_str().is_empty()) {
            let _ = write!(page, ": {}", code(snippet.as_str()));
        }
        page.push('\n');
    }
    if all > PLACES {
        let _ = writeln!(page, "- and {} more places", all - PLACES);
    }
    page
}

/// ``commit `1a2b3c4d5e6f` of 2026-03-01, on `main`, +12; still in HEAD``
fn history(provenance: &Provenance<'_>) -> String {
    let mut line = match provenance.commits {
        0 | 1 => "commit ".to_owned(),
        more => format!("{more} commits, the first "),
    };
    line.push_str(&code(&provenance.id()));
    if let Some(part) = provenance.part() {
        let _ = write!(line, " ({part})");
    }
    if let Some(date) = provenance.date() {
        let _ = write!(line, " of {date}");
    }
    let named: Vec<String> = provenance
        .named(REFS)
        .iter()
        .map(|name| {
            if name.starts_with('+') {
                name.clone()
            } else {
                code(name)
            }
        })
        .collect();
    if !named.is_empty() {
        let _ = write!(line, ", on {}", named.join(", "));
    }
    if let Some(head) = provenance.head() {
        let _ = write!(line, "; {head}");
    }
    line
}
