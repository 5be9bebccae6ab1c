//! The baseline: what it suppresses, how it is changed.

mod file;

use std::slice::from_ref;

use super::secret;
use crate::finding::{
    Basis, Category, Class, Confidence, Finding, FingerprintKey, Origin, OriginKind, Report,
    Secret, Severity, Skip, SkipClass, Verdict,
};
use crate::policy::{Annotations, Baseline, Config, Day, Deed, Policy, PolicyInputs, inline};

const NAME: &str = "hubsweep-baseline.toml";
const PLACED: &str = "severity = \"high\", confidence = \"medium\", count = ";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A baseline with these entries from line 4 on.
fn text(entries: &[String]) -> String {
    let key = FingerprintKey::default().check();
    let mut text = format!("version = 1\nkey = \"{key}\"\nentries = [\n");
    for entry in entries {
        text.extend(["  ", entry, "\n"]);
    }
    text + "]\n"
}

fn entry(finding: &Finding, more: &str) -> String {
    let more = if more.is_empty() {
        String::new()
    } else {
        format!(", {more}")
    };
    format!(
        "{{ fingerprint = \"{}\", rule = \"{}\", path = \"{}\"{more} }},",
        finding.fingerprint, finding.rule, finding.location.path
    )
}

/// A guessable value at a place.
fn password(value: &str, path: &str) -> Finding {
    Finding {
        fingerprint: FingerprintKey::default().place("password", path, ""),
        secret: Some(Secret::new(value.as_bytes())),
        ..secret("password", path, 1)
    }
}

fn parse(text: &str) -> Baseline {
    Baseline::parse(text, NAME).unwrap()
}

fn policy_on(today: &str, text: &str, floor: Option<&str>) -> Policy {
    Policy::new(PolicyInputs {
        baseline: Some(parse(text)),
        floor: floor.map(|text| Config::parse(text, "org.toml").unwrap()),
        today: Some(day(today)),
        ..PolicyInputs::default()
    })
}

fn judged(policy: &Policy, findings: &[Finding]) -> Vec<Finding> {
    let mut findings = findings.to_vec();
    for finding in &mut findings {
        policy.judge(finding, &[]);
    }
    policy.apply_baseline(&mut findings);
    findings
}

fn report(findings: &[Finding]) -> Report {
    Report {
        findings: judged(&Policy::new(PolicyInputs::default()), findings),
        ..Report::default()
    }
}

#[test]
fn a_known_secret_is_suppressed_wherever_it_is() {
    let known = secret("jwt", "a.py", 1);
    let text = text(&[entry(&known, "owner = \"ana\", reason = \"revoked\"")]);
    let policy = policy_on("2026-01-01", &text, None);
    let other = Finding {
        fingerprint: FingerprintKey::default().secret("jwt", b"another"),
        ..secret("jwt", "a.py", 1)
    };
    let findings = judged(&policy, &[secret("jwt", "moved/b.py", 99), other]);
    assert_eq!(
        findings[0].verdict,
        Verdict::Baselined {
            reason: Some("revoked".to_owned()),
            owner: Some("ana".to_owned())
        }
    );
    assert_eq!(findings[1].verdict, Verdict::Block);
    assert!(policy.unused().is_empty() && policy.notices().is_empty());
}

#[test]
fn what_is_known_by_its_place_is_counted_and_bounded() {
    let one = password("hunter2", "a.env");
    let placed = text(&[entry(&one, &format!("{PLACED}1"))]);
    let verdicts = |findings: &[Finding]| {
        let policy = policy_on("2026-01-01", &placed, None);
        judged(&policy, findings)
    };
    let is_known = |findings: &[Finding]| {
        let known = |finding: &Finding| finding.verdict.suppresses();
        verdicts(findings).iter().all(known)
    };
    assert!(is_known(from_ref(&one)));
    // The same value on a second line is the same.
    assert!(is_known(&[one.clone(), one.clone()]));
    // One of two is new, and nobody can say which.
    let two = verdicts(&[one.clone(), password("letmein", "a.env")]);
    assert!(two.iter().all(Finding::blocks));
    assert_eq!(
        two[0].evidence,
        ["the baseline knows 1 value of it here, now there are 2: at least one is new"]
    );
    assert!(!is_known(&[password("hunter2", "b.env")]));
    for worse in [
        Finding {
            severity: Severity::Critical,
            ..one.clone()
        },
        Finding {
            confidence: Confidence::High,
            ..one.clone()
        },
    ] {
        assert!(verdicts(&[worse]).iter().all(Finding::blocks));
    }
    // An entry without a bound covers no place, one with a bound no bytes.
    let bare = policy_on("2026-01-01", &text(&[entry(&one, "")]), None);
    assert!(judged(&bare, &[one])[0].blocks());
}

