//! A report with everything in it that a format must cope with.

use std::fmt::Write as _;

use crate::finding::{
    Category, Class, Confidence, Coverage, Finding, FingerprintKey, Location, Origin, OriginKind,
    Report, Route, Secret, Severity, Skip, SkipClass, Snippet, Span, Verdict,
};

/// Secrets of the report, made here so that none stands in the source.
pub(super) fn secrets() -> [String; 3] {
    let body = |step: usize| -> String {
        (0..34)
            .map(|i| char::from(b'a' + (i * step % 26) as u8))
            .collect()
    };
    [
        format!("{}{}", "hf_", body(7)),
        format!("{}{}", "hf_", body(11)),
        format!("{}{}", "sk-ant-", body(5)),
    ]
}

fn at(path: &str, line: u64, column: u64) -> Location {
    Location {
        line: Some(line),
        column: Some(column),
        span: Some(Span {
            start: 40 * line,
            end: 40 * line + 37,
        }),
        ..Location::file(path)
    }
}

fn inside(path: &str, route: &str, start: u64) -> Location {
    Location {
        route: Some(Route::new(route)),
        span: Some(Span {
            start,
            end: start + 37,
        }),
        ..Location::file(path)
    }
}

fn token(rule: &str, location: Location, before: &str, secret: &str, after: &str) -> Finding {
    let line = format!("{before}{secret}{after}");
    let hit = before.len()..before.len() + secret.len();
    let (description, remediation) = match rule {
        "hf-user-token" => (
            "Hugging Face user access token",
            "Revoke it at huggingface.co/settings/tokens, then remove it from the history.",
        ),
        _ => (
            "Anthropic API key",
            "Delete the key at console.anthropic.com/settings/keys and make a new one.",
        ),
    };
    Finding {
        rule: rule.to_owned(),
        description: description.to_owned(),
        category: Category::Secret,
        group: "possible secrets".to_owned(),
        severity: Severity::Critical,
        confidence: Confidence::High,
        fingerprint: FingerprintKey::default().secret(rule, secret.as_bytes()),
        location,
        also: Vec::new(),
        secret: Some(Secret::new(secret.as_bytes())),
        snippet: Some(Snippet::cut(
            line.as_bytes(),
            0..line.len(),
            &hit,
            std::slice::from_ref(&hit),
        )),
        parts: Vec::new(),
        entity: None,
        class: None,
        size: None,
        evidence: vec!["the form and length of a token".to_owned()],
        why: "Whoever can read this repository can act as you: read private models, push, delete."
            .to_owned(),
        remediation: remediation.to_owned(),
        references: vec![
            "https://huggingface.co/docs/hub/security-tokens".to_owned(),
            "see [the guide]".to_owned(),
        ],
        origins: vec![Origin::of(OriginKind::Tree)],
        verdict: Verdict::Block,
    }
}

fn warning(group: &str, severity: Severity, location: Location, shown: Option<&str>) -> Finding {
    let (rule, category, description, remediation) = match group {
        "hardcoded paths" => (
            "path-home",
            Category::HardcodedPath,
            "home directory, which names a user",
            "Use a relative path, or read it from an argument.",
        ),
        "e-mail addresses" => (
            "email",
            Category::PersonalData,
            "e-mail address",
            "Remove it, or declare it in hubsweep.toml under [personal-data].",
        ),
        "model card" => (
            "card-license",
            Category::Repository,
            "the card names no license",
            "Add `license:` to the front matter of README.md.",
        ),
        _ => (
            "training-leftover",
            Category::StrayFile,
            "optimizer state",
            "Leave it out: hf upload --exclude 'optimizer.pt'.",
        ),
    };
    let email = rule == "email";
    Finding {
        rule: rule.to_owned(),
        description: description.to_owned(),
        category,
        group: group.to_owned(),
        severity,
        confidence: if email {
            Confidence::Medium
        } else {
            Confidence::High
        },
        fingerprint: FingerprintKey::default().place(rule, &location.path, ""),
        location,
        also: Vec::new(),
        secret: None,
        snippet: shown.map(|text| Snippet::plain(text.as_bytes())),
        parts: Vec::new(),
        entity: email.then_some("email".into()),
        class: email.then_some(Class::Real),
        size: None,
        evidence: Vec::new(),
        why: String::new(),
        remediation: remediation.to_owned(),
        references: Vec::new(),
        origins: vec![Origin::of(OriginKind::Tree)],
        verdict: Verdict::Report,
    }
}

fn blocking() -> Vec<Finding> {
    let [first, second, third] = secrets();
    let hf = "hf-user-token";
    let mut card = token(
        hf,
        at("README.md", 14, 22),
        "    login(token=\"",
        &first,
        "\")",
    );
    card.also = vec![at("README.md", 31, 8)];
    let state = inside("training_args.bin", "/archive/data.pkl@hub_token", 1_204);
    let mut notebook = token(
        "anthropic-api-key",
        inside(
            "notebooks/日本語の実験 final (2).ipynb",
            "/cells/3/outputs/0",
            88_120,
        ),
        "client = Anthropic(api_key='",
        &third,
        "')  # 最初の実験のための鍵、あとで必ず消すこと",
    );
    notebook.severity = Severity::High;
    notebook.confidence = Confidence::Medium;
    notebook.evidence.clear();
    vec![
        token(hf, at(".env", 2, 10), "HF_TOKEN=", &second, ""),
        card,
        notebook,
        token(hf, state, "hub_token ", &first, ""),
        token(
            hf,
            at("a\u{1b}[31mb\u{202e}\n,c%.py", 1_204, 112),
            "x = '",
            &{
                // The same form, another secret: its fix has been told.
                let mut other = second.clone();
                other.replace_range(3..4, "Z");
                other
            },
            "'",
        ),
    ]
}

