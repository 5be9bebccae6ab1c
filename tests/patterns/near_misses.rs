//! A value near a keyword, one character off, is no value.
//!
//! Keyword rules whose values have fixed lengths, by their forms: their
//! examples must fall silent when a character is lost, added, or not of the
//! alphabet.

use hubsweep::rule::{Catalogue, Near, Rule, template};
use rayon::prelude::*;

use crate::sweep::{alone, path_for, sweep};

/// The lengths of a value, if each form has one.
fn lengths(near: &Near) -> Option<Vec<usize>> {
    let form = |form: &[hubsweep::rule::literals::value::Part]| {
        let fixed = form.iter().all(|part| part.least == part.most);
        fixed.then(|| form.iter().map(|part| usize::from(part.most)).sum())
    };
    near.value.forms.iter().map(|parts| form(parts)).collect()
}

/// What one example of the rule is found as, though it is one character off.
fn near_misses(rule: &Rule, lengths: &[usize], example: &str) -> Vec<String> {
    let engine = alone(rule);
    let path = path_for(rule, "notes.txt");
    let text = template::expand(example);
    let mut failures = Vec::new();
    for hit in sweep(&engine, path, "notes.txt", text.as_bytes()) {
        let secret = String::from_utf8(hit.secret.clone()).unwrap();
        let (head, tail) = secret.split_at(secret.len() * 3 / 4);
        let mutations = [
            ("one character less", secret[..secret.len() - 1].to_owned()),
            ("one character more", format!("{secret}7")),
            ("a foreign character", format!("{head}@{}", &tail[1..])),
        ];
        for (what, mutated) in mutations {
            // What is left of it may be a value of another form.
            let rest = mutated.split('@').map(str::len);
            let other_form = rest.into_iter().any(|length| lengths.contains(&length));
            let text = text.replacen(&secret, &mutated, 1);
            let found = sweep(&engine, path, "notes.txt", text.as_bytes());
            if !other_form && !found.is_empty() {
                failures.push(format!("{}: {what}", rule.id));
            }
        }
    }
    failures
}

#[test]
fn a_value_one_character_off_is_silent() {
    let catalogue = Catalogue::builtin().unwrap();
    let guarded = |rule: &&Rule| rule.boundary.left && rule.boundary.right;
    let rules: Vec<(&Rule, Vec<usize>)> = catalogue
        .rules()
        .iter()
        .filter(guarded)
        .filter_map(|rule| Some((rule, lengths(rule.near.as_ref()?)?)))
        .collect();
    assert!(rules.len() > 500, "only {} rules", rules.len());
    let failures: Vec<String> = rules
        .par_iter()
        .flat_map_iter(|(rule, lengths)| {
            let examples = rule.examples.iter();
            examples.flat_map(|example| near_misses(rule, lengths, example))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
