//! Rules the command line adds: what is written by `rules import` is what runs,
//! and nothing that is added takes a built-in finding away.

#![allow(clippy::unwrap_used)] // a test may panic, its helpers too

use std::io;

use hubsweep::blob::{Fragment, Kind, Route, Sought, Text};
use hubsweep::engine::Engine;
use hubsweep::policy::{Policy, PolicyInputs, RuleSet};
use hubsweep::rule::{Catalogue, template};

fn set(text: &str) -> RuleSet {
    let load = |_: &str| Err(io::ErrorKind::NotFound.into());
    RuleSet::parse(text, "rules", &|_| false, &load).unwrap()
}

/// The built-in rules and those of a file.
fn engine(text: &str) -> Engine {
    let policy = Policy::new(PolicyInputs {
        added: vec![set(text)],
        ..PolicyInputs::default()
    });
    let catalogue = policy.catalogue(Catalogue::builtin().unwrap(), &[]);
    Engine::new(&catalogue.unwrap())
}

fn found(engine: &Engine, path: &str, text: &str) -> Vec<String> {
    let text = template::expand(text);
    let fragment = Fragment {
        route: &Route::default(),
        text: text.as_bytes(),
        owned: 0..text.len(),
        base: 0,
        raw: Some(0),
        line: None,
        kind: Kind::Text(Text::Plain),
        rows: &[],
        sought: Sought::Everything,
    };
    let found = engine.scanner(path).scan(&fragment).found;
    found.iter().map(|hit| hit.rule.id.to_string()).collect()
}

const GITLEAKS: &str = r#"
title = "acme"

[allowlist]
paths = ['''^vendor/''']

[[rules]]
id = "acme-any"
regex = '''(?i)[\w.-]{0,50}?(?:token|key)[\s'"]{0,3}[:=][\s'"]{0,5}([\w.-]{10,150})(?:['"\s;]|$)'''
keywords = ["token", "key"]

[[rules.allowlists]]
stopwords = ["sample"]
regexTarget = "line"
regexes = ['''# fine$''']

[[rules]]
id = "acme-both"
regex = '''acme(?:=([a-z0-9]{12})\b|:'([a-z0-9]{12})')'''

[[rules]]
id = "acme-long"
regex = '''\bacme-[A-Za-z0-9]{20,}\b'''
"#;

const YAML: &str = r"
rules:
- name: Acme token
  id: acme.token.1
  pattern: |
    (?xi) \b acme (?:.|[\n\r]){0,16}? token .{0,8} (?P<TOKEN>[a-z0-9]{32}) \b
  min_entropy: 3
  pattern_requirements: {min_digits: 2}
";

#[test]
fn what_is_written_is_what_runs() {
    for text in [GITLEAKS, YAML] {
        let theirs = set(text);
        let ours = set(&theirs.to_toml(theirs.specs(), false));
        assert_eq!(theirs.rules().count(), ours.rules().count());
        for (theirs, ours) in theirs.rules().zip(ours.rules()) {
            assert_eq!(theirs.id, ours.id);
            assert_eq!(theirs.pattern, ours.pattern);
            assert_eq!(theirs.group, ours.group);
            assert_eq!(theirs.boundary, ours.boundary);
            assert_eq!(theirs.entropy, ours.entropy);
            assert_eq!(theirs.except, ours.except);
        }
    }
}

#[test]
fn what_is_found_and_what_is_no_find() {
    let engine = engine(GITLEAKS);
    let found = |path: &str, text: &str| found(&engine, path, text);
    let line = "acme_id key = {alnum:24}";
    assert_eq!(found("a.txt", line), ["acme-any"]);
    assert!(found("vendor/a.txt", line).is_empty());
    assert!(found("a.txt", "acme_id key = {alnum:24}  # fine").is_empty());
    assert!(found("a.txt", "acme_id key = {alnum:12}SAMPLE{alnum:6}").is_empty());
    // Either group holds the secret.
    assert_eq!(found("a.txt", "acme={loweralnum:12}"), ["acme-both"]);
    assert_eq!(found("a.txt", "acme:'{loweralnum:12}'"), ["acme-both"]);
    // `_` and an escape are no part of a token.
    for text in [
        "x_acme-{alnum:40}",
        "\\nacme-{alnum:40}",
        "acme-{alnum:3000}",
    ] {
        assert_eq!(found("a.txt", text), ["acme-long"], "{text}");
    }
    assert!(found("a.txt", "xacme-{alnum:40}").is_empty());
}

#[test]
fn what_is_added_takes_nothing_away() {
    let engine = engine(GITLEAKS);
    for (text, rule) in [
        ("HF_TOKEN=hf_{alpha:34}", "hf-user-token"),
        ("WANDB_API_KEY={hex:40}", "wandb-api-key"),
        ("key = sample-hf_{alpha:34}", "hf-user-token"),
    ] {
        for path in ["a.txt", "vendor/a.txt"] {
            assert_eq!(found(&engine, path, text), [rule], "{text} in {path}");
        }
    }
    // Where it finds nothing itself, the generic rules still do.
    let generic = found(&engine, "vendor/a.txt", "api_key = \"{alnum:32}\"");
    assert_eq!(generic, ["generic-secret-assignment"]);
}

#[test]
fn a_milder_rule_does_not_win() {
    let mild =
        "rules:\n- {id: acme.half, visible: false, pattern: '(?i)api_key = \"([a-z0-9]{32})'}\n";
    let text = "api_key = \"{loweralnum:32}\"";
    assert_eq!(
        found(&engine(mild), "a.txt", text),
        ["generic-secret-assignment"]
    );
}

#[test]
fn files_are_not_taken_for_what_they_are_not() {
    let load = |_: &str| Err(io::ErrorKind::NotFound.into());
    let error = |text: &str| {
        let set = RuleSet::parse(text, "rules.toml", &|_| false, &load);
        set.unwrap_err().to_string()
    };
    assert!(error("fail-on = 'low'\n").starts_with("rules.toml:1:1: unknown key `fail-on`"));
    let rule = "[[rules]]\nid = 'acme'\ndescription = 'x'\nregex = 'acme[a-z]{9}'\n";
    let except = |text: &str| error(&format!("{rule}[[except]]\n{text}\n"));
    assert!(except("").contains("`except`: an `except` needs"));
    assert!(except("rules = ['gone']\npaths = ['x']").contains("no rule of this file is `gone`"));
    let policy = Policy::new(PolicyInputs {
        added: vec![set(&format!("{rule}{rule}"))],
        ..PolicyInputs::default()
    });
    let error = policy.catalogue(Catalogue::builtin().unwrap(), &[]);
    let error = error.unwrap_err().to_string();
    assert!(error.starts_with("rules:5:1: rule `acme` is there already"));
}
