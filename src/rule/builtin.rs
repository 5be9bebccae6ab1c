//! The built-in catalogue, analysed at build time.
//!
//! In: the table `build.rs` wrote from `patterns/`. Out: [`rules`].

// The table is generated: nobody reads its numbers.
#![allow(clippy::unreadable_literal)]

use std::borrow::Cow;
use std::sync::Arc;

use super::literals::value::{Part, Value};
use super::literals::{ByteSet, Gate, Literal};
use super::{Boundary, Near, Rule, RuleError, Text};
use crate::personal::{Coded, Entity, Form};

struct Builtin {
    id: &'static str,
    family: &'static str,
    description: &'static str,
    severity: &'static str,
    confidence: &'static str,
    pattern: &'static str,
    value: Option<&'static [&'static [Part]]>,
    secret_name: bool,
    requires: &'static [Text],
    alone: Option<&'static str>,
    keywords: &'static [Text],
    entropy: Option<f64>,
    validators: &'static [Text],
    path: Option<&'static str>,
    boundary: &'static str,
    detector: Option<&'static str>,
    group_label: &'static str,
    why: &'static str,
    examples: &'static [Text],
    negatives: &'static [Text],
    remediation: &'static str,
    references: &'static [Text],
    tags: &'static [Text],
    literals: &'static [Literal],
    before: usize,
    after: usize,
    run: usize,
    body: ByteSet,
    group: usize,
    next: ByteSet,
    escapable: bool,
    gate: Gate,
    personal: Option<Personal>,
}

/// Shape, check, score.
type FormRow = (&'static str, Option<&'static str>, u8);

/// What personal data a rule is about.
struct Personal {
    entity: &'static str,
    profile: &'static str,
    countries: &'static [Text],
    context: &'static [Text],
    against: &'static [Text],
    forms: &'static [FormRow],
    found_by: Option<&'static str>,
    in_cards: bool,
    private: bool,
}

impl Personal {
    fn entity(&self) -> Result<Entity, String> {
        let form = |(shape, check, score): &FormRow| Form::new(shape, *check, *score);
        Ok(Entity {
            name: Cow::Borrowed(self.entity),
            profile: self.profile.parse()?,
            countries: Cow::Borrowed(self.countries),
            context: Cow::Borrowed(self.context),
            against: Cow::Borrowed(self.against),
            forms: self.forms.iter().map(form).collect::<Result<_, _>>()?,
            coded: self.found_by.map(Coded::by_name).transpose()?,
            in_cards: self.in_cards,
            private: self.private,
        })
    }
}

include!(concat!(env!("OUT_DIR"), "/builtin_rules.rs"));

/// All built-in rules, in the order of `patterns/`.
pub(super) fn rules() -> Result<Vec<Rule>, RuleError> {
    BUILTIN.iter().map(build).collect()
}

fn build(row: &Builtin) -> Result<Rule, RuleError> {
    let contract = |what| RuleError::Contract {
        id: row.id.to_owned(),
        what,
    };
    let level = |source| RuleError::Level {
        id: row.id.to_owned(),
        source,
    };
    let personal = row.personal.as_ref().map(Personal::entity).transpose();
    let severity = row.severity.parse().map_err(level)?;
    let near = row.value.map(|forms| Near {
        value: Value {
            forms: forms.iter().map(|form| Cow::Borrowed(*form)).collect(),
        },
        secret_name: row.secret_name,
    });
    Ok(Rule {
        id: Cow::Borrowed(row.id),
        family: Cow::Borrowed(row.family),
        description: Cow::Borrowed(row.description),
        severity,
        confidence: row.confidence.parse().map_err(level)?,
        pattern: Cow::Borrowed(row.pattern),
        near,
        keywords: Cow::Borrowed(row.keywords),
        group: row.group,
        entropy: row.entropy,
        requires: Cow::Borrowed(row.requires),
        alone: row.alone.map_or(Ok(severity), str::parse).map_err(level)?,
        validators: super::validators(row.validators).map_err(contract)?,
        path: row.path.map(Cow::Borrowed),
        except: Vec::new(),
        boundary: Boundary::by_name(row.boundary).map_err(contract)?,
        detector: super::detector(row.detector).map_err(contract)?,
        group_label: Cow::Borrowed(row.group_label),
        why: Cow::Borrowed(row.why),
        examples: Cow::Borrowed(row.examples),
        negatives: Cow::Borrowed(row.negatives),
        remediation: Cow::Borrowed(row.remediation),
        references: Cow::Borrowed(row.references),
        tags: Cow::Borrowed(row.tags),
        literals: Cow::Borrowed(row.literals),
        before: row.before,
        after: row.after,
        run: row.run,
        body: row.body,
        next: row.next,
        escapable: row.escapable,
        gate: row.gate,
        personal: personal.map_err(contract)?.map(Arc::new),
    })
}