#[test]
fn an_expired_entry_does_not_hold_and_is_told_with_its_owner() {
    let known = secret("jwt", "a.py", 1);
    let text = text(&[entry(&known, "owner = \"ana\", expires = 2026-06-30")]);
    let last_day = policy_on("2026-06-30", &text, None);
    assert!(judged(&last_day, from_ref(&known))[0].verdict.suppresses());
    let policy = policy_on("2026-07-01", &text, None);
    let finding = &judged(&policy, &[known])[0];
    assert!(finding.blocks());
    assert_eq!(
        finding.evidence,
        ["its baseline entry expired on 2026-06-30"]
    );
    assert_eq!(
        policy.notices(),
        [format!(
            "{NAME}:4: jwt in a.py expired on 2026-06-30; owner: ana"
        )]
    );
    assert!(policy.unused().is_empty());
}

#[test]
fn each_owner_hears_of_what_expired() {
    let findings: Vec<Finding> = (0..4)
        .map(|at| password("x", &format!("{at}.env")))
        .collect();
    let rows: Vec<String> = findings
        .iter()
        .zip(["ana", "ben", "ana", "ana"])
        .zip(["2026-03-01", "2026-01-01", "2026-02-01", "2099-01-01"])
        .map(|((finding, owner), day)| {
            let note = format!("{PLACED}1, owner = '{owner}', expires = {day}");
            entry(finding, &note)
        })
        .collect();
    let policy = policy_on("2026-07-01", &text(&rows), None);
    judged(&policy, &findings);
    assert_eq!(
        policy.notices(),
        [
            format!("{NAME}: 2 entries expired, the first on 2026-02-01 (lines 4, 6); owner: ana"),
            format!("{NAME}:5: password in 1.env expired on 2026-01-01; owner: ben"),
        ]
    );
}

#[test]
fn stale_entries_are_told_where_the_sweep_can_tell() {
    let gone = secret("jwt", "a.py", 1);
    let stale = |entry: String, change: fn(Baseline) -> Baseline| {
        let policy = Policy::new(PolicyInputs {
            baseline: Some(change(parse(&text(&[entry])))),
            ..PolicyInputs::default()
        });
        judged(&policy, &[]);
        policy.unused()
    };
    assert_eq!(
        stale(entry(&gone, ""), |all| all),
        [format!(
            "{NAME}:4: jwt in a.py matched nothing; `hubsweep baseline prune` removes what is stale"
        )]
    );
    assert!(stale(entry(&gone, ""), Baseline::of_part).is_empty());
    let old = entry(&gone, "history = true");
    assert!(stale(old.clone(), |all| all).is_empty());
    assert_eq!(stale(old.clone(), Baseline::with_history).len(), 1);
    assert_eq!(stale(old, Baseline::of_history).len(), 1);
    assert!(stale(entry(&gone, ""), Baseline::of_history).is_empty());
}

#[test]
fn many_stale_entries_are_one_notice() {
    let rows: Vec<String> = (0..9)
        .map(|at| entry(&password("x", &format!("{at}.env")), &format!("{PLACED}1")))
        .collect();
    let policy = policy_on("2026-01-01", &text(&rows), None);
    assert_eq!(
        policy.unused(),
        [format!(
            "{NAME}: 9 entries matched nothing (lines 4, 5, 6, 7, 8, 9, 10, 11, …); \
             `hubsweep baseline prune` removes what is stale"
        )]
    );
}

#[test]
fn under_a_floor_the_baseline_does_not_count() {
    let known = secret("jwt", "a.py", 1);
    let text = text(&[entry(&known, "")]);
    let policy = policy_on("2026-01-01", &text, Some(""));
    assert!(judged(&policy, from_ref(&known))[0].blocks());
    assert_eq!(
        policy.notices(),
        [format!(
            "{NAME}: the baseline is not applied under the policy org.toml"
        )]
    );
    assert!(policy.unused().is_empty());
    let lenient = policy_on("2026-01-01", &text, Some("allow-suppression = true"));
    assert!(judged(&lenient, &[known])[0].verdict.suppresses());
}

#[test]
fn an_allow_comes_first_and_keeps_the_entry_from_being_stale() {
    let known = secret("jwt", "a.py", 1);
    let policy = policy_on("2026-01-01", &text(&[entry(&known, "")]), None);
    let mut findings = [known];
    let markers = inline::markers(b"k # hubsweep:allow jwt test", 1);
    policy.judge(&mut findings[0], &markers);
    policy.apply_baseline(&mut findings);
    assert!(matches!(findings[0].verdict, Verdict::Allowed { .. }));
    assert!(policy.unused().is_empty());
}

