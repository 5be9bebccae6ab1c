//! Nothing in a baseline gives a value away; a key of one's own.

use hmac::{Hmac, KeyInit as _, Mac as _};
use hubsweep::rule::template::expand_seeded;
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use super::workspace::{NAME, Workspace, mysql, token};

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap();
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// What must not be in a baseline that knows `value`: a part of it, and every
/// hash of it alone or with its rule that anybody could compute.
fn traces(value: &str, rules: &[&str]) -> Vec<String> {
    let key = b"hubsweep fingerprint, version 1";
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(value.as_bytes());
    let mut traces = vec![
        value[..6].to_owned(),
        value[value.len() - 6..].to_owned(),
        hex(&Sha256::digest(value.as_bytes()))[..16].to_owned(),
        hex(&mac.finalize().into_bytes())[..16].to_owned(),
    ];
    for rule in rules {
        let with_rule = hubsweep::finding::FingerprintKey::default().secret(rule, value.as_bytes());
        traces.push(with_rule.as_str()[..16].to_owned());
    }
    traces
}

/// Every rule that may be the one that found it.
fn rules() -> Vec<String> {
    let catalogue = hubsweep::rule::Catalogue::builtin().unwrap();
    catalogue
        .rules()
        .iter()
        .map(|rule| rule.id.to_string())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn no_trace_of_a_value_is_in_the_file(
        seed in 1_u64..1_000_000,
        word in "[A-Z][a-z]{5,8}[0-9]{4}",
        name in "[a-z]{4,8}\\.[a-z]{5,8}",
    ) {
        let folder = Workspace::new();
        let mail = format!("{name}{}acme-corp.de", '@');
        let url = format!("postgres://app:{word}{}db.acme.example/x", '@');
        let secret = token(seed);
        folder.write("train.py", &format!("login('{secret}')\nDB = '{url}'\n"));
        folder.write("run.sh", &mysql(&word));
        folder.write("app.env", &format!("DB_PASSWORD={word}\n"));
        folder.write("people.csv", &format!("id,email\n1,{mail}\n"));
        folder.succeeds(&["baseline", "create", "--all"]);
        let text = folder.read(NAME).replace(':', "");
        let rules = rules();
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        for value in [&word, &mail] {
            for trace in traces(value, &rules) {
                prop_assert!(!text.contains(&trace), "{trace} of {value} in\n{text}");
            }
        }
        for trace in traces(&secret, &[]) {
            prop_assert!(!text.contains(&trace), "{trace} of a token in\n{text}");
        }
        // And it is no finding itself.
        prop_assert_eq!(folder.counts().0, 0);
    }
}

/// Fingerprints beside the names of all providers there are.
#[test]
fn a_baseline_holds_nothing_that_looks_like_a_key() {
    let folder = Workspace::new();
    let catalogue = hubsweep::rule::Catalogue::builtin().unwrap();
    for rule in catalogue.rules() {
        let examples = rule.examples.iter();
        let texts: Vec<String> = examples.map(|text| expand_seeded(text, 7)).collect();
        folder.write(&format!("{}.txt", rule.id), &texts.join("\n\n\n"));
    }
    folder.succeeds(&["baseline", "create", "--all"]);
    let (report, code) = folder.report();
    assert_eq!(code, Some(0));
    assert!(report["suppressed"].as_array().unwrap().len() > catalogue.rules().len());
    for finding in report["findings"].as_array().unwrap() {
        assert_ne!(finding["path"], NAME, "{finding}");
    }
}

/// A rule of one's own whose values are few.
#[test]
fn short_values_of_a_rule_of_ones_own_are_not_hashed() {
    let folder = Workspace::new();
    folder.write(
        "hubsweep.toml",
        "[[rules]]\nid = 'employee'\ndescription = 'Employee number'\nseverity = 'high'\n\
         confidence = 'high'\nregex = 'ACME-[0-9]{6}'\n",
    );
    let number = expand_seeded("ACME-{digit:6}", 1);
    folder.write("a.txt", &format!("{number}\n"));
    folder.succeeds(&["baseline", "create"]);
    let text = folder.read(NAME).replace(':', "");
    assert!(text.contains("count = 1"), "{text}");
    for trace in traces(&number, &["employee"]) {
        assert!(!text.contains(&trace), "{trace} in\n{text}");
    }
}

#[test]
fn a_key_of_ones_own_is_needed_again() {
    let folder = Workspace::new();
    folder.write("train.py", &format!("login('{}')\n", token(1)));
    let key = folder.beside("key", "a key of sixteen bytes or more\n");
    let other = folder.beside("other", "another key of sixteen bytes\n");
    let short = folder.beside("short", "fifteen bytes..\n");
    folder.succeeds(&["baseline", "create", "--fingerprint-key", &key]);
    folder.succeeds(&["scan", "--fingerprint-key", &key]);
    for (arguments, expected) in [
        (
            vec!["scan"],
            "this run uses the built-in key\nhelp: name its file",
        ),
        (
            vec!["scan", "--fingerprint-key", &other],
            "was made with the key ",
        ),
        (vec!["baseline", "update"], "this run uses the built-in key"),
        (
            vec!["scan", "--fingerprint-key", &short],
            "has 15 bytes, fewer than 16\nhelp: ",
        ),
        (
            vec!["scan", "--fingerprint-key", "missing"],
            "could not read the fingerprint key missing",
        ),
    ] {
        let run = folder.hubsweep(&arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}");
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    assert_eq!(folder.hubsweep(&["scan", "--no-baseline"]).code, Some(1));
}
