//! The policy as a whole: allows, the gate, the floor against the repository.

mod baseline;
mod floor;
mod loosened;

use super::*;
use crate::finding::{Category, Class, FingerprintKey, Location, Secret, Skip, SkipClass, Snippet};
use crate::rule::Catalogue;

const SECRET: &str = "s3cret-value-of-a-test";

fn secret(rule: &str, path: &str, line: u64) -> Finding {
    Finding {
        rule: rule.to_owned(),
        description: String::new(),
        category: Category::Secret,
        group: String::new(),
        severity: Severity::High,
        confidence: Confidence::Medium,
        fingerprint: FingerprintKey::default().secret(rule, SECRET.as_bytes()),
        location: at(path, line),
        also: Vec::new(),
        secret: Some(Secret::new(SECRET.as_bytes())),
        snippet: Some(Snippet::plain(b"text around it")),
        parts: Vec::new(),
        entity: None,
        class: None,
        values: None,
        size: None,
        evidence: Vec::new(),
        why: String::new(),
        remediation: String::new(),
        references: Vec::new(),
        origins: Vec::new(),
        verdict: Verdict::Report,
    }
}

fn at(path: &str, line: u64) -> Location {
    Location {
        line: Some(line),
        ..Location::file(path)
    }
}

fn config(text: &str, origin: &str) -> Config {
    Config::parse(text, origin).unwrap()
}

fn policy(repository: &str, floor: Option<&str>) -> Policy {
    Policy::new(PolicyInputs {
        repository: Some(config(repository, "hubsweep.toml")),
        floor: floor.map(|text| config(text, "org.toml")),
        ..PolicyInputs::default()
    })
}

fn verdict(policy: &Policy, finding: &Finding, text: &str) -> Verdict {
    let mut finding = finding.clone();
    policy.judge(&mut finding, &inline::markers(text.as_bytes(), 1));
    finding.verdict
}

fn allowed(by: &str, reason: &str) -> Verdict {
    Verdict::Allowed {
        by: by.to_owned(),
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
    }
}

#[test]
fn the_gate_needs_both_scales_and_a_real_person() {
    let gate = Gate::default();
    let mut finding = secret("jwt", "a", 1);
    assert!(gate.blocks(&finding));
    finding.confidence = Confidence::Low;
    assert!(!gate.blocks(&finding));
    finding.confidence = Confidence::High;
    finding.severity = Severity::Medium;
    assert!(!gate.blocks(&finding));
    finding.severity = Severity::Critical;
    for (category, class, blocks) in [
        (Category::PersonalData, None, true),
        (Category::PersonalData, Some(Class::Real), true),
        (Category::PersonalData, Some(Class::Author), false),
        (Category::PersonalData, Some(Class::Placeholder), false),
        (Category::Secret, Some(Class::Role), true),
    ] {
        finding.category = category;
        finding.class = class;
        assert_eq!(gate.blocks(&finding), blocks, "{category:?} {class:?}");
    }
}

#[test]
fn each_condition_of_an_allow_must_hold() {
    let finding = secret("jwt", "src/a.py", 3);
    let digits = finding.fingerprint.as_str().to_uppercase();
    let colons = format!("{}:{}", &digits[..8], &digits[8..]);
    for (allow, covered) in [
        ("rule = 'jwt'".to_owned(), true),
        ("rule = 'email'".to_owned(), false),
        ("path = 'src/'".to_owned(), true),
        ("path = '*.md'".to_owned(), false),
        (format!("fingerprint = '{digits}'"), true),
        (format!("fingerprint = '{colons}'"), true),
        (format!("fingerprint = '{}'", "0".repeat(32)), false),
        ("regex = '^s3cret-'".to_owned(), true),
        ("regex = 'around'".to_owned(), false),
        (
            "rule = 'jwt'\npath = '*.py'\nregex = 'test$'".to_owned(),
            true,
        ),
        ("rule = 'jwt'\npath = '*.md'".to_owned(), false),
    ] {
        let policy = policy(&format!("[[allow]]\n{allow}\nreason = 'fine'"), None);
        let expected = if covered {
            allowed("hubsweep.toml", "fine")
        } else {
            Verdict::Block
        };
        assert_eq!(verdict(&policy, &finding, ""), expected, "{allow}");
        assert_eq!(policy.unused().is_empty(), covered, "{allow}");
    }
}

#[test]
fn without_a_secret_the_regex_sees_what_was_found() {
    let policy = policy("[[allow]]\nregex = '^/home/user'\nreason = 'docs'", None);
    let mut finding = secret("home-path", "a.py", 1);
    finding.secret = None;
    finding.snippet = Some(Snippet::plain(b"/home/user/x"));
    assert_eq!(
        verdict(&policy, &finding, ""),
        allowed("hubsweep.toml", "docs")
    );
    finding.snippet = None;
    assert_eq!(verdict(&policy, &finding, ""), Verdict::Block);
}

#[test]
fn a_reason_never_gives_the_secret_away() {
    let text = format!("[[allow]]\nrule = 'jwt'\nreason = 'it is {SECRET}'");
    let verdict = verdict(&policy(&text, None), &secret("jwt", "a", 1), "");
    assert_eq!(verdict, allowed("hubsweep.toml", "it is s3cr…(22)"));
}

