//! A file of rules that the command line adds.
//!
//! In: a pattern file, or rules of another tool. Out: a [`RuleSet`], which adds
//! its rules to the catalogue, and what of it could not be carried over. Such a
//! file has no say in the gate: its `except`s are about its own rules, so that
//! it never silences another one.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::config::{Source, read};
use super::error::{ConfigError, Place, Problem, shown};
use crate::finding::printable;
use crate::rule::except::Except;
use crate::rule::import::{self, Format, Imported, Remark, Surroundings};
use crate::rule::schema::{ExceptSpec, RuleSpec};
use crate::rule::{Catalogue, Rule, RuleError};

/// Largest file read.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// Rules of one file, checked.
#[derive(Debug)]
pub struct RuleSet {
    /// The file.
    pub origin: String,
    /// Whose rules they are.
    pub format: Format,
    /// How many rules there were.
    pub given: usize,
    /// What could not be carried over as it was.
    pub remarks: Vec<Remark>,
    rules: Vec<(Rule, Place)>,
    /// As a pattern file of ours has them.
    specs: Vec<RuleSpec>,
    except: Vec<ExceptSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRuleSet {
    #[serde(default)]
    why: String,
    #[serde(default)]
    rules: Vec<Spanned<RuleSpec>>,
    #[serde(default)]
    except: Vec<Spanned<ExceptSpec>>,
}

impl RuleSet {
    /// Read a file; messages name it as `origin`. `taken` tells the ids that are
    /// no longer free.
    pub fn load(
        path: &Path,
        origin: &str,
        taken: &dyn Fn(&str) -> bool,
    ) -> Result<Self, ConfigError> {
        let text = read(path, MAX_BYTES).map_err(|source| ConfigError::Read {
            origin: origin.to_owned(),
            source,
        })?;
        let beside = path.parent().unwrap_or(Path::new(""));
        // As gitleaks has it: a path from here; or one beside the file.
        let load = |name: &str| {
            let near = beside.join(name);
            let path = if near.is_file() {
                near.as_path()
            } else {
                Path::new(name)
            };
            read(path, MAX_BYTES)
        };
        Self::parse(&text, origin, taken, &load)
    }

    /// Parse the text of a file; `load` reads the files it builds on.
    pub fn parse(
        text: &str,
        origin: &str,
        taken: &dyn Fn(&str) -> bool,
        load: &dyn Fn(&str) -> io::Result<String>,
    ) -> Result<Self, ConfigError> {
        let failed = |error: import::ImportError| ConfigError::Invalid {
            origin: origin.to_owned(),
            place: Place {
                line: error.line,
                column: 1,
            },
            problem: Box::new(Problem::Syntax(printable(&error.what))),
        };
        let format = import::recognise(text).map_err(failed)?;
        if format == Format::Own {
            return Self::own(text, origin);
        }
        let surroundings = Surroundings { read: load, taken };
        let imported = import::read(text, format, &surroundings).map_err(failed)?;
        Ok(Self::imported(imported, format, origin))
    }

    fn own(text: &str, origin: &str) -> Result<Self, ConfigError> {
        let source = Source { text, origin };
        let raw: RawRuleSet = toml::from_str(text).map_err(|error| source.explain(&error))?;
        let given = raw.rules.len();
        let specs: Vec<RuleSpec> = raw
            .rules
            .iter()
            .map(|rule| rule.get_ref().clone())
            .collect();
        let ids: BTreeSet<&str> = specs.iter().map(|spec| spec.id.as_str()).collect();
        let mut rules = Vec::with_capacity(given);
        for spec in raw.rules {
            let (mut rule, place) = source.rule(spec)?;
            if rule.why.is_empty() {
                rule.why = raw.why.clone().into();
            }
            rules.push((rule, place));
        }
        for except in &raw.except {
            let unknown = except
                .get_ref()
                .rules
                .iter()
                .find(|id| !ids.contains(id.as_str()));
            let problem = match (unknown, Except::new(except.get_ref())) {
                (Some(id), _) => {
                    Problem::Except(format!("no rule of this file is `{}`", shown(id)))
                }
                (None, Err(why)) => Problem::Except(why),
                (None, Ok(_)) => continue,
            };
            return Err(source.error(&except.span(), problem));
        }
        let except = raw.except.into_iter().map(Spanned::into_inner).collect();
        Ok(Self {
            origin: origin.to_owned(),
            format: Format::Own,
            given,
            remarks: Vec::new(),
            rules,
            specs,
            except,
        }
        .spread())
    }

    fn imported(imported: Imported, format: Format, origin: &str) -> Self {
        let place = Place { line: 1, column: 1 };
        let (specs, rules): (Vec<_>, Vec<_>) = imported.rules.into_iter().unzip();
        Self {
            origin: origin.to_owned(),
            format,
            given: imported.given,
            remarks: imported.remarks,
            rules: rules.into_iter().map(|rule| (rule, place)).collect(),
            specs,
            except: imported.except,
        }
        .spread()
    }

    /// Give each rule what the whole file says is no find, compiled once.
    fn spread(mut self) -> Self {
        for spec in &self.except {
            // It was compiled before.
            let Ok(except) = Except::new(spec).map(Arc::new) else {
                continue;
            };
            let about =
                |id: &str| spec.rules.is_empty() || spec.rules.iter().any(|rule| rule == id);
            for (rule, _) in self.rules.iter_mut().filter(|(rule, _)| about(&rule.id)) {
                rule.except.push(Arc::clone(&except));
            }
        }
        self
    }

    /// Its rules.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(|(rule, _)| rule)
    }

    /// Their ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.rules().map(|rule| rule.id.as_ref())
    }

    /// Some of its rules as a pattern file of ours. Among rules of other files,
    /// what is no find of all of them is no find of these.
    pub fn to_toml(&self, specs: &[RuleSpec], among_others: bool) -> String {
        let mut except = self.except.clone();
        for except in except
            .iter_mut()
            .filter(|except| among_others && except.rules.is_empty())
        {
            except.rules = specs.iter().map(|spec| spec.id.clone()).collect();
        }
        import::to_toml(specs, &except)
    }

    /// The rules as a pattern file of ours has them.
    pub fn specs(&self) -> &[RuleSpec] {
        &self.specs
    }

    /// Add the rules; an id that is there already is an error.
    pub(super) fn add_to(
        &self,
        catalogue: &mut Catalogue,
        audit_ids: &[&str],
    ) -> Result<(), ConfigError> {
        for (rule, place) in &self.rules {
            let id = rule.id.to_string();
            let added = if audit_ids.contains(&id.as_str()) {
                Err(RuleError::Duplicate { id })
            } else {
                catalogue.add(rule.clone())
            };
            added.map_err(|error| ConfigError::Invalid {
                origin: self.origin.clone(),
                place: *place,
                problem: Box::new(Problem::Rule(error)),
            })?;
        }
        Ok(())
    }
}
