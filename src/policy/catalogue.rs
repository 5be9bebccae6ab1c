//! The rules that run: the built-in ones, less and more what the policy says.
//!
//! In: the built-in catalogue and the ids that are no rules (audits, detectors
//! written as code). Out: the catalogue of this run. What the command line adds
//! comes first, then what configurations have.

use std::collections::BTreeSet;
use std::{iter, ptr};

use super::Policy;
use super::config::Config;
use super::error::{ConfigError, Place, Problem, shown};
use super::nearest::nearest;
use super::rule_set::RuleSet;
use crate::rule::{Catalogue, RuleError};

impl Policy {
    /// Apply `disable` and `[[rules]]`. `audit_ids` are all ids a finding can
    /// have beside those of rules. Every id that is named must exist.
    pub fn catalogue(
        &self,
        builtin: Catalogue,
        audit_ids: &[&str],
    ) -> Result<Catalogue, ConfigError> {
        let layers = || self.floor.iter().chain(&self.repository);
        let own = layers().flat_map(|config| config.rules.iter().map(|(rule, _)| rule.id.as_ref()));
        let known: BTreeSet<&str> = builtin
            .rules()
            .iter()
            .map(|rule| rule.id.as_ref())
            .chain(audit_ids.iter().copied())
            .chain(own)
            .chain(self.added.iter().flat_map(RuleSet::ids))
            .collect();
        let entities = builtin.rules().iter();
        let entities: BTreeSet<&str> = entities
            .filter_map(|rule| Some(rule.personal.as_ref()?.name.as_ref()))
            .collect();
        for config in layers() {
            check_ids(config, &known)?;
            check_entities(config, &entities)?;
        }
        let mut catalogue = builtin;
        for set in &self.added {
            set.add_to(&mut catalogue, audit_ids)?;
        }
        for config in layers() {
            self.apply(config, &mut catalogue, audit_ids)?;
        }
        Ok(catalogue)
    }

    fn apply(
        &self,
        config: &Config,
        catalogue: &mut Catalogue,
        audit_ids: &[&str],
    ) -> Result<(), ConfigError> {
        let disabled: Vec<String> = config.disable.iter().map(|(id, _)| id.clone()).collect();
        let counts = self.suppressing().any(|counting| ptr::eq(counting, config));
        if counts {
            catalogue.disable(&disabled);
        }
        for (rule, place) in &config.rules {
            // Its own version of a rule it may not disable is not applied either.
            if !counts && disabled.iter().any(|id| *id == rule.id) {
                continue;
            }
            let id = rule.id.to_string();
            let added = if audit_ids.contains(&id.as_str()) {
                Err(RuleError::Duplicate { id })
            } else {
                catalogue.add(rule.clone())
            };
            added.map_err(|error| config.error(*place, Problem::Rule(error)))?;
        }
        Ok(())
    }

    /// Is this audit or detector switched off? (Rules that are, have left the
    /// catalogue.)
    pub fn is_disabled(&self, id: &str) -> bool {
        self.suppressing()
            .flat_map(|config| &config.disable)
            .any(|(disabled, _)| disabled == id)
    }
}

fn check_ids(config: &Config, known: &BTreeSet<&str>) -> Result<(), ConfigError> {
    let disabled = config.disable.iter().zip(iter::repeat("disable"));
    let allowed = config.allows.iter().filter_map(|allow| allow.rule.as_ref());
    for ((id, place), key) in disabled.chain(allowed.zip(iter::repeat("rule"))) {
        if !known.contains(id.as_str()) {
            return Err(unknown(config, *place, key, id, known));
        }
    }
    Ok(())
}

fn check_entities(config: &Config, known: &BTreeSet<&str>) -> Result<(), ConfigError> {
    let personal = &config.personal;
    let named = personal.enable.iter().chain(&personal.disable);
    let held = personal.holds.iter().flat_map(|holds| &holds.entities);
    for (entity, place) in named.chain(held) {
        if !known.contains(entity.as_str()) {
            let problem = Problem::UnknownEntity {
                entity: shown(entity),
                near: nearest(entity, known.iter().copied()),
            };
            return Err(config.error(*place, problem));
        }
    }
    Ok(())
}

fn unknown(
    config: &Config,
    place: Place,
    key: &'static str,
    id: &str,
    known: &BTreeSet<&str>,
) -> ConfigError {
    let problem = Problem::UnknownRule {
        key,
        id: shown(id),
        near: nearest(id, known.iter().copied()),
    };
    config.error(place, problem)
}
