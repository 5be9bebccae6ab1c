//! The repository's file alone, and under a floor.

use super::{allowed, config, policy, secret, verdict};
use crate::finding::{Severity, Skip, SkipClass, Verdict};
use crate::policy::{Gate, Policy, PolicyInputs, inline};
use crate::rule::Catalogue;

const LOOSE: &str = "fail-on = 'critical'\nexclude = ['own/']\ndisable = ['hf-user-token', 'email']\n\
    [[allow]]\nrule = 'jwt'\nreason = 'own'\n[[allow-skip]]\npath = '*'\nreason = 'own'\n";

#[test]
fn without_a_floor_the_repository_may_loosen_and_it_is_said() {
    let policy = policy(LOOSE, None);
    assert_eq!(policy.gate().fail_on, Severity::Critical);
    assert_eq!(policy.excludes(), ["own/"]);
    assert!(policy.is_disabled("email"));
    assert_eq!(
        verdict(&policy, &secret("jwt", "a", 1), ""),
        allowed("hubsweep.toml", "own")
    );
    assert_eq!(
        policy.notices(),
        [
            "hubsweep.toml lowers the gate: fail-on is critical, by default high",
            "hubsweep.toml disables 2 rules: hf-user-token, email",
        ]
    );
    let rules = policy.catalogue(Catalogue::builtin().unwrap(), &["email", "jwt"]);
    assert!(rules.unwrap().get("hf-user-token").is_none());
}

#[test]
fn under_a_floor_the_repository_can_only_tighten() {
    let floor = "exclude = ['org/']\n[[allow]]\npath = 'org.py'\nreason = 'org'";
    let policy = policy(LOOSE, Some(floor));
    assert_eq!(policy.gate(), Gate::default());
    assert_eq!(policy.excludes(), ["org/"]);
    assert!(!policy.is_disabled("email"));
    let finding = secret("jwt", "a.py", 1);
    assert_eq!(
        verdict(&policy, &finding, "k # hubsweep:allow"),
        Verdict::Block
    );
    assert_eq!(
        verdict(&policy, &secret("jwt", "org.py", 1), ""),
        allowed("org.toml", "org")
    );
    let mut skip = Skip::new(SkipClass::Failed, "a", "why");
    policy.judge_skip(&mut skip);
    assert!(skip.is_incomplete());
    assert_eq!(
        policy.notices(),
        [
            "hubsweep.toml: fail-on critical not applied, the policy org.toml keeps it at high",
            "hubsweep.toml: 2 disabled rules, 1 exclude, 1 allow, 1 allow-skip not applied under \
             the policy org.toml",
            "1 inline allow not applied under the policy org.toml",
        ]
    );
    // What does not count is not called unused.
    assert!(policy.unused().is_empty());
    let markers = inline::markers(b"# hubsweep:allow jwt", 1);
    assert!(policy.unused_markers("a.py", &markers).is_empty());
    let rules = policy.catalogue(Catalogue::builtin().unwrap(), &["email", "jwt"]);
    assert!(rules.unwrap().get("hf-user-token").is_some());
}

#[test]
fn a_floor_may_let_the_repository_suppress_but_not_lower_the_gate() {
    let judge = policy(LOOSE, Some("allow-suppression = true"));
    assert_eq!(judge.gate(), Gate::default());
    assert_eq!(judge.excludes(), ["own/"]);
    let finding = secret("email", "a.py", 1);
    assert_eq!(
        verdict(&judge, &finding, "k # hubsweep:allow email ok"),
        allowed("inline", "ok")
    );
    // The repository cannot say it of itself.
    let own = policy("allow-suppression = true\ndisable = ['email']", Some(""));
    assert!(!own.is_disabled("email"));
    assert!(own.notices()[0].contains("only counts in a --policy file"));
}

#[test]
fn the_strictest_gate_wins_but_the_command_line_overrides_the_repository() {
    use Severity::{Critical, High, Info, Low, Medium};
    for (command_line, repository, floor, expected) in [
        (None, None, None, High),
        (None, Some(Critical), None, Critical),
        (Some(High), Some(Critical), None, High),
        (Some(Critical), Some(Low), None, Critical),
        (None, None, Some(Some(Critical)), Critical),
        (None, Some(High), Some(Some(Critical)), High),
        (None, Some(Critical), Some(Some(Medium)), Medium),
        (None, Some(Info), Some(Some(Medium)), Info),
        (Some(Critical), None, Some(Some(Medium)), Medium),
        (Some(Low), None, Some(Some(Medium)), Low),
        (Some(Critical), Some(Critical), Some(None), High),
    ] {
        let named = |level: Option<Severity>, origin| {
            let text = level.map_or_else(String::new, |level| format!("fail-on = '{level}'"));
            config(&text, origin)
        };
        let policy = Policy::new(PolicyInputs {
            repository: Some(named(repository, "hubsweep.toml")),
            floor: floor.map(|floor| named(floor, "org.toml")),
            fail_on: command_line,
            ..PolicyInputs::default()
        });
        let case = (command_line, repository, floor);
        assert_eq!(policy.gate().fail_on, expected, "{case:?}");
        let refused = policy
            .notices()
            .iter()
            .any(|notice| notice.contains("not applied"));
        let asked = command_line.or(repository);
        assert_eq!(
            refused,
            asked.is_some_and(|level| level > expected),
            "{case:?}"
        );
    }
}
