//! The policy: what becomes of a finding or a skip.
//!
//! In: the repository's configuration, the floor of `--policy`, and the command
//! line's overrides. Out: the rules to run, and a verdict for each finding and
//! skip. Nothing here reads what is scanned.
//!
//! What is scanned is not trusted to switch off its own gate: under a floor, the
//! repository's file and its inline allows can only tighten, unless the floor
//! says `allow-suppression = true`. Without a floor they work, and everything
//! they suppress is counted in the report.

mod allow;
mod baseline;
mod catalogue;
mod config;
mod error;
mod gate;
mod glob;
pub mod inline;
mod limits;
mod loosened;
mod nearest;
mod personal;
mod place;
mod rule_set;
#[cfg(test)]
mod tests;

use std::iter;
use std::sync::atomic::{AtomicU64, Ordering};

pub use baseline::{Annotations, Baseline, BaselineError, Change, Day, Deed, Fault};
pub use config::Config;
pub use error::{ConfigError, Place, Problem};
pub use gate::Gate;
pub use inline::{InlineAllow, Marker};
pub use loosened::loosened;
pub use nearest::nearest;
pub use rule_set::RuleSet;

use crate::blob::limits::Limits;
use crate::finding::{
    Confidence, Finding, FingerprintKey, Secret, Severity, Skip, Verdict, printable,
};
use crate::personal::{Profile, Settings};

/// A commented `hubsweep.toml` to start from.
pub fn template() -> &'static str {
    include_str!("template.toml")
}

/// What a policy is made of.
#[derive(Debug, Default)]
pub struct PolicyInputs {
    /// The repository's own file.
    pub repository: Option<Config>,
    /// The file of `--policy`.
    pub floor: Option<Config>,
    /// The files of `--rules`.
    pub added: Vec<RuleSet>,
    /// `--fail-on`.
    pub fail_on: Option<Severity>,
    /// `--min-confidence`.
    pub min_confidence: Option<Confidence>,
    /// `--pii`.
    pub personal: Option<Profile>,
    /// What is known already.
    pub baseline: Option<Baseline>,
    /// The key of `--fingerprint-key`.
    pub key: FingerprintKey,
    /// The day entries of the baseline must hold on; today, if not given.
    pub today: Option<Day>,
}

/// Judges findings and skips. Shared by all threads.
#[derive(Debug)]
pub struct Policy {
    gate: Gate,
    repository: Option<Config>,
    floor: Option<Config>,
    added: Vec<RuleSet>,
    /// Do the repository's own suppressions count?
    suppresses: bool,
    baseline: Option<Baseline>,
    key: FingerprintKey,
    today: Day,
    excludes: Vec<String>,
    personal: Settings,
    notices: Vec<String>,
    /// Findings an inline allow would have suppressed, had it counted.
    refused: AtomicU64,
}

impl Policy {
    /// Put the parts together.
    pub fn new(inputs: PolicyInputs) -> Self {
        let mut notices = Vec::new();
        let gate = gate::settle(&inputs, &mut notices);
        let suppresses = inputs
            .floor
            .as_ref()
            .is_none_or(|floor| floor.allow_suppression);
        let personal = personal::settings(
            inputs.personal,
            inputs.repository.as_ref().map(|own| &own.personal),
            inputs.floor.as_ref().map(|floor| &floor.personal),
            suppresses,
        );
        let PolicyInputs {
            repository,
            floor,
            added,
            baseline,
            key,
            today,
            ..
        } = inputs;
        if let Some(repository) = &repository {
            notices.extend(suppressions(repository, floor.as_ref(), suppresses));
        }
        if let (Some(baseline), Some(floor), false) = (&baseline, &floor, suppresses) {
            notices.extend(baseline.refused(&floor.origin));
        }
        let mut policy = Self {
            gate,
            repository,
            floor,
            added,
            suppresses,
            baseline,
            key,
            today: today.unwrap_or_else(Day::today),
            excludes: Vec::new(),
            personal,
            notices,
            refused: AtomicU64::new(0),
        };
        policy.excludes = policy
            .suppressing()
            .flat_map(|config| config.exclude.iter().cloned())
            .collect();
        policy
    }