#[test]
fn a_note_does_not_give_the_secret_away() {
    let known = secret("jwt", "a.py", 1);
    let leak = format!("reason = \"it is {}\"", super::SECRET);
    let policy = policy_on("2026-01-01", &text(&[entry(&known, &leak)]), None);
    let verdict = judged(&policy, &[known])[0].verdict.clone();
    let reason = Some("it is s3cr…(22)".to_owned());
    assert_eq!(
        verdict,
        Verdict::Baselined {
            reason,
            owner: None
        }
    );
}

#[test]
fn an_update_adds_and_raises_but_never_loses_what_is_there() {
    let known = password("hunter2", "a.env");
    let gone = secret("jwt", "gone.py", 1);
    let note = format!("{PLACED}1, owner = \"ana\", expires = 2026-12-31");
    let mut baseline = parse(&text(&[entry(&known, &note), entry(&gone, "")]));
    let mut warning = secret("warning", "w.py", 1);
    warning.severity = Severity::Medium;
    let now = [known, password("letmein", "a.env"), warning.clone()];
    let notes = Annotations {
        owner: Some("ben".to_owned()),
        ..Annotations::default()
    };
    let changes = baseline.update(&report(&now), false, &notes);
    assert_eq!(changes.len(), 1);
    assert_eq!(
        (changes[0].deed, changes[0].path.as_str()),
        (Deed::Raised, "a.env")
    );
    let written = baseline.to_string();
    assert!(written.contains("count = 2, owner = \"ana\", expires = 2026-12-31"));
    assert!(written.contains("gone.py") && !written.contains("w.py"));
    let changes = baseline.update(&report(&now), true, &notes);
    assert_eq!(
        (changes[0].deed, changes[0].rule.as_str()),
        (Deed::Added, "warning")
    );
    assert!(baseline.to_string().contains("w.py\", owner = \"ben\""));
    assert!(baseline.update(&report(&now), true, &notes).is_empty());
    // What an update knows, the next sweep does not report.
    let policy = policy_on("2026-01-01", &baseline.to_string(), None);
    let findings = judged(&policy, &now);
    assert!(findings.iter().all(|finding| finding.verdict.suppresses()));
}

#[test]
fn a_prune_removes_what_is_gone_expired_or_fewer() {
    let kept = secret("jwt", "kept.py", 1);
    let fewer = password("hunter2", "a.env");
    let old = password("x", "old.env");
    let rows = [
        entry(&kept, "reason = \"r\""),
        entry(&fewer, &format!("{PLACED}3")),
        entry(&old, &format!("{PLACED}1, history = true")),
        entry(&password("x", "gone.env"), &format!("{PLACED}1")),
        entry(&secret("aws", "late.py", 1), "expires = 2026-01-01"),
    ];
    let mut baseline = parse(&text(&rows));
    let mut found = report(&[kept, secret("aws", "late.py", 1)]);
    // What an allow covers is there as well.
    found.suppressed = report(&[fewer]).findings;
    let mut changes = baseline.prune(&found, day("2026-06-01"));
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    let told: Vec<(Deed, &str)> = changes
        .iter()
        .map(|change| (change.deed, change.path.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (Deed::Lowered, "a.env"),
            (Deed::Removed, "gone.env"),
            (Deed::Expired, "late.py"),
        ]
    );
    assert_eq!(baseline.len(), 3);
    let mut baseline = baseline.with_history();
    assert_eq!(baseline.prune(&found, day("2026-06-01"))[0].path, "old.env");
}

#[test]
fn what_only_the_history_has_is_marked_so() {
    let mut old = secret("jwt", "a.py", 1);
    old.origins = vec![Origin::of(OriginKind::Commit)];
    let mut baseline = Baseline::empty(NAME, &FingerprintKey::default());
    baseline.update(&report(from_ref(&old)), false, &Annotations::default());
    assert!(baseline.to_string().contains("history = true"));
    old.origins = vec![Origin::of(OriginKind::Tree)];
    baseline.update(&report(&[old]), false, &Annotations::default());
    assert!(!baseline.to_string().contains("history"));
}

#[test]
fn personal_data_that_cannot_block_is_not_written_down() {
    let mut author = password("ana", "CITATION.cff");
    author.category = Category::PersonalData;
    author.class = Some(Class::Author);
    author.severity = Severity::Info;
    let mut baseline = Baseline::empty(NAME, &FingerprintKey::default());
    assert_eq!(author.fingerprint.basis(), Basis::Place);
    assert!(
        baseline
            .update(&report(&[author]), true, &Annotations::default())
            .is_empty()
    );
    let skip = Skip::new(SkipClass::Failed, "a", "why");
    assert!(skip.is_incomplete());
}
