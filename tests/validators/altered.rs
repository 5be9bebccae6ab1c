//! One character changed: no checksum lets it pass.

use hubsweep::rule::template::expand;
use hubsweep::validate::Outcome;
use proptest::prelude::*;

use crate::run;

/// A validator, a template, and where the checked part starts.
const CHECKED: &[(&str, &str, usize)] = &[
    ("azure-identifiable", "{azure-openai}", 0),
    ("azure-identifiable", "{azure:+ASt}", 0),
    ("azure-identifiable", "{azure:+ASb}", 0),
    ("bech32", "{age}", 16),
    ("bech32", "{bech32:nsec}", 5),
    ("bip32-extended-key", "{xprv}", 4),
    ("bitcoin-wif", "{wif}", 0),
    ("confluent-crc32", "{confluent}", 4),
    ("github-crc32", "{github:ghp_}", 4),
    ("gitlab-routable", "{gitlab-routable:glpat-}", 6),
    ("grafana-crc32", "{grafana}", 5),
    ("npm-crc32", "{npm}", 4),
    ("stellar-seed", "{stellar}", 1),
    ("zuplo-crc32", "{zuplo}", 5),
];

proptest! {
    #[test]
    fn never_passes(case in 0..CHECKED.len(), seed: u64, place: prop::sample::Index, to in 0..36_u8) {
        let (name, template, from) = CHECKED[case];
        let mut token = hubsweep::rule::template::expand_seeded(template, seed).into_bytes();
        prop_assert!(matches!(run(name, std::str::from_utf8(&token).unwrap()), Outcome::Valid(_)));
        // The last digit of base64 has bits that nothing uses.
        let end = token.iter().rposition(|byte| *byte != b'=').unwrap();
        let at = from + place.index(end - from);
        let letter = b"0123456789abcdefghijklmnopqrstuvwxyz"[usize::from(to)];
        prop_assume!(token[at].is_ascii_alphanumeric() && !token[at].eq_ignore_ascii_case(&letter));
        token[at] = letter;
        let outcome = run(name, std::str::from_utf8(&token).unwrap());
        prop_assert!(!matches!(outcome, Outcome::Valid(_)), "{} at {}: {:?}", name, at, outcome);
    }
}

#[test]
fn every_case_names_a_template() {
    for (_, template, _) in CHECKED {
        assert_ne!(expand(template), *template);
    }
}