    /// The configurations whose allows, excludes and disabled rules count.
    fn suppressing(&self) -> impl Iterator<Item = &Config> {
        let repository = self.repository.iter().filter(|_| self.suppresses);
        repository.chain(&self.floor)
    }

    /// Patterns of paths that are not to be read.
    pub fn excludes(&self) -> &[String] {
        &self.excludes
    }

    /// What fingerprints are made with.
    pub fn key(&self) -> &FingerprintKey {
        &self.key
    }

    /// How far readers go: what the repository says, but never less than the
    /// floor does.
    pub fn limits(&self) -> Limits {
        let own = self.repository.iter();
        let own = own.fold(Limits::default(), |limits, config| {
            config.limits.set(&limits)
        });
        let floor = self.floor.iter();
        floor.fold(own, |limits, config| config.limits.at_least(&limits))
    }

    /// What personal data is looked for.
    pub fn personal(&self) -> &Settings {
        &self.personal
    }

    /// The gate.
    pub fn gate(&self) -> Gate {
        self.gate
    }

    /// Give a finding its verdict. `markers` are those of its file.
    pub fn judge(&self, finding: &mut Finding, markers: &[Marker]) {
        place::weigh(finding);
        // Both are asked, so that what is used does not depend on the order.
        let inline = self.allowed_inline(finding, markers);
        let configured = self.allowed_by_config(finding);
        finding.verdict = match inline.or(configured) {
            Some((by, reason)) => Verdict::Allowed {
                by,
                reason: reason.map(|reason| without(&reason, finding.secret.as_ref())),
            },
            None if self.gate.blocks(finding) => Verdict::Block,
            None => Verdict::Report,
        };
    }

    /// An inline allow holds if every place of the finding has one: the same
    /// secret further down must not hide behind the first.
    fn allowed_inline(&self, finding: &mut Finding, markers: &[Marker]) -> Option<Allowed> {
        let mut reason = None;
        let mut bare = None;
        let mut covered = false;
        for place in iter::once(&finding.location).chain(&finding.also) {
            let covering: Vec<&Marker> = markers
                .iter()
                .filter(|marker| place.line.is_some_and(|line| marker.covers(finding, line)))
                .collect();
            for marker in &covering {
                marker.mark();
            }
            match covering.first() {
                Some(marker) => {
                    covered = true;
                    reason = reason.or_else(|| marker.allow.reason.clone());
                }
                None => bare = bare.or(Some(place.line)),
            }
        }
        match bare {
            None if self.suppresses => return Some(("inline".to_owned(), reason)),
            None => {
                self.refused.fetch_add(1, Ordering::Relaxed);
            }
            Some(Some(line)) if covered => finding.evidence.push(format!(
                "an inline allow covers another place of it, not line {line}"
            )),
            Some(_) => {}
        }
        None
    }

    fn allowed_by_config(&self, finding: &Finding) -> Option<Allowed> {
        let mut allowed = None;
        for config in self.suppressing() {
            for allow in config.allows.iter().filter(|allow| allow.covers(finding)) {
                allow.used.mark();
                allowed = allowed
                    .or_else(|| Some((config.origin.clone(), Some(printable(&allow.reason)))));
            }
            let declared = config.personal.holds.iter();
            for holds in declared.filter(|holds| holds.covers(finding)) {
                holds.used.mark();
                allowed = allowed
                    .or_else(|| Some((config.origin.clone(), Some(printable(&holds.reason)))));
            }
        }
        allowed
    }

    /// Accept a skip that an `[[allow-skip]]` covers.
    pub fn judge_skip(&self, skip: &mut Skip) {
        for allow in self.suppressing().flat_map(|config| &config.allow_skips) {
            if allow.covers(skip) {
                allow.used.mark();
                skip.accepted
                    .get_or_insert_with(|| printable(&allow.reason));
            }
        }
    }

