//! The built-in catalogue, analysed at build time.
//!
//! In: the table `build.rs` wrote from `patterns/`. Out: [`rules`].

// The table is generated: nobody reads its numbers.
#![allow(clippy::unreadable_literal)]

use super::literals::value::{Part, Value};
use super::literals::{Analysis, ByteSet, Gate, Literal};
use super::schema::RuleSpec;
use super::{Rule, RuleError};

struct Builtin {
    id: &'static str,
    family: &'static str,
    description: &'static str,
    severity: &'static str,
    confidence: &'static str,
    pattern: &'static str,
    value: Option<&'static [&'static [Part]]>,
    secret_name: bool,
    requires: &'static [&'static str],
    alone: Option<&'static str>,
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
    gate: Gate,
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
    let regex = row.detector.is_none() && row.value.is_none();
    let spec = RuleSpec {
        id: row.id.to_owned(),
        description: row.description.to_owned(),
        severity: row.severity.to_owned(),
        confidence: row.confidence.to_owned(),
        regex: regex.then(|| row.pattern.to_owned()),
        secret_name: row.secret_name,
        requires: owned(row.requires),
        alone: row.alone.map(str::to_owned),
        detector: row.detector.map(str::to_owned),
        group: row.group_label.to_owned(),
        why: row.why.to_owned(),
        value: row.value.map(|_| row.pattern.to_owned()),
        keywords: owned(row.keywords),
        secret_group: Some(row.group),
        entropy: row.entropy,
        validators: owned(row.validators),
        path: row.path.map(str::to_owned),
        except: Vec::new(),
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
        gate: row.gate,
    };
    let value = row.value.map(|forms| Value {
        forms: forms.iter().map(|form| form.to_vec()).collect(),
    });
    Rule::from_analysis(spec, analysis, value, row.family)
}