fn others() -> Vec<Finding> {
    let leftover = "training leftovers";
    let deep = "a/very/deep/tree/of/folders/which/goes/on/and/on/until/it/no/longer/fits/x.pt";
    let paths = [
        (
            Severity::Medium,
            at("config.json", 3, 20),
            "/home/alice/models/bert",
        ),
        (
            Severity::Medium,
            at("train.py", 12, 9),
            "/data/lab/corpora/web",
        ),
        (
            Severity::Low,
            at("train.py", 90, 9),
            "/scratch/alice/run-17/out",
        ),
        (Severity::Low, at("run.sh", 4, 1), "s3://private-bucket/x"),
    ];
    let files = [
        (leftover, Severity::Low, "checkpoint-500/optimizer.pt"),
        (leftover, Severity::Low, "checkpoint-1000/optimizer.pt"),
        (leftover, Severity::Low, "checkpoint-1500/optimizer.pt"),
        ("caches", Severity::Low, deep),
        ("model card", Severity::Info, "README.md"),
        ("model card", Severity::Info, "sub/README.md"),
    ];
    let mut all: Vec<Finding> = paths
        .into_iter()
        .map(|(severity, place, text)| warning("hardcoded paths", severity, place, Some(text)))
        .collect();
    all.extend(
        files.map(|(group, severity, path)| warning(group, severity, Location::file(path), None)),
    );
    let mail = at("README.md", 40, 3);
    all.push(warning(
        "e-mail addresses",
        Severity::Medium,
        mail,
        Some("a…@example.org"),
    ));
    let [first, ..] = secrets();
    let mut unsure = token("hf-user-token", at("notes.txt", 7, 1), "", &first[..30], "");
    unsure.confidence = Confidence::Low;
    unsure.evidence = vec!["too short".to_owned()];
    unsure.verdict = Verdict::Report;
    all.push(unsure);
    all
}

fn skips() -> Vec<Skip> {
    let mut all = vec![
        Skip::new(SkipClass::Failed, "archive.zip", "encrypted member"),
        Skip::new(
            SkipClass::Limited,
            "huge.json.gz",
            "more than 1 GB unpacked",
        ),
        Skip::new(
            SkipClass::Missing,
            "pytorch_model.bin",
            "LFS object is not on this machine",
        ),
        Skip::new(
            SkipClass::Excluded,
            "data/*.csv",
            "excluded by --exclude: 2 files",
        ),
        Skip::new(SkipClass::ByDesign, "logo.png", "image data"),
    ];
    for index in 0..3 {
        let mut route = String::new();
        let _ = write!(route, "/layer.{index}.weight");
        let mut skip = Skip::new(SkipClass::ByDesign, "model.safetensors", "tensor bytes");
        skip.route = Some(Route::new(&route));
        all.push(skip);
    }
    let mut accepted = Skip::new(SkipClass::Failed, "old/legacy.h5", "no valid header");
    accepted.accepted = Some("written by a 2017 version".to_owned());
    all.push(accepted);
    all
}

fn suppressed() -> Vec<Finding> {
    let home = || {
        warning(
            "hardcoded paths",
            Severity::Medium,
            at("train.py", 3, 1),
            Some("/mnt/x"),
        )
    };
    let allowed = |by: &str, reason: Option<&str>| Finding {
        verdict: Verdict::Allowed {
            by: by.to_owned(),
            reason: reason.map(str::to_owned),
        },
        ..home()
    };
    vec![
        allowed("inline", None),
        allowed("inline", Some("mount point of the public image")),
        allowed("hubsweep.toml", Some("documented in the card")),
    ]
}

/// The report.
pub(super) fn rich() -> Report {
    let mut findings = blocking();
    findings.extend(others());
    findings.sort_by(|a, b| a.order().cmp(&b.order()));
    Report {
        roots: vec![".".to_owned()],
        rules: 214,
        findings,
        suppressed: suppressed(),
        skipped: skips(),
        coverage: Coverage {
            reused: 0,
            files: 24,
            objects: 24,
            bytes: 3_412_880,
            raw: 2,
            fragments: 118,
        },
        notices: vec!["the allow for `aws-access-key` in hubsweep.toml matches nothing".to_owned()],
        interrupted: true,
    }
}

/// What an ordinary leaky folder looks like: one token in three places, a few
/// warnings, everything read.
pub(super) fn ordinary() -> Report {
    let mut report = rich();
    let kept = [
        ".env",
        "README.md",
        "config.json",
        "train.py",
        "training_args.bin",
    ];
    report
        .findings
        .retain(|finding| kept.contains(&finding.location.path.as_str()));
    report.suppressed.clear();
    report.notices.clear();
    report.interrupted = false;
    report.skipped.retain(|skip| !skip.class.is_incomplete());
    report
}
