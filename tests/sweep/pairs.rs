//! Secrets of several parts: one finding with its parts, and less for half.

use std::fmt::Write as _;

use hubsweep::rule::template::expand;
use serde_json::Value;

use super::builders::Folder;

const KEY: &str = "AWS_ACCESS_KEY_ID={aws-id:AKIA}\n";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY={base64:37}4xK\n";

/// Rule, severity, line and the rules and lines of its parts, for each secret
/// of a file of this text.
fn found(name: &str, text: &str) -> Vec<String> {
    let folder = Folder::new();
    folder.file(name, text);
    let (report, _) = folder.json();
    let part = |part: &Value| format!("{} {}", part["rule"], part["line"]);
    let findings = report["findings"].as_array().unwrap().iter();
    let findings = findings.filter(|finding| !finding["secret"].is_null());
    let mut found: Vec<String> = findings
        .map(|finding| {
            let parts: Vec<String> = finding["parts"]
                .as_array()
                .unwrap()
                .iter()
                .map(part)
                .collect();
            let mut line = format!(
                "{} {} {}",
                finding["rule"], finding["severity"], finding["line"]
            );
            if !parts.is_empty() {
                let _ = write!(line, " with {}", parts.join(", "));
            }
            line.replace('"', "")
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_key_and_its_secret_are_one_finding() {
    let text = expand(&format!("{KEY}REGION=eu-west-1\n{SECRET}"));
    let pair = ["aws-secret-access-key critical 3 with aws-access-key-id 1"];
    assert_eq!(found(".env", &text), pair);
    // Either may come first.
    let text = expand(&format!("{SECRET}{KEY}"));
    let pair = ["aws-secret-access-key critical 1 with aws-access-key-id 2"];
    assert_eq!(found("settings.ini", &text), pair);
    let text =
        expand(r#"{"aws": {"accessKeyId": "{aws-id:AKIA}", "secretAccessKey": "{base64:37}4xK"}}"#);
    let pair = ["aws-secret-access-key critical 1 with aws-access-key-id 1"];
    assert_eq!(found("config.json", &text), pair);
}

#[test]
fn half_a_pair_weighs_less() {
    assert_eq!(
        found(".env", &expand(SECRET)),
        ["aws-secret-access-key high 1"]
    );
    assert_eq!(found(".env", &expand(KEY)), ["aws-access-key-id medium 1"]);
}

#[test]
fn parts_far_apart_are_two_findings() {
    let text = expand(&format!(
        "{KEY}{}{SECRET}",
        "# nothing to see here\n".repeat(100)
    ));
    let halves = [
        "aws-access-key-id medium 1",
        "aws-secret-access-key high 102",
    ];
    assert_eq!(found(".env", &text), halves);
}

#[test]
fn the_report_says_where_the_part_is_and_never_what() {
    let folder = Folder::new();
    let text = expand(&format!("{KEY}{SECRET}"));
    folder.file(".env", &text);
    let run = folder.scan(&["--verbose"]);
    let words: Vec<&str> = run.stdout.split_whitespace().collect();
    let told = words
        .join(" ")
        .contains("with its aws-access-key-id on line 1");
    assert!(told, "{}", run.stdout);
    let id = text.lines().next().and_then(|line| line.split('=').nth(1));
    assert!(!run.stdout.contains(id.unwrap()), "{}", run.stdout);
}

#[test]
fn two_that_want_each_other_are_one_finding() {
    let folder = Folder::new();
    let rule = |id: &str, other: &str| {
        format!(
            "[[rules]]\nid = \"acme-{id}\"\ndescription = \"Acme {id}\"\n\
             regex = \"acme_{id}_[a-z0-9]{{24}}\"\nrequires = [\"acme-{other}\"]\n\n"
        )
    };
    let configuration = rule("one", "two") + &rule("two", "one");
    folder.file("hubsweep.toml", &configuration);
    let text = expand("acme_one_{loweralnum:24}\nacme_two_{loweralnum:24}\n");
    folder.file("notes.txt", &text);
    let (report, _) = folder.json();
    let findings = report["findings"].as_array().unwrap().iter();
    let ours = findings.filter(|finding| !finding["secret"].is_null());
    let parts: Vec<usize> = ours
        .map(|finding| finding["parts"].as_array().unwrap().len())
        .collect();
    assert_eq!(parts, [1]);
}
