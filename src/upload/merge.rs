//! Two reports as one.
//!
//! In: reports of parts of one shipment. Out: one report, in report order.

use std::collections::BTreeSet;

use crate::finding::{Finding, Report};

/// Add what was said of other files.
pub(super) fn add(report: &mut Report, other: Report) {
    report.findings.extend(other.findings);
    report.suppressed.extend(other.suppressed);
    report.skipped.extend(other.skipped);
    report.coverage.add(&other.coverage);
    report.interrupted |= other.interrupted;
    for findings in [&mut report.findings, &mut report.suppressed] {
        findings.sort_by(|a, b| a.order().cmp(&b.order()));
    }
    report.skipped.sort_by(|a, b| {
        (&a.path, &a.route, a.class, &a.why).cmp(&(&b.path, &b.route, b.class, &b.why))
    });
}

/// Let `again` speak for the `changed` files, and for the folder as a whole.
pub(super) fn replace(report: &mut Report, again: Report, changed: &BTreeSet<&str>) {
    let gone = |path: &str| path == "." || changed.contains(path);
    let same = |a: &Finding, b: &Finding| {
        a.rule == b.rule && a.location == b.location && a.fingerprint == b.fingerprint
    };
    report.findings.retain(|old| {
        !gone(&old.location.path) && !again.findings.iter().any(|new| same(old, new))
    });
    report.suppressed.retain(|old| {
        !gone(&old.location.path) && !again.suppressed.iter().any(|new| same(old, new))
    });
    report
        .skipped
        .retain(|old| !gone(&old.path) && !again.skipped.contains(old));
    add(report, again);
}
