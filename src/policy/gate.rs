//! The gate: which findings stop a push.
//!
//! In: a finding and two thresholds. Out: does it block?

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
