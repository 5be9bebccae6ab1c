//! What an id stands for: a rule or an audit.
//!
//! In: an id. Out: everything that is to be said about it, in one form.

use std::path::PathBuf;

use anyhow::bail;
use serde::Serialize;

use super::own_rules::OwnRules;
use super::scan::find_config;
use crate::audit::{self, Doc};
use crate::finding::{Category, Confidence, Severity};
use crate::policy::{Config, nearest};
use crate::rule::{Catalogue, Detector, Rule, Text};

#[derive(Clone, Debug)]
pub(super) enum Subject {
    Rule(Box<Rule>),
    Audit(Doc),
}

/// What lists and JSON show of a subject.
#[derive(Debug, Serialize)]
pub(super) struct Entry<'a> {
    pub(super) id: &'a str,
    pub(super) kind: &'static str,
    pub(super) family: &'a str,
    pub(super) severity: Severity,
    pub(super) confidence: Confidence,
    pub(super) description: &'a str,
    pub(super) tags: &'a [Text],
}

/// Every rule and audit, with the rules that are added and those of a
/// `hubsweep.toml` that holds here.
pub(super) fn all(own: &OwnRules) -> anyhow::Result<Vec<Subject>> {
    let mut catalogue = Catalogue::builtin()?;
    for set in own.load_quietly()? {
        for rule in set.rules() {
            catalogue.add(rule.clone())?;
        }
    }
    // A configuration that is broken is for `scan` to complain about.
    let own = find_config(&[PathBuf::from(".")]).ok().flatten();
    if let Some(config) = own.and_then(|path| Config::load(&path, super::scan::CONFIG_NAME).ok()) {
        for rule in config.rules() {
            let _ = catalogue.add(rule.clone());
        }
    }
    let rules = catalogue.rules().iter().cloned().map(Box::new);
    let audits = audit::docs().into_iter().map(Subject::Audit);
    Ok(rules.map(Subject::Rule).chain(audits).collect())
}

/// The subject of an id, or an error that suggests others.
pub(super) fn find(id: &str, own: &OwnRules) -> anyhow::Result<Subject> {
    let all = all(own)?;
    if let Some(subject) = all.iter().find(|subject| subject.id() == id) {
        return Ok(subject.clone());
    }
    let near: Vec<String> = nearest(id, all.iter().map(Subject::id))
        .iter()
        .map(|id| format!("`{id}`"))
        .collect();
    let near = if near.is_empty() {
        String::new()
    } else {
        format!(", did you mean {}?", near.join(" or "))
    };
    bail!(
        "no rule or audit has the id `{}`{near}\nhelp: `hubsweep rules list` shows all of them",
        crate::finding::printable(id)
    )
}

/// What a secret of several parts is without the others, in words.
pub(super) fn pair(rule: &Rule) -> Option<String> {
    (!rule.requires.is_empty()).then(|| {
        let others = rule.requires.join(" or ");
        format!("one finding with {others} near it; alone {}", rule.alone)
    })
}

impl Subject {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Rule(rule) => &rule.id,
            Self::Audit(doc) => doc.id,
        }
    }

    pub(super) fn description(&self) -> &str {
        match self {
            Self::Rule(rule) => &rule.description,
            Self::Audit(doc) => doc.description,
        }
    }

    pub(super) fn severity(&self) -> Severity {
        match self {
            Self::Rule(rule) => rule.severity,
            Self::Audit(doc) => doc.severity,
        }
    }

    /// Audits see what they report, so they are sure.
    pub(super) fn confidence(&self) -> Confidence {
        match self {
            Self::Rule(rule) => rule.confidence,
            Self::Audit(_) => Confidence::High,
        }
    }

    /// The pattern file of a rule, the category of an audit.
    pub(super) fn family(&self) -> &str {
        match self {
            Self::Rule(rule) => &rule.family,
            Self::Audit(doc) => match doc.category {
                Category::Secret => "secrets",
                Category::PersonalData => "personal-data",
                Category::HardcodedPath => "hardcoded-paths",
                Category::StrayFile => "stray-files",
                Category::UnsafeFile => "unsafe-files",
                Category::Repository => "repository",
            },
        }
    }

    pub(super) fn category(&self) -> Category {
        match self {
            Self::Rule(rule) => rule.detector.map_or(Category::Secret, Detector::category),
            Self::Audit(doc) => doc.category,
        }
    }

    pub(super) fn why(&self) -> &str {
        match self {
            Self::Rule(rule) => &rule.why,
            Self::Audit(doc) => doc.why,
        }
    }

    pub(super) fn remediation(&self) -> &str {
        match self {
            Self::Rule(rule) => &rule.remediation,
            Self::Audit(doc) => doc.fix,
        }
    }

    pub(super) fn examples(&self) -> &[Text] {
        match self {
            Self::Rule(rule) => &rule.examples,
            Self::Audit(_) => &[],
        }
    }

    pub(super) fn references(&self) -> &[Text] {
        match self {
            Self::Rule(rule) => &rule.references,
            Self::Audit(_) => &[],
        }
    }

    pub(super) fn entry(&self) -> Entry<'_> {
        let (kind, tags) = match self {
            Self::Rule(rule) => ("rule", &rule.tags[..]),
            Self::Audit(_) => ("audit", &[][..]),
        };
        Entry {
            id: self.id(),
            kind,
            family: self.family(),
            severity: self.severity(),
            confidence: self.confidence(),
            description: self.description(),
            tags,
        }
    }

    /// Does a word of the command line select it?
    pub(super) fn answers_to(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let entry = self.entry();
        entry.tags.iter().any(|tag| *tag == word)
            || entry.family == word
            || entry.id.contains(&word)
            || entry.description.to_lowercase().contains(&word)
    }
}
