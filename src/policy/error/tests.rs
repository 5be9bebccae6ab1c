//! The messages: each says where, what and how to fix it.

use crate::policy::{Config, Policy, PolicyInputs};
use crate::rule::Catalogue;

/// The whole message for a text that must not parse.
fn message(text: &str) -> String {
    Config::parse(text, "hubsweep.toml")
        .unwrap_err()
        .to_string()
}

const NO_REASON: &str = "[[allow]]\nrule = \"email\"\n";

/// Text and message.
const PROBLEMS: &[(&str, &str)] = &[
    (
        "\n\nfail_on = \"high\"",
        "hubsweep.toml:3:1: unknown key `fail_on`, did you mean `fail-on`?",
    ),
    (
        "[[allow]]\n rules = \"email\"",
        "hubsweep.toml:2:2: unknown key `rules`, did you mean `rule`?",
    ),
    (
        "[[allow]]\nxyzzy = 1",
        "hubsweep.toml:2:1: unknown key `xyzzy`\nhelp: use one of `rule`, `path`, \
             `fingerprint`, `regex`, `reason`",
    ),
    (
        "fail-on = \"hihg\"",
        "hubsweep.toml:1:11: `fail-on`: unknown level `hihg`, did you mean `high`?",
    ),
    (
        "min-confidence = \"certain\"",
        "hubsweep.toml:1:18: `min-confidence`: unknown level `certain`\nhelp: use one of \
             `high`, `medium`, `low`",
    ),
    (
        "exclude = \"*.md\"",
        "hubsweep.toml:1:11: `exclude`: expected a sequence",
    ),
    (
        "exclude = [\"ok\",\n  \"!no\"]",
        "hubsweep.toml:2:3: `exclude`: the pattern matches nothing\nhelp: write patterns \
             as in a .gitignore, without `!`",
    ),
    (
        "[[allow]]\nregex = '(x'\nreason = 'r'",
        "hubsweep.toml:2:9: `regex`: not a valid regex: unclosed group",
    ),
    (
        "[[allow]]\nregex = 'x*'\nreason = 'r'",
        "hubsweep.toml:2:9: `regex` matches the empty text, and so everything",
    ),
    (
        "[[allow]]\nfingerprint = 'abc'\nreason = 'r'",
        "hubsweep.toml:2:15: `fingerprint`: expected the 32 hex digits that a report shows",
    ),
    (
        NO_REASON,
        "hubsweep.toml:1:1: `reason` is missing or empty\nhelp: say why this is fine, for \
             whoever reads it next",
    ),
    (
        "[[allow]]\nreason = 'r'",
        "hubsweep.toml:1:1: an allow needs at least one of `rule`, `path`, `fingerprint` \
             and `regex`",
    ),
    (
        "[[allow-skip]]\nreason = 'r'",
        "hubsweep.toml:1:1: `path` is missing",
    ),
    (
        "[[allow-skip]]\npath = 'a'\nclass = 'by-design'\nreason = 'r'",
        "hubsweep.toml:3:9: `class`: expected limited, failed or missing",
    ),
    (
        "[[rules]]\nid = 'A b'\ndescription = 'd'\nregex = 'abcdefgh'",
        "hubsweep.toml:1:1: a rule id consists of lower-case letters, digits and dashes",
    ),
];

#[test]
fn each_problem_says_where_what_and_how_to_fix_it() {
    for (text, expected) in PROBLEMS {
        assert_eq!(&message(text), expected);
    }
    assert!(message(&format!("{NO_REASON}reason = ' '")).contains("`reason` is missing or empty"));
    assert!(message("a = \"").starts_with("hubsweep.toml:1:"));
    assert!(message("[[rules]]\nid = 'x'\ndescription = 'd'\nregex = '.*'").contains("rule `x`"));
}

#[test]
fn values_of_the_file_are_never_quoted() {
    let value = "v4lue".repeat(8);
    for text in [
        format!("exclude = \"{value}\""),
        format!("fail-on = [\"{value}\"]"),
        format!("[[allow]]\nregex = '({value}'\nreason = 'r'"),
        format!("[[allow]]\nfingerprint = '{value}'\nreason = 'r'"),
        format!("a = \"{value}"),
        format!("{value} {value}"),
        format!("exclude = [\"!{value}\"]"),
    ] {
        let shown = message(&text);
        assert!(!shown.contains("v4lue"), "{shown}");
    }
    assert!(!message("\"\\u001b[31m\" = 1").contains('\u{1b}'));
}

#[test]
fn unknown_rules_are_named_with_the_nearest_ones() {
    for (text, expected) in [
        (
            "disable = [\"email\", \"hf-user-tokn\"]",
            "hubsweep.toml:1:21: `disable`: unknown rule `hf-user-tokn`, did you mean \
             `hf-user-token`?\nhelp: `hubsweep rules list` shows all of them",
        ),
        (
            "[[allow]]\nrule = \"emial\"\nreason = \"r\"",
            "hubsweep.toml:2:8: `rule`: unknown rule `emial`, did you mean `email`?\n\
             help: `hubsweep rules list` shows all of them",
        ),
    ] {
        let policy = Policy::new(PolicyInputs {
            repository: Some(Config::parse(text, "hubsweep.toml").unwrap()),
            ..PolicyInputs::default()
        });
        let result = policy.catalogue(Catalogue::builtin().unwrap(), &["email"]);
        assert_eq!(result.unwrap_err().to_string(), expected);
    }
}
