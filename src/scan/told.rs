//! What a finding says, whatever was found.
//!
//! In: a rule and a place, or a column. Out: the [`Finding`], with all that the
//! rule says of it.

use super::columns::Share;
use super::guessable::place_route;
use crate::finding::{
    Category, Finding, Fingerprint, FingerprintKey, Location, Origin, OriginKind, Route, Verdict,
};
use crate::rule::{Detector, Rule};

/// A finding about a column.
pub(super) fn column(share: Share<'_>, path: &str, origin: OriginKind) -> Finding {
    let route = place_route(&share.column);
    let key = FingerprintKey::default();
    let fingerprint = key.place(&share.rule.id, path, &route);
    // The only value of its path is a setting; where it stands in its file is
    // told as for any other text.
    let is_setting = share.values.is_none() && share.first.span.is_some();
    let route = (!share.column.is_empty() && !is_setting).then(|| Route::new(&share.column));
    let location = Location {
        route,
        ..share.first
    };
    Finding {
        severity: share.severity,
        confidence: share.confidence,
        secret: share.values.is_none().then_some(share.secret),
        values: share.values,
        class: Some(share.class),
        entity: Some(share.entity.into()),
        evidence: share.evidence,
        ..finding(share.rule, origin, fingerprint, location)
    }
}

/// A finding of a rule, with what the rule says of all its findings.
pub(super) fn finding(
    rule: &Rule,
    origin: OriginKind,
    fingerprint: Fingerprint,
    location: Location,
) -> Finding {
    let category = rule.detector.map_or(Category::Secret, Detector::category);
    let references = rule.references.iter().map(ToString::to_string);
    Finding {
        rule: rule.id.to_string(),
        description: rule.description.to_string(),
        category,
        group: group(rule, category),
        severity: rule.severity,
        confidence: rule.confidence,
        fingerprint,
        location,
        also: Vec::new(),
        secret: None,
        snippet: None,
        parts: Vec::new(),
        entity: None,
        class: None,
        values: None,
        size: None,
        evidence: Vec::new(),
        why: rule.why.to_string(),
        remediation: rule.remediation.to_string(),
        references: references.collect(),
        origins: vec![Origin::of(origin)],
        verdict: Verdict::Report,
    }
}

fn group(rule: &Rule, category: Category) -> String {
    if !rule.group_label.is_empty() {
        return rule.group_label.to_string();
    }
    match category {
        Category::Secret => "possible secrets",
        Category::PersonalData => "personal data",
        Category::HardcodedPath => "hardcoded paths",
        Category::StrayFile => "stray files",
        Category::UnsafeFile => "unsafe files",
        Category::Repository => "repository",
    }
    .to_owned()
}
