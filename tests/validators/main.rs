//! Every validator on a generated valid and an invalid value.

#![allow(clippy::unwrap_used)] // a test may panic, its helpers too

mod altered;
mod expiry;
mod keys;
mod providers;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hubsweep::rule::template::{expand, expand_seeded};
use hubsweep::validate::{Candidate, Outcome, Validator, by_name, checksum, cloud, jwt, names};

pub(crate) fn validator(name: &str) -> Validator {
    by_name(name).unwrap_or_else(|| panic!("no validator {name}"))
}

pub(crate) fn valid(evidence: &str) -> Outcome {
    Outcome::Valid(evidence.to_owned())
}

pub(crate) fn weak(why: &str) -> Outcome {
    Outcome::Weak(why.to_owned())
}

pub(crate) fn run(name: &str, secret: &str) -> Outcome {
    let secret = secret.as_bytes();
    let candidate = Candidate {
        secret,
        whole: secret,
        ..Candidate::default()
    };
    validator(name)(&candidate)
}

#[track_caller]
pub(crate) fn assert_valid(name: &str, template: &str) -> String {
    match run(name, &expand(template)) {
        Outcome::Valid(evidence) => evidence,
        other => panic!("{name} on {template}: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn assert_weak(name: &str, text: &str) {
    let outcome = run(name, &expand(text));
    assert!(
        matches!(outcome, Outcome::Weak(_)),
        "{name} on {text}: {outcome:?}"
    );
}

#[track_caller]
pub(crate) fn assert_outcome(name: &str, text: &str, expected: &Outcome) {
    assert_eq!(&run(name, &expand(text)), expected, "{name} on {text}");
}

#[test]
fn names_are_sorted_and_known() {
    assert!(names().is_sorted());
    assert!(names().iter().all(|name| by_name(name).is_some()));
    assert!(by_name("nonsense").is_none());
}

#[test]
fn checksums_tell_minted_tokens_from_random_ones() {
    let cases = [
        (
            "github-crc32",
            "{github:ghp_}",
            "gho_{alnum:36}",
            "github_pat_{word:82}",
        ),
        ("npm-crc32", "{npm}", "npm_{alnum:36}", "npm_{alnum:20}"),
        (
            "gitlab-routable",
            "{gitlab-routable:glpat-}",
            "glpat-{base64url:27}.01.0r{loweralnum:7}",
            "glpat-{base64url:20}",
        ),
        (
            "grafana-crc32",
            "{grafana}",
            "glsa_{alnum:32}_{hex:8}",
            "glc_{alnum:40}",
        ),
        (
            "zuplo-crc32",
            "{zuplo}",
            "zpka_{hex:32}_{hex:8}",
            "zpka_{hex:20}",
        ),
        (
            "confluent-crc32",
            "{confluent}",
            "cflt{alnum:60}",
            "{alnum:64}",
        ),
        (
            "bech32",
            "{age}",
            "AGE-SECRET-KEY-1{repeat:QPZRY9X8GF2T:4}",
            "{alpha:58}",
        ),
        (
            "pypi-macaroon",
            "{pypi}",
            "pypi-AgEIcHlwaS5vcmc{base64url:80}",
            "{alnum:40}",
        ),
    ];
    for (name, valid, weak, neutral) in cases {
        for seed in 0..20 {
            let token = expand_seeded(valid, seed);
            assert!(
                matches!(run(name, &token), Outcome::Valid(_)),
                "{name} {seed}"
            );
        }
        assert_weak(name, weak);
        assert_outcome(name, neutral, &Outcome::Neutral);
    }
}

/// Formats seen in tokens only: what does not fit is not held against it.
#[test]
fn unpublished_checksums_only_speak_for_a_token() {
    for (name, valid, neutral) in [
        (
            "cloudflare-crc32",
            "{cloudflare:cfut_}",
            "cfut_{alnum:40}{hex:8}",
        ),
        ("azure-devops-crc32", "{azure-devops}", "{base32:52}"),
        (
            "azure-client-password",
            "{azure-password}",
            "{alnum:3}8Q~{alnum:34}",
        ),
    ] {
        for seed in 0..20 {
            let outcome = run(name, &expand_seeded(valid, seed));
            assert_eq!(outcome, checked(), "{name} {seed}");
        }
        assert_outcome(name, neutral, &Outcome::Neutral);
    }
    assert_weak("azure-devops-crc32", "{digit:52}");
    // Microsoft's own example of an application's password.
    let published = ["zzz8Q~", &"z".repeat(31), "blP"].concat();
    assert_eq!(run("azure-client-password", &published), checked());
    let long = checksum::github("ghr_", &expand("{alnum:70}"));
    assert_eq!(run("github-crc32", &long), checked());
}

fn checked() -> Outcome {
    valid("checksum matches")
}

#[test]
fn aws_key_ids_hold_their_account() {
    let id = cloud::aws_key_id("AKIA", 123_456_789_012, 0x1234_5678_9abc_def0);
    assert_eq!(
        run("aws-account-id", &id),
        valid("AWS account 123456789012")
    );
    assert_valid("aws-account-id", "{aws-id:ASIA}");
    assert_outcome("aws-account-id", "AKIAI{base32:15}", &Outcome::Neutral);
    assert_weak("aws-account-id", "AKIA0{base32:15}");
}

#[test]
fn json_web_tokens_report_public_claims_only() {
    let evidence = assert_valid("jwt", "{jwt}");
    assert_eq!(
        evidence,
        "alg HS256, issuer https://issuer.example, expires 2100-01-01"
    );
    assert_outcome("jwt", "{jwt:expired}", &weak("expired on 2020-09-13"));
    assert_outcome(
        "jwt",
        "eyJ{alnum:30}.eyJ{alnum:30}.{alnum:40}",
        &Outcome::Reject,
    );
    let token = expand("{jwt}");
    let public = Candidate {
        secret: token.as_bytes(),
        before: b"verifyToken: ",
        ..Candidate::default()
    };
    assert_eq!(validator("jwt")(&public), Outcome::Reject);
    let signature = [7; 256];
    let private = jwt::mint(
        r#"{"alg":"RS256"}"#,
        r#"{"iss":"jane@mail.example"}"#,
        &signature,
    );
    assert_eq!(run("jwt", &private), valid("alg RS256, never expires"));
    let short = jwt::mint(r#"{"alg":"RS256"}"#, "{}", b"x");
    assert_eq!(run("jwt", &short), weak("signature is too short for RS256"));
    let hostile = jwt::mint(r#"{"alg":"\u001b[2J"}"#, "{}", b"x");
    assert_eq!(run("jwt", &hostile), valid("alg ?[2J, never expires"));
}

#[test]
fn hugging_face_tokens_list_their_permissions() {
    let evidence = assert_valid("hf-jwt", "hf_jwt_{jwt:hf}");
    assert_eq!(
        evidence,
        "permissions repo.content.read, expires 2100-01-01"
    );
    assert_valid("hf-jwt", "hf_oauth_{jwt:hf}");
    assert_weak("hf-jwt", "hf_oauth_{jwt:expired}");
    assert_weak("hf-jwt", "hf_oauth_eyJ{alnum:30}.eyJ{alnum:30}.{alnum:40}");
    assert_outcome("hf-jwt", "hf_{alpha:34}", &Outcome::Neutral);
}

#[test]
fn service_accounts_name_their_project() {
    let key = expand("{pem:PRIVATE KEY}").replace('\n', "\\n");
    let file = format!(
        r#"{{"type": "service_account", "project_id": "my-project", "private_key": "{key}"}}"#
    );
    assert_eq!(
        run("google-service-account", &file),
        valid("Google project my-project")
    );
    assert_weak(
        "google-service-account",
        r#"{"type": "service_account", "private_key": "<key>"}"#,
    );
    assert_outcome("google-service-account", "{alnum:40}", &Outcome::Neutral);
}

#[test]
fn shapes() {
    assert_valid("luhn", "4111 1111 1111 1111");
    assert_outcome("luhn", "4111 1111 1111 1112", &Outcome::Reject);
    let pair = STANDARD.encode(expand("user:{alnum:16}").as_bytes());
    assert!(matches!(run("basic-auth", &pair), Outcome::Valid(_)));
    let stand_in = STANDARD.encode(b"user:changeme");
    assert!(matches!(run("basic-auth", &stand_in), Outcome::Weak(_)));
    assert_outcome("basic-auth", "{alnum:30}", &Outcome::Reject);
    assert_outcome("uuid-not-nil", "{uuid}", &Outcome::Neutral);
    assert_outcome(
        "uuid-not-nil",
        "00000000-0000-0000-0000-000000000000",
        &Outcome::Reject,
    );
    assert_outcome(
        "uuid-not-nil",
        "12345678-1234-1234-1234-123456789012",
        &Outcome::Reject,
    );
    let json = STANDARD.encode(br#"{"api_address":"https://a.example"}"#);
    assert!(matches!(run("base64-json", &json), Outcome::Valid(_)));
    assert_weak("base64-json", "{alnum:40}");
    assert_outcome("random", "{alnum:32}", &Outcome::Neutral);
    assert_outcome(
        "random",
        "AutoModelForSequenceClassification",
        &Outcome::Reject,
    );
    assert_outcome("mixed-case-digit", "abc1", &Outcome::Neutral);
    assert_outcome("mixed-case-digit", "abcd", &Outcome::Reject);
}

/// The checks run on whatever bytes a rule matched.
#[test]
fn hostile_input_never_panics() {
    let shapes = [
        "",
        "-----BEGIN -----",
        "-----BEGIN X-----\\n\\",
        "pypi-AgH_____",
        "glsa__",
        "ghp_\u{e9}",
        "cf_",
        ".",
        "..",
        "a.b.c",
        "{repeat:.:9}",
        "$",
        "${",
        "%",
        "{",
        "<",
        "[",
        "AKIA",
        "npm_",
        "pypi-{repeat:A:400}",
        "{openssh}",
    ];
    for shape in shapes {
        let text = expand(shape);
        for cut in 0..=text.len().min(120) {
            let secret = &text.as_bytes()[..cut];
            let candidate = Candidate {
                secret,
                whole: secret,
                before: secret,
                after: secret,
            };
            for name in names() {
                validator(name)(&candidate);
            }
        }
    }
}
