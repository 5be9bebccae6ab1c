//! `gitlab-codequality` and `gitlab-secret-detection`: the reports that GitLab
//! reads as artifacts of a job.
//!
//! In: a report. Out: every place of every finding, each with an identity that
//! stays the same while lines move, so that GitLab can tell old from new.

pub(super) mod code_quality;
pub(super) mod secret_detection;

use std::collections::BTreeMap;

use super::wording::{evidence, from_here, inside, one_line};
use crate::finding::{Finding, FingerprintKey, Location, Report, Route};

/// One place of a finding.
struct Place<'a> {
    finding: &'a Finding,
    location: &'a Location,
    /// Path seen from where the sweep was started.
    path: String,
    /// 32 hex digits, unique in the report.
    identity: String,
}

/// Every place of the findings that are wanted, in report order.
fn places(report: &Report, wanted: impl Fn(&Finding) -> bool) -> Vec<Place<'_>> {
    let mut seen: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    let mut places = Vec::new();
    for finding in report.findings.iter().filter(|finding| wanted(finding)) {
        for location in std::iter::once(&finding.location).chain(&finding.also) {
            let route = location.route.as_ref().map_or("", Route::as_str);
            let key = (finding.fingerprint.as_str(), location.path.as_str(), route);
            // Not the line: an entry whose line moves would be a new one.
            let nth = seen.entry(key).or_default();
            *nth += 1;
            let place = format!("{route}#{nth}");
            let rule = format!("{}/{}", finding.rule, finding.fingerprint);
            let identity = FingerprintKey::default().place(&rule, &location.path, &place);
            places.push(Place {
                finding,
                location,
                path: from_here(&location.path, &report.roots),
                identity: identity.to_string(),
            });
        }
    }
    places
}

impl Place<'_> {
    /// GitLab wants a line of everything: of a file without lines, the first.
    fn line(&self) -> u64 {
        self.location.line.unwrap_or(1)
    }

    /// What was found and what speaks for it, masked.
    fn what(&self) -> String {
        let finding = self.finding;
        let mut text = one_line(&finding.description);
        if let Some(secret) = &finding.secret {
            text = format!("{text} {secret}");
        }
        if self.location.route.is_some() || self.location.line.is_none() {
            let inside = inside(self.location);
            if !inside.is_empty() {
                text = format!("{text} at {}", inside.trim_start());
            }
        }
        let evidence = evidence(finding);
        if !evidence.is_empty() {
            text = format!("{text} ({evidence})");
        }
        text
    }
}
