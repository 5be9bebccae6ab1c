//! The gate: which findings stop a push.
//!
//! In: a finding and two thresholds, which the command line, the repository and
//! the floor have a say in. Out: does it block?

use std::fmt::Display;

use super::PolicyInputs;
use crate::finding::{Category, Class, Confidence, Finding, Severity};

/// Least severity and least confidence of a finding that blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Least severity that blocks.
    pub fail_on: Severity,
    /// Least confidence that blocks.
    pub min_confidence: Confidence,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            fail_on: Severity::High,
            min_confidence: Confidence::Medium,
        }
    }
}

impl Gate {
    /// Does this finding hit the gate? Both scales must be reached; personal
    /// data must be a person's own as well.
    pub fn blocks(&self, finding: &Finding) -> bool {
        let someones = finding.category != Category::PersonalData
            || matches!(finding.class, None | Some(Class::Real));
        someones && finding.severity >= self.fail_on && finding.confidence >= self.min_confidence
    }
}

/// One threshold and everybody who has a say in it.
struct Threshold<'a, T> {
    key: &'static str,
    default: T,
    command_line: Option<T>,
    repository: Option<(T, &'a str)>,
    floor: Option<(Option<T>, &'a str)>,
}

impl<T: Ord + Copy + Display> Threshold<'_, T> {
    /// The command line overrides the repository; the floor bounds both. A
    /// floor that does not name the threshold stands for the default.
    fn settle(&self, notices: &mut Vec<String>) -> T {
        let Self { key, default, .. } = *self;
        let bound = self.floor.map(|(level, _)| level.unwrap_or(default));
        let flag = format!("--{key}");
        let asked = match (self.command_line, self.repository) {
            (Some(level), _) => Some((level, flag.as_str())),
            (None, repository) => repository,
        };
        let Some((level, who)) = asked else {
            return bound.unwrap_or(default);
        };
        if let (Some(bound), Some((_, floor))) = (bound, self.floor) {
            if level > bound {
                notices.push(format!(
                    "{who}: {key} {level} not applied, the policy {floor} keeps it at {bound}"
                ));
            }
            return level.min(bound);
        }
        if self.command_line.is_none() && level > default {
            notices.push(format!(
                "{who} lowers the gate: {key} is {level}, by default {default}"
            ));
        }
        level
    }
}

/// The gate everybody together asks for, and what was not applied.
pub(super) fn settle(inputs: &PolicyInputs, notices: &mut Vec<String>) -> Gate {
    let default = Gate::default();
    let repository = inputs.repository.as_ref();
    let floor = inputs.floor.as_ref();
    Gate {
        fail_on: Threshold {
            key: "fail-on",
            default: default.fail_on,
            command_line: inputs.fail_on,
            repository: repository.and_then(|own| Some((own.fail_on?, own.origin.as_str()))),
            floor: floor.map(|floor| (floor.fail_on, floor.origin.as_str())),
        }
        .settle(notices),
        min_confidence: Threshold {
            key: "min-confidence",
            default: default.min_confidence,
            command_line: inputs.min_confidence,
            repository: repository.and_then(|own| Some((own.min_confidence?, own.origin.as_str()))),
            floor: floor.map(|floor| (floor.min_confidence, floor.origin.as_str())),
        }
        .settle(notices),
    }
}
