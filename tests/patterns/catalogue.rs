//! Every rule says what it finds, why, and what to do; none changes silently.

use hubsweep::check::is_found_elsewhere;
use hubsweep::rule::Catalogue;

#[test]
fn every_rule_is_documented() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut missing = Vec::new();
    for rule in catalogue.rules() {
        let parts = [
            ("a description", rule.description.is_empty()),
            ("a remediation", rule.remediation.is_empty()),
            (
                "an example",
                rule.examples.is_empty() && !is_found_elsewhere(rule),
            ),
            (
                "a negative",
                rule.negatives.is_empty() && !is_found_elsewhere(rule),
            ),
            ("a reference", rule.references.is_empty()),
            ("a tag", rule.tags.is_empty()),
        ];
        let lacking = parts.iter().filter(|(_, lacks)| *lacks);
        missing.extend(lacking.map(|(part, _)| format!("{} lacks {part}", rule.id)));
        for reference in rule.references.iter() {
            if !reference.starts_with("https://") {
                missing.push(format!("{}: `{reference}` is no https link", rule.id));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn ids_are_unique_and_kebab_case() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut ids: Vec<&str> = catalogue
        .rules()
        .iter()
        .map(|rule| rule.id.as_ref())
        .collect();
    let kebab = |id: &str| {
        let words = id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        words && !id.starts_with('-') && !id.ends_with('-') && !id.contains("--")
    };
    let odd: Vec<&&str> = ids.iter().filter(|id| !kebab(id)).collect();
    assert!(odd.is_empty(), "not kebab-case: {odd:?}");
    ids.sort_unstable();
    let twice: Vec<&[&str]> = ids.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "two rules of one id: {twice:?}");
}

/// An id is what people write after `allow`, a severity is what the gate acts
/// on: both change only on purpose.
#[test]
fn rule_ids_and_severities() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut lines: Vec<String> = catalogue
        .rules()
        .iter()
        .map(|rule| format!("{} {}", rule.id, rule.severity))
        .collect();
    lines.sort_unstable();
    insta::assert_snapshot!(lines.join("\n"));
}

/// The other part of a pair is a rule, and half a pair weighs no more than the
/// whole.
#[test]
fn pairs_are_of_rules() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut pairs = 0;
    for rule in catalogue.rules() {
        for other in rule.requires.iter() {
            let other = catalogue.get(other);
            assert!(
                other.is_some_and(|other| other.id != rule.id),
                "{}",
                rule.id
            );
            pairs += 1;
        }
        assert!(rule.alone <= rule.severity, "{}", rule.id);
        assert!(
            rule.alone == rule.severity || !rule.requires.is_empty(),
            "{}",
            rule.id
        );
    }
    assert!(pairs > 20, "only {pairs} pairs");
}
