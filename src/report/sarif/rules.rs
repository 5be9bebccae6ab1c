//! SARIF's rule table, made from the findings themselves.
//!
//! In: a report. Out: one descriptor a rule id, in order of the ids. A rule's
//! level and score are those of its worst finding.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::level;
use crate::finding::{Category, Finding, Report, Severity};
use crate::report::wording::one_line;

/// The rules that found something, each by its worst finding.
pub(super) struct Rules<'a>(BTreeMap<&'a str, &'a Finding>);

impl<'a> Rules<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let mut rules: BTreeMap<&str, &Finding> = BTreeMap::new();
        // Reported findings first: an allowed one speaks only for a rule that
        // found nothing else.
        let reported = report.findings.iter().map(|finding| (true, finding));
        let suppressed = report.suppressed.iter().map(|finding| (false, finding));
        for (reported, finding) in reported.chain(suppressed) {
            let worst = rules.entry(&finding.rule).or_insert(finding);
            if reported && rank(finding) > rank(worst) {
                *worst = finding;
            }
        }
        Self(rules)
    }

    /// Position of a finding's rule in the table.
    pub(super) fn index(&self, finding: &Finding) -> usize {
        self.0.range(..finding.rule.as_str()).count()
    }

    pub(super) fn descriptors(&self) -> Vec<Value> {
        self.0.values().map(|finding| descriptor(finding)).collect()
    }
}

fn rank(finding: &Finding) -> (bool, Severity) {
    (finding.blocks(), finding.severity)
}

fn descriptor(finding: &Finding) -> Value {
    let description = one_line(&finding.description);
    let why = one_line(&finding.why);
    let full = if why.is_empty() { &description } else { &why };
    let mut descriptor = json!({
        "id": finding.rule,
        "name": pascal(&finding.rule),
        "shortDescription": { "text": description },
        "fullDescription": { "text": full },
        "help": { "text": help(finding, false), "markdown": help(finding, true) },
        "defaultConfiguration": { "level": level(finding) },
        "properties": {
            "precision": finding.confidence,
            "security-severity": score(finding.severity),
            "tags": tags(finding.category),
        },
    });
    if let Some(uri) = finding.references.iter().find(|uri| is_link(uri)) {
        descriptor["helpUri"] = json!(uri);
    }
    descriptor
}

fn help(finding: &Finding, markdown: bool) -> String {
    let mut text = String::new();
    for (title, body) in [("Why", &finding.why), ("Fix", &finding.remediation)] {
        if !body.is_empty() {
            let title = if markdown {
                format!("**{title}.**")
            } else {
                format!("{title}:")
            };
            let _ = write!(text, "{title} {}\n\n", one_line(body));
        }
    }
    for reference in &finding.references {
        let reference = one_line(reference);
        if markdown && is_link(&reference) {
            let _ = writeln!(text, "- <{reference}>");
        } else {
            let _ = writeln!(text, "- {reference}");
        }
    }
    if text.is_empty() {
        return one_line(&finding.description);
    }
    text.trim_end().to_owned()
}

fn is_link(reference: &str) -> bool {
    reference.starts_with("https://")
        && reference.bytes().all(|byte| byte.is_ascii_graphic())
        && !reference.contains(['<', '>', '"', '\\', '^', '`', '{', '|', '}'])
}

/// GitHub's score of a security rule: critical above 9, high from 7, medium
/// from 4.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "0.5",
    }
}

fn tags(category: Category) -> Vec<&'static str> {
    match category {
        Category::Secret => vec!["security", "secret", "external/cwe/cwe-798"],
        Category::PersonalData => vec!["security", "personal-data", "external/cwe/cwe-359"],
        Category::HardcodedPath => vec!["security", "hardcoded-path", "external/cwe/cwe-200"],
        Category::StrayFile => vec!["security", "stray-file", "external/cwe/cwe-538"],
        Category::UnsafeFile => vec!["security", "unsafe-file", "external/cwe/cwe-502"],
        Category::Repository => vec!["repository"],
    }
}

/// `hf-user-token` as `HfUserToken`, the form SARIF asks of names.
fn pascal(id: &str) -> String {
    id.split(|c: char| !c.is_ascii_alphanumeric())
        .flat_map(|word| {
            let mut rest = word.chars();
            let first = rest.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(rest).collect::<Vec<_>>()
        })
        .collect()
}
