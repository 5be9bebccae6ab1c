//! The built-in catalogue, analysed at build time.
//!
//! In: the table `build.rs` wrote from `patterns/`. Out: [`rules`].

// The table is generated: nobody reads its numbers.
#![allow(clippy::unreadable_literal)]

use super::literals::{Analysis, ByteSet, Literal};
use super::schema::RuleSpec;
use super::{Rule, RuleError};

struct Builtin {
    id: &'static str,
    family: &'static str,
    description: &'static str,
    severity: &'static str,
    confidence: &'static str,
    pattern: &'static str,
    keyword_rule: bool,
    keywords: &'static [&'static str],
    entropy: Option<f64>,
    validators: &'static [&'static str],
    path: Option<&'static str>,
    boundary: &'static str,
    detector: Option<&'static str>,
    group_label: &'static str,
    why: &'static str,
    examples: &'static [&'static str],
    negatives: &'static [&'static str],
    remediation: &'static str,
    references: &'static [&'static str],
    tags: &'static [&'static str],
    literals: &'static [(&'static str, bool)],
    before: usize,
    after: usize,
    run: usize,
    body: ByteSet,
    group: usize,
    next: ByteSet,
    escapable: bool,
}

include!(concat!(env!("OUT_DIR"), "/builtin_rules.rs"));

/// All built-in rules, in the order of `patterns/`.
pub(super) fn rules() -> Result<Vec<Rule>, RuleError> {
    BUILTIN.iter().map(build).collect()
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn build(row: &Builtin) -> Result<Rule, RuleError> {
    let spec = RuleSpec {
        id: row.id.to_owned(),
        description: row.description.to_owned(),
        severity: row.severity.to_owned(),
        confidence: row.confidence.to_owned(),
        regex: row.detector.is_none().then(|| row.pattern.to_owned()),
        detector: row.detector.map(str::to_owned),
        group: row.group_label.to_owned(),
        why: row.why.to_owned(),
        value: None,
        keywords: owned(row.keywords),
        secret_group: Some(row.group),
        entropy: row.entropy,
        validators: owned(row.validators),
        path: row.path.map(str::to_owned),
        boundary: row.boundary.to_owned(),
        examples: owned(row.examples),
        negatives: owned(row.negatives),
        remediation: row.remediation.to_owned(),
        references: owned(row.references),
        tags: owned(row.tags),
    };
    let analysis = Analysis {
        literals: row
            .literals
            .iter()
            .map(|&(text, ignore_case)| Literal {
                text: text.to_owned(),
                ignore_case,
            })
            .collect(),
        before: row.before,
        after: row.after,
        run: row.run,
        body: row.body,
        group: row.group,
        next: row.next,
        escapable: row.escapable,
    };
    let mut rule = Rule::from_analysis(spec, analysis, row.family)?;
    rule.keyword_rule = row.keyword_rule;
    Ok(rule)
}
