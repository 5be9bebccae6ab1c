//! What the offline checks mean for a sweep: doubt is told and does not block.

use hubsweep::rule::template::expand_seeded;
use serde_json::Value;

use super::builders::Folder;

/// The only finding of a file with that line.
fn finding(path: &str, template: &str) -> Value {
    let folder = Folder::new();
    folder.file(path, format!("{}\n", expand_seeded(template, 5)));
    let (report, _) = folder.json();
    let secrets = report["findings"].as_array().unwrap().iter();
    let secrets: Vec<&Value> = secrets
        .filter(|finding| !finding["secret"].is_null())
        .collect();
    assert_eq!(secrets.len(), 1, "{template}: {report:#}");
    secrets[0].clone()
}

/// Its confidence, its verdict, and what was said of it.
fn judged(path: &str, template: &str) -> (String, String, String) {
    let finding = finding(path, template);
    let text = |name: &str| finding[name].as_str().unwrap().to_owned();
    let evidence = finding["evidence"].as_array().unwrap().iter();
    let evidence: Vec<&str> = evidence.filter_map(Value::as_str).collect();
    (text("confidence"), text("verdict"), evidence.join("; "))
}

#[track_caller]
fn assert_judged(path: &str, template: &str, confidence: &str, verdict: &str, evidence: &str) {
    let found = judged(path, template);
    let said = (found.0.as_str(), found.1.as_str());
    assert_eq!(said, (confidence, verdict), "{template}: {}", found.2);
    assert!(found.2.contains(evidence), "{template}: {}", found.2);
}

#[test]
fn a_wrong_checksum_warns_only() {
    let wrong = "checksum does not match";
    for (right, fabricated) in [
        ("{github:ghp_}", "ghp_{alnum:36}"),
        ("{npm}", "npm_{alnum:36}"),
        ("{zuplo}", "zpka_{hex:32}_{hex:8}"),
        ("{confluent}", "cflt{alnum:60}"),
        ("{grafana}", "glsa_{alnum:32}_{hex:8}"),
        ("{azure:+ASt}", "{base64:76}+ASt{base64:5}Q=="),
    ] {
        assert_judged(
            "app.py",
            &format!("x = \"{right}\""),
            "high",
            "block",
            "checksum matches",
        );
        assert_judged(
            "app.py",
            &format!("x = \"{fabricated}\""),
            "low",
            "report",
            wrong,
        );
    }
}

#[test]
fn what_is_expired_warns_only() {
    for template in [
        "Authorization: Bearer {jwt:expired}",
        "HF_TOKEN=hf_oauth_{jwt:expired}",
        "https://x.blob.core.windows.net/d?sv=2022-11-02&se=2020-09-13T12:26:40Z&sr=c&sig={alnum:43}%3D",
        "https://cdn-lfs-us-1.hf.co/repos/ab/{hex:64}?X-Amz-Date=20200913T112640Z&X-Amz-Expires=3600&X-Amz-Signature={hex:64}",
        "AWS_BEARER_TOKEN_BEDROCK=bedrock-api-key-{text64:bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Date=20200913T002640Z&X-Amz-Expires=43200}",
    ] {
        assert_judged(
            "notes.txt",
            template,
            "low",
            "report",
            "expired on 2020-09-13",
        );
    }
}

#[test]
fn a_token_of_a_known_form_is_one_in_tests_too() {
    for path in ["app.py", "tests/fixtures/app.py", "examples/test_app.py"] {
        let (confidence, verdict, _) = judged(path, "token = \"hf_{alpha:34}\"");
        assert_eq!(
            (confidence.as_str(), verdict.as_str()),
            ("high", "block"),
            "{path}"
        );
        assert_judged(
            path,
            "x = \"{github:ghp_}\"",
            "high",
            "block",
            "checksum matches",
        );
    }
}

#[test]
fn an_unknown_secret_in_tests_warns_only() {
    let line = "internal_service_secret = \"{alnum:40}\"";
    assert_judged("app.py", line, "medium", "block", "");
    let why = "in a file of tests or examples";
    for path in [
        "tests/fixtures/app.py",
        "test_app.py",
        "examples/app.py",
        "app.spec.ts",
    ] {
        assert_judged(path, line, "low", "report", why);
    }
}

#[test]
fn wallets_are_known_by_their_checksum() {
    for line in [
        "BTC_PRIVATE_KEY={wif}",
        "STELLAR_SECRET={stellar}",
        "mnemonic = \"{mnemonic}\"",
    ] {
        assert_judged("app.env", line, "high", "block", "checksum");
    }
    assert_judged(
        "app.env",
        "FLY_API_TOKEN=\"FlyV1 {fly}\"",
        "high",
        "block",
        "macaroon of",
    );
}
