//! A token one character off is no token.
//!
//! Rules of a fixed prefix and a fixed length, by their regex: their examples
//! must fall silent when a character is lost, added, or not of the alphabet.

use hubsweep::rule::{Catalogue, Rule, template};
use rayon::prelude::*;
use regex_syntax::hir::{Hir, HirKind};

use crate::sweep::{alone, path_for, sweep};

/// Is the regex one fixed prefix and then a body, as long in every match?
fn is_fixed(rule: &Rule) -> bool {
    let parsed = regex_syntax::ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(&rule.pattern);
    let fixed = |hir: &Hir| {
        let properties = hir.properties();
        let prefixed = match hir.kind() {
            HirKind::Concat(parts) => matches!(parts[0].kind(), HirKind::Literal(_)),
            _ => false,
        };
        prefixed && properties.minimum_len() == properties.maximum_len()
    };
    let guarded = rule.boundary.left && rule.boundary.right && rule.group == 0;
    guarded
        && !rule.is_keyword_rule()
        && rule.detector.is_none()
        && parsed.is_ok_and(|hir| fixed(&hir))
}

/// The secret with one character less, one more, and one of another alphabet.
fn mutations(secret: &[u8]) -> [(&'static str, Vec<u8>); 3] {
    let (shorter, longer) = (&secret[..secret.len() - 1], [secret, b"7"].concat());
    let mut foreign = secret.to_vec();
    let late = secret.len() * 3 / 4;
    foreign[late] = b'@';
    [
        ("one character less", shorter.to_vec()),
        ("one character more", longer),
        ("a foreign character", foreign),
    ]
}

#[test]
fn a_fixed_token_one_character_off_is_silent() {
    let catalogue = Catalogue::builtin().unwrap();
    let rules: Vec<&Rule> = catalogue
        .rules()
        .iter()
        .filter(|rule| is_fixed(rule))
        .collect();
    assert!(
        rules.len() > 50,
        "only {} rules of a fixed form",
        rules.len()
    );
    let failures: Vec<String> = rules
        .par_iter()
        .flat_map_iter(|rule| {
            let engine = alone(rule);
            let path = path_for(rule, "notes.txt");
            let mut failures = Vec::new();
            for example in rule.examples.iter() {
                let text = template::expand(example);
                for hit in sweep(&engine, path, "notes.txt", text.as_bytes()) {
                    for (what, mutated) in mutations(&hit.secret) {
                        let text = [b"key ", mutated.as_slice(), b" end\n"].concat();
                        if !sweep(&engine, path, "notes.txt", &text).is_empty() {
                            failures.push(format!("{}: {what}", rule.id));
                        }
                    }
                }
            }
            failures
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
