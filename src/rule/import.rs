//! Rules of other tools, as rules of ours.
//!
//! In: a gitleaks configuration, or rules of Nosey Parker, Kingfisher or Titus.
//! Out: [`Imported`]: the rules that keep the contract, what is no find of them,
//! and a [`Remark`] for everything that could not be carried over as it was.
//! Nothing is left out in silence.

mod bounds;
mod edges;
mod gitleaks;
mod go_regex;
mod node;
mod noseyparker;
mod pattern;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use thiserror::Error;

use super::Rule;
use super::except::Except;
use super::schema::{ExceptSpec, RuleSpec};
use node::Node;
pub use write::to_toml;

/// Why a file of rules cannot be used.
#[derive(Debug, Error)]
#[error("{line}: {what}")]
pub struct ImportError {
    /// The line, 1-based.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

impl ImportError {
    /// Is the text TOML, as far as one can tell?
    pub fn is_toml(&self, text: &str) -> bool {
        looks_like_toml(text)
    }

    fn at(line: usize, what: &str) -> Self {
        Self {
            line: line.max(1),
            what: what.to_owned(),
        }
    }
}

/// Whose rules they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `[[rules]]` as hubsweep has them.
    Own,
    /// gitleaks, from version 8.
    Gitleaks,
    /// Nosey Parker, Kingfisher and Titus.
    NoseyParker,
}

impl Format {
    /// Whose rules they are, in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "hubsweep",
            Self::Gitleaks => "gitleaks",
            Self::NoseyParker => "noseyparker",
        }
    }
}

/// How far something was carried over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carried {
    /// Not at all: the rule is left out.
    LeftOut,
    /// Without a part that matters.
    Partly,
    /// With a change that hardly matters.
    Changed,
}

/// What could not be carried over as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The rule, as its file calls it; none for what is about the file.
    pub rule: Option<String>,
    /// How far it was carried over.
    pub carried: Carried,
    /// What happened, and why.
    pub what: String,
}

/// The rules of a file.
#[derive(Debug, Default)]
pub struct Imported {
    /// How many rules there were.
    pub given: usize,
    /// Those that keep the contract, as written and ready to run.
    pub rules: Vec<(RuleSpec, Rule)>,
    /// What is no find of them.
    pub except: Vec<ExceptSpec>,
    /// What could not be carried over as it was.
    pub remarks: Vec<Remark>,
}

/// What the reader of a file asks of its surroundings.
pub struct Surroundings<'a> {
    /// The text of a file the rules build on.
    pub read: &'a dyn Fn(&str) -> io::Result<String>,
    /// Is an id taken already?
    pub taken: &'a dyn Fn(&str) -> bool,
}

/// Whose rules a text holds, by what stands in it.
pub fn recognise(text: &str) -> Result<Format, ImportError> {
    if looks_like_toml(text) {
        return Ok(if gitleaks::is_one(&Node::of_toml(text)?) {
            Format::Gitleaks
        } else {
            Format::Own
        });
    }
    noseyparker::check(&Node::of_yaml(text)?)?;
    Ok(Format::NoseyParker)
}

/// Read a file of another tool's rules.
pub fn read(
    text: &str,
    format: Format,
    surroundings: &Surroundings<'_>,
) -> Result<Imported, ImportError> {
    let drafts = match format {
        Format::NoseyParker => noseyparker::read(&Node::of_yaml(text)?)?,
        Format::Gitleaks | Format::Own => gitleaks::read(&Node::of_toml(text)?, surroundings.read)?,
    };
    Ok(drafts.settle(format, surroundings.taken))
}

/// The first line that says something decides: a table, or a key and `=`.
fn looks_like_toml(text: &str) -> bool {
    let said = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let text = text.trim_start_matches('\u{feff}');
    let Some(first) = text.lines().map(str::trim).find(said) else {
        return true;
    };
    let key = first.split(['=', ':']).next().unwrap_or_default();
    first.starts_with('[') || (first[key.len()..].starts_with('=') && !key.contains(['{', '"']))
}

