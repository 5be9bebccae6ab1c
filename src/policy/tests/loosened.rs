//! What a change of the configuration or the baseline lets pass.

use super::config;
use crate::finding::FingerprintKey;
use crate::policy::{Baseline, loosened};

fn ways(old: &str, new: &str) -> Vec<String> {
    let parsed = |text: &str| (!text.is_empty()).then(|| config(text, "hubsweep.toml"));
    loosened(parsed(old).as_ref(), None, parsed(new).as_ref(), None)
}

const OWN: &str = "[[rules]]\nid = 'acme'\ndescription = 'own'\nseverity = 'critical'\n\
    regex = 'acme_[a-z0-9]{32}'\n";

#[test]
fn each_way_of_loosening_is_one_sentence_and_tightening_is_none() {
    let allow = "[[allow]]\nrule = 'jwt'\npath = 'src/'\nreason = 'r'\n";
    let skip = "[[allow-skip]]\npath = '*.zip'\nclass = 'failed'\nreason = 'r'\n";
    let weaker = OWN.replace("critical", "low");
    let other = OWN.replace("{32}", "{40}");
    for (old, new, expected) in [
        (
            "",
            "fail-on = 'critical'",
            "hubsweep.toml raises fail-on from high to critical",
        ),
        (
            "fail-on = 'low'",
            "",
            "hubsweep.toml raises fail-on from low to high",
        ),
        (
            "min-confidence = 'low'",
            "min-confidence = 'high'",
            "hubsweep.toml raises min-confidence from low to high",
        ),
        (
            "disable = ['a']",
            "disable = ['c', 'a', 'b']",
            "hubsweep.toml disables `b`, `c`",
        ),
        ("", "exclude = ['x/']", "hubsweep.toml excludes `x/`"),
        (
            "",
            allow,
            "hubsweep.toml:1 allows what is found: rule `jwt`, path `src/`",
        ),
        (
            "",
            skip,
            "hubsweep.toml:1 allows what is not read: path `*.zip`, class `failed`",
        ),
        (OWN, "", "hubsweep.toml no longer has its rule `acme`"),
        (
            OWN,
            weaker.as_str(),
            "hubsweep.toml lowers the severity of its rule `acme` from critical to low",
        ),
        (
            OWN,
            other.as_str(),
            "hubsweep.toml changes what its rule `acme` finds, which may be less",
        ),
    ] {
        assert_eq!(ways(old, new), [expected], "{old} → {new}");
        let is_back = ways(new, old).is_empty();
        // Another regex may find less both ways.
        let both = expected.contains("which may") || (old.is_empty() && new.is_empty());
        assert!(is_back || both, "{new} → {old}: {:?}", ways(new, old));
        assert!(ways(new, new).is_empty(), "{new}");
    }
    // Another order and another reason are nothing.
    let again = "[[allow]]\npath = 'src/'\nreason = 'better'\nrule = 'jwt'\n";
    assert!(ways(allow, again).is_empty());
}

fn baseline(key: &str, rows: &[(char, &str)]) -> Baseline {
    let mut text = format!("version = 1\nkey = \"{key}\"\nentries = [\n");
    for (digit, more) in rows {
        let digits = digit.to_string().repeat(32);
        let row = format!("{{ fingerprint = '{digits}', rule = 'jwt', path = 'a'{more} }},\n");
        text.push_str(&row);
    }
    Baseline::parse(&(text + "]\n"), "hubsweep-baseline.toml").unwrap()
}

#[test]
fn a_baseline_that_lets_more_pass_is_told() {
    const AT: &str = ", severity = 'high', confidence = 'low', count = ";
    let key = FingerprintKey::default().check();
    let of = |rows: &[(char, &str)]| baseline(&key, rows);
    let (one, two) = (format!("{AT}1"), format!("{AT}2"));
    let day = ", expires = 2026-01-01";
    let later = ", expires = 2026-01-02";
    for (old, new, expected) in [
        (None, of(&[('a', ""), ('b', "")]), "adds 2 entries: 2 jwt"),
        (
            Some(of(&[('a', "")])),
            of(&[('a', ""), ('b', "")]),
            "adds 1 entry: 1 jwt",
        ),
        (
            Some(of(&[('a', &one)])),
            of(&[('a', &two)]),
            "lets more pass with 1 entry: 1 jwt",
        ),
        (
            Some(of(&[('a', day)])),
            of(&[('a', later)]),
            "puts off the expiry of 1 entry: 1 jwt",
        ),
        (
            Some(of(&[('a', day)])),
            of(&[('a', "")]),
            "puts off the expiry of 1 entry: 1 jwt",
        ),
        (
            Some(of(&[('a', day)])),
            baseline("00000000", &[('c', "")]),
            "is made with another fingerprint key, so its entries cannot be compared with \
             those before",
        ),
    ] {
        let ways = loosened(None, old.as_ref(), None, Some(&new));
        assert_eq!(ways, [format!("hubsweep-baseline.toml {expected}")]);
        let back = loosened(None, Some(&new), None, old.as_ref());
        assert!(back.is_empty() || expected.contains("another"), "{back:?}");
        assert!(loosened(None, Some(&new), None, Some(&new)).is_empty());
    }
}
