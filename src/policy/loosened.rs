//! How a change lowers the gate.
//!
//! In: configuration and baseline before and after. Out: a sentence for each
//! way in which the later ones let more pass; nothing for what is tightened.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use super::Baseline;
use super::allow::Said;
use super::config::Config;
use super::counted;
use super::error::{Place, shown};
use super::gate::Gate;
use crate::finding::printable;
use crate::rule::{Rule, Text};

/// What the change from the old files to the new ones lets pass. A file that
/// is not there says nothing, as an empty one does.
pub fn loosened(
    old: Option<&Config>,
    old_baseline: Option<&Baseline>,
    new: Option<&Config>,
    new_baseline: Option<&Baseline>,
) -> Vec<String> {
    let mut ways = thresholds(old, new);
    ways.extend(names(old, new));
    ways.extend(rules(old, new));
    ways.extend(allows(old, new));
    ways.extend(personal(old, new));
    if let Some(new) = new_baseline {
        ways.extend(new.more_than(old_baseline));
    }
    ways
}

fn origin<'a>(old: Option<&'a Config>, new: Option<&'a Config>) -> &'a str {
    new.or(old).map_or("", |config| &config.origin)
}

fn thresholds(old: Option<&Config>, new: Option<&Config>) -> Vec<String> {
    let default = Gate::default();
    let origin = origin(old, new);
    let fail_on = |config: Option<&Config>| {
        let set = config.and_then(|config| config.fail_on);
        set.unwrap_or(default.fail_on)
    };
    let min_confidence = |config: Option<&Config>| {
        let set = config.and_then(|config| config.min_confidence);
        set.unwrap_or(default.min_confidence)
    };
    [
        raised(origin, "fail-on", &fail_on(old), &fail_on(new)),
        raised(
            origin,
            "min-confidence",
            &min_confidence(old),
            &min_confidence(new),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn raised<T: Ord + Display>(origin: &str, key: &str, old: &T, new: &T) -> Option<String> {
    (new > old).then(|| format!("{origin} raises {key} from {old} to {new}"))
}

/// Rules that no longer run, paths that are no longer read.
fn names(old: Option<&Config>, new: Option<&Config>) -> Vec<String> {
    let Some(new) = new else { return Vec::new() };
    let added = |list: fn(&Config) -> Vec<&str>| {
        let before: BTreeSet<&str> = old.map(list).unwrap_or_default().into_iter().collect();
        let after: BTreeSet<&str> = list(new).into_iter().collect();
        let added: Vec<String> = after.difference(&before).map(|name| quoted(name)).collect();
        added
    };
    let disabled = added(|config| config.disable.iter().map(|(id, _)| id.as_str()).collect());
    let excluded = added(|config| config.exclude.iter().map(String::as_str).collect());
    [("disables", disabled), ("excludes", excluded)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(verb, names)| format!("{} {verb} {}", new.origin, names.join(", ")))
        .collect()
}

/// Rules of its own that are gone, weaker or other than they were.
fn rules(old: Option<&Config>, new: Option<&Config>) -> Vec<String> {
    let origin = origin(old, new);
    let find = |id: &str| new?.rules().find(|rule| rule.id == id);
    let Some(old) = old else { return Vec::new() };
    old.rules()
        .flat_map(|before| {
            let id = quoted(&before.id);
            let Some(after) = find(&before.id) else {
                return vec![format!("{origin} no longer has its rule {id}")];
            };
            let lowered = |key: &str, old: &dyn Display, new: &dyn Display| {
                format!("{origin} lowers the {key} of its rule {id} from {old} to {new}")
            };
            let mut ways = Vec::new();
            if after.severity < before.severity {
                ways.push(lowered("severity", &before.severity, &after.severity));
            }
            if after.confidence < before.confidence {
                ways.push(lowered("confidence", &before.confidence, &after.confidence));
            }
            if finds(before) != finds(after) {
                ways.push(format!(
                    "{origin} changes what its rule {id} finds, which may be less"
                ));
            }
            ways
        })
        .collect()
}

/// What decides whether a rule finds something.
fn finds(rule: &Rule) -> impl PartialEq + use<> {
    let checks: Vec<Text> = rule
        .validators
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    (
        (rule.pattern.clone(), rule.group, rule.keywords.clone()),
        (rule.entropy, rule.path.clone(), checks),
        (rule.boundary.left, rule.boundary.right),
        rule.except.clone(),
    )
}

fn allows(old: Option<&Config>, new: Option<&Config>) -> Vec<String> {
    let Some(new) = new else { return Vec::new() };
    let findings = |config: &Config| -> Vec<(Place, Said)> {
        let allows = config.allows.iter();
        allows
            .map(|allow| (allow.place, allow.said.clone()))
            .collect()
    };
    let skips = |config: &Config| -> Vec<(Place, Said)> {
        let allows = config.allow_skips.iter();
        allows
            .map(|allow| (allow.place, allow.said.clone()))
            .collect()
    };
    let added = |what: &str, list: &dyn Fn(&Config) -> Vec<(Place, Said)>| {
        let before: BTreeSet<Said> = old
            .map(list)
            .unwrap_or_default()
            .into_iter()
            .map(|(_, said)| said)
            .collect();
        let added = list(new)
            .into_iter()
            .filter(|(_, said)| !before.contains(said));
        added
            .map(|(place, said)| {
                let conditions: Vec<String> = said
                    .iter()
                    .map(|(key, text)| format!("{key} {}", quoted(text)))
                    .collect();
                let conditions = conditions.join(", ");
                format!("{}:{} allows {what}: {conditions}", new.origin, place.line)
            })
            .collect::<Vec<String>>()
    };
    let mut ways = added("what is found", &findings);
    ways.extend(added("what is not read", &skips));
    ways
}

/// Personal data that is no longer looked for, or declared.
fn personal(old: Option<&Config>, new: Option<&Config>) -> Vec<String> {
    let Some(new) = new else { return Vec::new() };
    let origin = &new.origin;
    let profile = |config: Option<&Config>| {
        let set = config.and_then(|config| config.personal.profile);
        set.unwrap_or_default()
    };
    let (before, after) = (profile(old), profile(Some(new)));
    let mut ways = Vec::new();
    if after < before {
        ways.push(format!(
            "{origin} lowers the profile of personal data from {before} to {after}"
        ));
    }
    let old = old.map(|old| &old.personal);
    let knew =
        |id: &String| old.is_some_and(|old| old.disable.iter().any(|(known, _)| known == id));
    let disabled = new.personal.disable.iter().map(|(id, _)| id);
    ways.extend(
        disabled
            .filter(|id| !knew(id))
            .map(|id| format!("{origin} no longer looks for {}", quoted(id))),
    );
    let had =
        |said: &Said| old.is_some_and(|old| old.holds.iter().any(|known| known.said == *said));
    let holds = new.personal.holds.iter();
    ways.extend(holds.filter(|holds| !had(&holds.said)).map(|holds| {
        let conditions = holds.said.iter();
        let conditions: Vec<String> = conditions
            .map(|(key, text)| format!("{key} {}", quoted(text)))
            .collect();
        let line = holds.place.line;
        format!(
            "{origin}:{line} declares personal data: {}",
            conditions.join(", ")
        )
    }));
    ways
}

fn quoted(text: &str) -> String {
    format!("`{}`", shown(text))
}

/// `12 entries: 8 hf-user-token, 4 openai-api-key`
pub(super) fn by_rule<'a>(rules: impl Iterator<Item = &'a str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in rules {
        *counts.entry(rule).or_default() += 1;
    }
    let total: usize = counts.values().sum();
    let listed: Vec<String> = counts
        .iter()
        .map(|(rule, count)| format!("{count} {}", printable(rule)))
        .collect();
    let entries = if total == 1 {
        "1 entry".to_owned()
    } else {
        counted(total, "entrie")
    };
    format!("{entries}: {}", listed.join(", "))
}