    /// Allows and entries of the baseline that nothing needed. Only the sweep of a
    /// whole tree can tell.
    pub fn unused(&self) -> Vec<String> {
        let stale = |config: &Config, place: Place, table: &str| {
            format!("{}:{}: {table} matched nothing", config.origin, place.line)
        };
        let mut notices = Vec::new();
        for config in self.suppressing() {
            let allows = config.allows.iter().filter(|allow| !allow.used.get());
            notices.extend(allows.map(|allow| stale(config, allow.place, "[[allow]]")));
            let holds = config.personal.holds.iter();
            let holds = holds.filter(|holds| !holds.used.get());
            let table = "[[personal-data.holds]]";
            notices.extend(holds.map(|holds| stale(config, holds.place, table)));
            let skips = config.allow_skips.iter().filter(|skip| !skip.used.get());
            notices.extend(skips.map(|skip| stale(config, skip.place, "[[allow-skip]]")));
        }
        notices.extend(self.stale_entries());
        notices
    }

    /// Inline allows of one file that nothing needed. None of Markdown, whose
    /// prose shows the syntax, and none of gitleaks', whose rules are not ours.
    pub fn unused_markers(&self, path: &str, markers: &[Marker]) -> Vec<String> {
        let ending = path.rsplit('.').next().unwrap_or_default();
        if !self.suppresses || ["md", "markdown", "mdx", "rst"].contains(&ending) {
            return Vec::new();
        }
        markers
            .iter()
            .filter(|marker| !marker.is_used() && marker.allow.by == inline::Syntax::Hubsweep)
            .map(|marker| {
                format!(
                    "{}:{}: the inline allow of {} matched nothing; it belongs on the line of \
                     the finding, or alone on the line above",
                    printable(path),
                    marker.line,
                    marker.allow
                )
            })
            .collect()
    }

    /// What the user must know: where the repository's file loosens the gate,
    /// and what of it was not applied. Complete once everything is judged.
    pub fn notices(&self) -> Vec<String> {
        let mut notices = self.notices.clone();
        let refused = self.refused.load(Ordering::Relaxed);
        if let (Some(floor), 1..) = (&self.floor, refused) {
            notices.push(format!(
                "{} not applied under the policy {}",
                counted(refused as usize, "inline allow"),
                floor.origin
            ));
        }
        notices.extend(self.expired_entries());
        notices
    }
}

/// What allowed a finding, and the reason given.
type Allowed = (String, Option<String>);

/// A reason that does not give the secret away.
fn without(reason: &str, secret: Option<&Secret>) -> String {
    let Some(secret) = secret else {
        return reason.to_owned();
    };
    match std::str::from_utf8(secret.reveal()) {
        Ok(bytes) if !bytes.is_empty() => reason.replace(bytes, &secret.mask()),
        _ => reason.to_owned(),
    }
}

/// What to say about the suppressions of the repository's file.
fn suppressions(own: &Config, floor: Option<&Config>, suppresses: bool) -> Vec<String> {
    let mut notices = Vec::new();
    let origin = &own.origin;
    if own.allow_suppression {
        notices.push(format!(
            "{origin}: allow-suppression only counts in a --policy file"
        ));
    }
    let ids: Vec<String> = own.disable.iter().map(|(id, _)| printable(id)).collect();
    match floor {
        Some(floor) if !suppresses => {
            let refused: Vec<String> = [
                (ids.len(), "disabled rule"),
                (own.exclude.len(), "exclude"),
                (own.allows.len(), "allow"),
                (own.allow_skips.len(), "allow-skip"),
            ]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| counted(count, what))
            .collect();
            if !refused.is_empty() {
                notices.push(format!(
                    "{origin}: {} not applied under the policy {}",
                    refused.join(", "),
                    floor.origin
                ));
            }
        }
        _ if !ids.is_empty() => {
            let what = counted(ids.len(), "rule");
            notices.push(format!("{origin} disables {what}: {}", ids.join(", ")));
        }
        _ => {}
    }
    notices
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
