//! What a report comes down to: its distinct secrets, and how many of what.
//!
//! In: a report. Out: the leaks, worst first, and the counts of an executive
//! summary. One secret is one leak, in however many places it stands.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde::Serialize;

use super::provenance::Provenance;
use crate::finding::{
    Category, Confidence, Finding, Fingerprint, Location, Origin, OriginKind, Report, Secret,
    Severity,
};

/// A secret, or another thing that blocks, with every place of it.
pub(super) struct Leak<'a> {
    /// Its findings, in report order; never empty.
    findings: Vec<&'a Finding>,
}

impl<'a> Leak<'a> {
    /// The finding that speaks for all: the worst.
    pub(super) fn finding(&self) -> &'a Finding {
        let rank = |finding: &&&Finding| (finding.blocks(), finding.severity, finding.confidence);
        let worst = self.findings.iter().rev().max_by_key(rank);
        worst.unwrap_or(&self.findings[0])
    }

    /// Does it hit the gate anywhere?
    pub(super) fn blocks(&self) -> bool {
        self.findings.iter().any(|finding| finding.blocks())
    }

    /// Is it likely enough to be acted on?
    pub(super) fn is_likely(&self) -> bool {
        let finding = self.finding();
        self.blocks()
            || (finding.confidence >= Confidence::Medium && finding.severity >= Severity::Medium)
    }

    /// Every place, with the finding it belongs to.
    pub(super) fn places(&self) -> impl Iterator<Item = (&'a Finding, &'a Location)> {
        self.findings.iter().flat_map(|&finding| {
            std::iter::once((finding, &finding.location))
                .chain(finding.also.iter().map(move |also| (finding, also)))
        })
    }

    /// Its findings, in report order.
    pub(super) fn findings(&self) -> &[&'a Finding] {
        &self.findings
    }

    fn origins(&self) -> impl Iterator<Item = &'a Origin> {
        self.findings.iter().flat_map(|&finding| &finding.origins)
    }

    /// How it came into git, where it did.
    pub(super) fn provenance(&self) -> Option<Provenance<'a>> {
        Provenance::of(self.origins())
    }

    /// Does a remote have it already?
    pub(super) fn is_published(&self) -> bool {
        self.origins().any(|origin| !origin.published.is_empty())
    }

    /// Is it in a commit?
    fn is_committed(&self) -> bool {
        self.findings.iter().any(|finding| is_committed(finding))
    }

    /// Is it in the files as they are now?
    pub(super) fn is_present(&self) -> bool {
        self.findings.iter().any(|finding| is_present(finding))
    }
}

/// Is what was found in the files as they are now: on disk, staged, in `HEAD`?
pub(super) fn is_present(finding: &Finding) -> bool {
    let origins = &finding.origins;
    let here = |origin: &Origin| {
        matches!(origin.kind, OriginKind::Tree | OriginKind::Index) || origin.in_head == Some(true)
    };
    // An audit of the tree itself brings no origin.
    origins.is_empty() || origins.iter().any(here)
}

/// Is what was found in a commit, as far as the sweep has looked?
pub(super) fn is_committed(finding: &Finding) -> bool {
    finding
        .origins
        .iter()
        .any(|origin| origin.commit.is_some() && origin.kind == OriginKind::Commit)
}

/// What findings of the same thing in different places have in common. The
/// fingerprint alone does not tell: that of a guessable value is made from its
/// place.
pub(super) type Identity<'a> = (&'a Fingerprint, Option<&'a Secret>, &'a [String]);

/// The identity of a finding.
pub(super) fn identity(finding: &Finding) -> Identity<'_> {
    let secret = finding.secret.as_ref();
    let evidence = secret.map_or(&finding.evidence[..], |_| &[]);
    (&finding.fingerprint, secret, evidence)
}

/// The secrets, and whatever else blocks: the worst first, and of those the
/// ones that a remote has already.
pub(super) fn leaks(report: &Report) -> Vec<Leak<'_>> {
    let mut leaks: Vec<Leak<'_>> = Vec::new();
    let mut known: HashMap<Identity<'_>, usize> = HashMap::new();
    let wanted = |finding: &&Finding| finding.category == Category::Secret || finding.blocks();
    for finding in report.findings.iter().filter(wanted) {
        let next = leaks.len();
        let index = *known.entry(identity(finding)).or_insert(next);
        match leaks.get_mut(index) {
            Some(leak) => leak.findings.push(finding),
            None => leaks.push(Leak {
                findings: vec![finding],
            }),
        }
    }
    leaks.sort_by_cached_key(|leak| {
        Reverse((leak.finding().severity, leak.blocks(), leak.is_published()))
    });
    leaks
}

/// Findings of one severity. What blocks is counted as the verdict counts it:
/// each secret once.
#[derive(Serialize)]
pub(super) struct Level {
    /// The severity.
    pub(super) severity: Severity,
    /// Findings that block.
    pub(super) block: usize,
    /// Findings that are reported only.
    pub(super) report: usize,
}

/// The counts of an executive summary.
#[derive(Serialize)]
pub(super) struct Facts {
    /// Findings that hit the gate.
    pub(super) blocking: usize,
    /// Findings below it.
    pub(super) reported: usize,
    /// Findings an allow or a baseline suppressed.
    pub(super) suppressed: usize,
    /// Distinct secrets that are likely real.
    pub(super) secrets: usize,
    /// Of these, how many a remote has already.
    pub(super) published: usize,
    /// Of these, how many are in the files as they are now.
    pub(super) present: usize,
    /// Of these, how many are in commits.
    pub(super) committed: usize,
    /// By severity, worst first.
    pub(super) severities: Vec<Level>,
}

impl Facts {
    pub(super) fn of(report: &Report, leaks: &[Leak<'_>]) -> Self {
        let secrets: Vec<&Leak<'_>> = leaks
            .iter()
            .filter(|leak| leak.finding().category == Category::Secret && leak.is_likely())
            .collect();
        let of = |leak: &Leak<'_>| [leak.is_published(), leak.is_present(), leak.is_committed()];
        let states: Vec<[bool; 3]> = secrets.iter().map(|leak| of(leak)).collect();
        let count = |state: usize| states.iter().filter(|states| states[state]).count();
        let severities = Severity::ALL.iter().rev().map(|&severity| Level {
            severity,
            block: leaks
                .iter()
                .filter(|leak| leak.blocks() && leak.finding().severity == severity)
                .count(),
            report: report
                .findings
                .iter()
                .filter(|found| found.severity == severity && !found.blocks())
                .count(),
        });
        let severities: Vec<Level> = severities.collect();
        Self {
            blocking: severities.iter().map(|level| level.block).sum(),
            reported: severities.iter().map(|level| level.report).sum(),
            suppressed: report.suppressed.len(),
            secrets: secrets.len(),
            published: count(0),
            present: count(1),
            committed: count(2),
            severities,
        }
    }
}
