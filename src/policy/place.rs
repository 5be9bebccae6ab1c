//! Where a secret of no known provider stands: in tests, fixtures and examples
//! most such values are made up.
//!
//! In: a finding at its path. Out: low confidence, and the reason, for the
//! generic rule there. A token with a form of its own is one wherever it stands.

use crate::finding::{Confidence, Finding};

/// The rule that judges by a name alone.
const GENERIC: &str = "generic-secret-assignment";

/// Folders of tests and examples.
const FOLDERS: &[&str] = &[
    "__fixtures__",
    "__mocks__",
    "__tests__",
    "example",
    "examples",
    "fixture",
    "fixtures",
    "mock",
    "mocks",
    "sample",
    "samples",
    "spec",
    "specs",
    "test",
    "test-data",
    "test_data",
    "testdata",
    "testing",
    "tests",
];
/// Parts of a file's name that say the same, between its dots and marks.
const FILES: &[&str] = &[
    "conftest", "example", "fixture", "fixtures", "mock", "sample", "spec", "test", "tests",
];

/// Lower the confidence of a generic finding that stands in such a place.
pub(super) fn weigh(finding: &mut Finding) {
    if finding.rule == GENERIC
        && finding.confidence > Confidence::Low
        && is_for_show(&finding.location.path)
    {
        finding.confidence = Confidence::Low;
        finding
            .evidence
            .push("in a file of tests or examples".to_owned());
    }
}

fn is_for_show(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let mut parts = path.rsplit(['/', '\\']);
    let file = parts.next().unwrap_or_default();
    let named = file
        .split(['.', '_', '-'])
        .any(|part| FILES.contains(&part));
    named || parts.any(|folder| FOLDERS.contains(&folder))
}

#[cfg(test)]
mod tests {
    use super::is_for_show;

    #[test]
    fn tells_tests_from_the_rest() {
        for path in [
            "tests/app.py",
            "pkg/fixtures/keys.json",
            "src/__tests__/a.ts",
            "test_client.py",
            "client_test.go",
            "client.spec.ts",
            ".env.example",
            "Examples\\run.py",
        ] {
            assert!(is_for_show(path), "{path}");
        }
        for path in [
            "app.py",
            "src/contest.py",
            "latest/run.py",
            "attestation.json",
            ".env",
        ] {
            assert!(!is_for_show(path), "{path}");
        }
    }
}