/// A rule that does nothing yet.
fn blank(id: &str, description: &str) -> RuleSpec {
    RuleSpec {
        personal: None,
        id: id.to_owned(),
        description: one_line(description),
        severity: "high".to_owned(),
        confidence: "medium".to_owned(),
        regex: None,
        value: None,
        keywords: Vec::new(),
        secret_name: false,
        detector: None,
        secret_group: None,
        entropy: None,
        requires: Vec::new(),
        alone: None,
        validators: Vec::new(),
        path: None,
        except: Vec::new(),
        boundary: "none".to_owned(),
        examples: Vec::new(),
        negatives: Vec::new(),
        group: String::new(),
        why: String::new(),
        remediation: String::new(),
        references: Vec::new(),
        tags: Vec::new(),
    }
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// What was read, ids as the source has them.
#[derive(Debug, Default)]
struct Drafts {
    given: usize,
    rules: Vec<RuleSpec>,
    except: Vec<ExceptSpec>,
    remarks: Vec<Remark>,
}

impl Drafts {
    fn remark(&mut self, rule: &str, carried: Carried, what: impl Into<String>) {
        self.remarks.push(Remark {
            rule: (!rule.is_empty()).then(|| rule.to_owned()),
            carried,
            what: what.into(),
        });
    }

    /// Give every rule an id of ours, and leave out what breaks the contract.
    fn settle(mut self, format: Format, taken: &dyn Fn(&str) -> bool) -> Imported {
        let mut ids: BTreeMap<String, String> = BTreeMap::new();
        let mut used = BTreeSet::new();
        let mut rules = Vec::new();
        for mut spec in std::mem::take(&mut self.rules) {
            let source = spec.id.clone();
            let Some(id) = self.free_id(&source, format, &used, taken) else {
                self.remark(&source, Carried::LeftOut, "the id is taken");
                continue;
            };
            used.insert(id.clone());
            spec.id.clone_from(&id);
            match Rule::new(spec.clone(), format.as_str()) {
                Ok(rule) => {
                    ids.insert(source, id);
                    rules.push((spec, rule));
                }
                Err(error) => {
                    let text = error.to_string();
                    let what = text
                        .split_once("`: ")
                        .map_or(text.as_str(), |(_, what)| what);
                    self.remark(&source, Carried::LeftOut, what);
                }
            }
        }
        let renamed = |names: &mut Vec<String>| {
            *names = names
                .iter()
                .filter_map(|name| ids.get(name).cloned())
                .collect();
        };
        for (spec, rule) in &mut rules {
            renamed(&mut spec.requires);
            rule.requires = super::texts(spec.requires.clone());
        }
        let mut except = std::mem::take(&mut self.except);
        except.retain_mut(|except| {
            let about_all = except.rules.is_empty();
            renamed(&mut except.rules);
            about_all || !except.rules.is_empty()
        });
        Imported {
            given: self.given,
            rules,
            except,
            remarks: self.remarks,
        }
    }

    /// An id of ours for a rule, if there is one.
    fn free_id(
        &mut self,
        source: &str,
        format: Format,
        used: &BTreeSet<String>,
        taken: &dyn Fn(&str) -> bool,
    ) -> Option<String> {
        let mut id = kebab(source);
        if taken(&id) {
            let prefix = format.as_str();
            id = format!("{prefix}-{id}");
            let what = format!("the id is taken here, so `{prefix}-` stands before it");
            self.remark(source, Carried::Changed, what);
        }
        if used.contains(&id) {
            let numbered = (2..).map(|number| format!("{id}-{number}"));
            id = numbered.take(1000).find(|id| !used.contains(id))?;
            let what = format!("another rule has its id, so it is called `{id}`");
            self.remark(source, Carried::Changed, what);
        }
        (!id.is_empty() && !taken(&id)).then_some(id)
    }

    /// What is no find of a rule, or why that is not so.
    fn checked(&mut self, rule: &str, except: ExceptSpec) -> Option<ExceptSpec> {
        match Except::new(&except) {
            Ok(_) => Some(except),
            Err(why) => {
                let what = format!("an allowlist is left out: {why}");
                self.remark(rule, Carried::Partly, what);
                None
            }
        }
    }
}

/// An id of lower-case letters, digits and dashes.
fn kebab(id: &str) -> String {
    let plain = |sign: char| {
        if sign.is_ascii_alphanumeric() {
            sign.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let id: String = id.chars().map(plain).collect();
    let words: Vec<&str> = id.split('-').filter(|word| !word.is_empty()).collect();
    words.join("-")
}