#[test]
fn inline_allows_reach_their_line_and_alone_the_next() {
    let policy = policy("", None);
    for (text, line, rule, expected) in [
        (
            "k # hubsweep:allow jwt test",
            1,
            "jwt",
            allowed("inline", "test"),
        ),
        ("k # hubsweep:allow", 1, "jwt", allowed("inline", "")),
        ("k # hubsweep:allow email", 1, "jwt", Verdict::Block),
        ("k # hubsweep:allow jwt\nk", 2, "jwt", Verdict::Block),
        ("# hubsweep:allow jwt\nk", 2, "jwt", allowed("inline", "")),
        ("# hubsweep:allow jwt\nk\nk", 3, "jwt", Verdict::Block),
        ("k\n# hubsweep:allow jwt", 1, "jwt", Verdict::Block),
        ("k # gitleaks:allow", 1, "jwt", allowed("inline", "")),
        ("# gitleaks:allow\nk", 2, "jwt", Verdict::Block),
    ] {
        assert_eq!(
            verdict(&policy, &secret(rule, "a.py", line), text),
            expected,
            "{text}"
        );
    }
    let mut mail = secret("email", "a.py", 1);
    mail.category = Category::PersonalData;
    assert_eq!(
        verdict(&policy, &mail, "k # gitleaks:allow"),
        Verdict::Block
    );
}

#[test]
fn every_place_of_a_secret_needs_its_inline_allow() {
    let policy = policy("", None);
    let mut finding = secret("jwt", "a.py", 1);
    finding.also = vec![at("a.py", 3)];
    let markers = inline::markers(b"k # hubsweep:allow jwt\n\nk", 1);
    policy.judge(&mut finding, &markers);
    assert_eq!(finding.verdict, Verdict::Block);
    assert_eq!(
        finding.evidence,
        ["an inline allow covers another place of it, not line 3"]
    );
    let text = "k # hubsweep:allow jwt\n\nk # hubsweep:allow jwt same";
    assert_eq!(verdict(&policy, &finding, text), allowed("inline", "same"));
}

#[test]
fn unused_inline_allows_are_named_except_in_prose() {
    let policy = policy("", None);
    let markers = inline::markers(
        b"k # hubsweep:allow jwt\nk # hubsweep:allow email\nx # gitleaks:allow",
        1,
    );
    policy.judge(&mut secret("jwt", "a.py", 1), &markers);
    assert_eq!(
        policy.unused_markers("a.py", &markers),
        [
            "a.py:2: the inline allow of email matched nothing; it belongs on the line of the \
          finding, or alone on the line above"
        ]
    );
    assert!(policy.unused_markers("README.md", &markers).is_empty());
}

#[test]
fn skips_are_accepted_by_path_and_class() {
    let text = "[[allow-skip]]\npath = '*.zip'\nclass = 'failed'\nreason = 'encrypted'";
    let policy = policy(text, None);
    let accepted = |class, path| {
        let mut skip = Skip::new(class, path, "why");
        policy.judge_skip(&mut skip);
        skip.accepted
    };
    assert_eq!(accepted(SkipClass::Limited, "a.zip"), None);
    assert_eq!(accepted(SkipClass::Failed, "a.tar"), None);
    assert_eq!(
        policy.unused(),
        ["hubsweep.toml:1: [[allow-skip]] matched nothing"]
    );
    assert_eq!(
        accepted(SkipClass::Failed, "x/a.zip").as_deref(),
        Some("encrypted")
    );
    assert!(policy.unused().is_empty());
}

const OWN: &str = "[[rules]]\nid = 'ID'\ndescription = 'own'\nregex = 'acme_[a-z0-9]{32}'\n";

#[test]
fn rules_are_added_and_replaced_only_after_they_are_disabled() {
    let builtin = || Catalogue::builtin().unwrap();
    let own = |id: &str| OWN.replace("ID", id);
    let added = policy(&own("acme"), None)
        .catalogue(builtin(), &["email"])
        .unwrap();
    assert_eq!(added.rules().len(), builtin().rules().len() + 1);
    for id in ["hf-user-token", "email"] {
        let error = policy(&own(id), None)
            .catalogue(builtin(), &["email"])
            .unwrap_err();
        assert!(
            error.to_string().starts_with("hubsweep.toml:1:1: rule `"),
            "{error}"
        );
    }
    let replaced = format!("disable = ['hf-user-token']\n{}", own("hf-user-token"));
    let rules = |floor| policy(&replaced, floor).catalogue(builtin(), &[]).unwrap();
    assert_eq!(rules(None).get("hf-user-token").unwrap().description, "own");
    let kept = rules(Some(""));
    assert_ne!(kept.get("hf-user-token").unwrap().description, "own");
}

#[test]
fn the_template_is_valid_with_and_without_its_examples() {
    config(template(), "hubsweep.toml");
    let examples: String = template()
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(example) if !example.starts_with(' ') => format!("{example}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let policy = policy(&examples, None);
    assert!(
        policy
            .catalogue(Catalogue::builtin().unwrap(), &["email"])
            .is_ok()
    );
    assert_eq!(policy.unused().len(), 3);
}

#[test]
fn many_threads_may_judge_at_once() {
    let policy = policy("[[allow]]\nrule = 'jwt'\nreason = 'r'", None);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| verdict(&policy, &secret("jwt", "a", 1), ""));
        }
    });
    assert!(policy.unused().is_empty());
}

#[test]
fn only_regular_files_of_a_sane_size_are_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hubsweep.toml");
    let load = || Config::load(&path, "hubsweep.toml");
    let missing = load().unwrap_err().to_string();
    assert!(
        missing.starts_with("could not read the configuration hubsweep.toml: "),
        "{missing}"
    );
    std::fs::write(&path, template()).unwrap();
    assert!(load().is_ok());
    std::fs::write(&path, "#".repeat(300 * 1024)).unwrap();
    assert!(
        load()
            .unwrap_err()
            .to_string()
            .ends_with("larger than 256 KiB")
    );
    assert!(Config::load(folder.path(), "folder").is_err());
}
