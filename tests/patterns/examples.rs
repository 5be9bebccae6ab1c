//! Every example is found, however it is wrapped; every negative is silent.

use std::collections::{BTreeMap, BTreeSet};

use hubsweep::check::{WRAPPINGS, Wrapping, applies, double_quoted};
use hubsweep::engine::Engine;
use hubsweep::rule::{Catalogue, Rule, template};
use rayon::prelude::*;

use crate::sweep::{Hit, alone, of_all, path_for, sweep};

/// What went wrong, as `rule: what (where)` lines by the thing they share.
type Failures = BTreeMap<&'static str, Vec<String>>;

fn assert_none(failures: &Failures, what: &str) {
    let total: usize = failures.values().map(Vec::len).sum();
    let report = failures.iter().fold(String::new(), |report, (name, list)| {
        format!("{report}\n{name}: {}\n  {}", list.len(), list.join("\n  "))
    });
    assert!(total == 0, "{total} {what}:{report}");
}

fn merge(mut all: Failures, more: Failures) -> Failures {
    for (name, list) in more {
        all.entry(name).or_default().extend(list);
    }
    all
}

/// What is wrong with one example in one wrapping: the rule alone must find it,
/// and among all rules it or a better one must claim the bytes, only one.
fn judge(
    rule: &Rule,
    own: &Engine,
    all: &Engine,
    text: &str,
    wrapping: &Wrapping,
) -> Option<String> {
    let path = path_for(rule, wrapping.file);
    let bytes = (wrapping.wrap)(text);
    let found = sweep(own, path, wrapping.file, &bytes);
    if found.is_empty() {
        return Some("not found".to_owned());
    }
    let everything = sweep(all, path, wrapping.file, &bytes);
    let claimed = |hit: &&Hit| found.iter().any(|mine| mine.overlaps(hit));
    if !everything.iter().any(|hit| claimed(&hit)) {
        return Some("lost among all rules".to_owned());
    }
    everything.iter().enumerate().find_map(|(at, hit)| {
        let rival = everything[at + 1..]
            .iter()
            .find(|other| hit.overlaps(other) && hit.is_path == other.is_path)?;
        Some(format!(
            "`{}` and `{}` claim the same bytes",
            hit.rule, rival.rule
        ))
    })
}

#[test]
fn every_example_is_found_in_every_wrapping() {
    let catalogue = Catalogue::builtin().unwrap();
    let all = of_all(&catalogue);
    assert!(WRAPPINGS.len() >= 12, "at least twelve wrappings");
    let failures = catalogue.rules().par_iter().map(|rule| {
        let own = alone(rule);
        let mut failures = Failures::new();
        for (number, example) in rule.examples.iter().enumerate() {
            let text = template::expand(example);
            for wrapping in WRAPPINGS
                .iter()
                .filter(|wrapping| applies(rule, &text, wrapping))
            {
                if let Some(what) = judge(rule, &own, &all, &text, wrapping) {
                    let line = format!("{} example {}: {what}", rule.id, number + 1);
                    failures.entry(wrapping.name).or_default().push(line);
                }
            }
        }
        failures
    });
    assert_none(&failures.reduce(Failures::new, merge), "examples");
}

#[test]
fn every_negative_is_silent() {
    let catalogue = Catalogue::builtin().unwrap();
    let failures = catalogue.rules().par_iter().map(|rule| {
        let own = alone(rule);
        let mut failures = Failures::new();
        for (number, negative) in rule.negatives.iter().enumerate() {
            let text = template::expand(negative);
            let path = path_for(rule, "notes.txt");
            for (form, text) in [("plain", text.clone()), ("quoted", double_quoted(&text))] {
                if !sweep(&own, path, "notes.txt", text.as_bytes()).is_empty() {
                    let line = format!("{} negative {}", rule.id, number + 1);
                    failures.entry(form).or_default().push(line);
                }
            }
        }
        failures
    });
    assert_none(&failures.reduce(Failures::new, merge), "negatives");
}

/// Which rules give their own examples up to another one. A rule listed here
/// without need is a duplicate.
#[test]
fn claims_of_other_rules() {
    let catalogue = Catalogue::builtin().unwrap();
    let all = of_all(&catalogue);
    let bare = &WRAPPINGS[0];
    let claims: BTreeSet<String> = catalogue
        .rules()
        .par_iter()
        .flat_map_iter(|rule| {
            let claimants = rule.examples.iter().flat_map(|example| {
                let bytes = (bare.wrap)(&template::expand(example));
                let path = path_for(rule, bare.file);
                let mine = sweep(&alone(rule), path, bare.file, &bytes);
                let everything = sweep(&all, path, bare.file, &bytes);
                everything
                    .into_iter()
                    .filter(move |hit| mine.iter().any(|own| own.overlaps(hit)))
            });
            let others = claimants.filter(|hit| hit.rule != rule.id);
            others
                .map(|hit| format!("{} -> {}", rule.id, hit.rule))
                .collect::<Vec<_>>()
        })
        .collect();
    let claims: Vec<String> = claims.into_iter().collect();
    insta::assert_snapshot!(claims.join("\n"));
}
