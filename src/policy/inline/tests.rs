//! Every form of an inline allow, and what only looks like one.

use super::*;

/// Rules (`all` for every rule), reason, alone.
type Row = (&'static str, &'static str, Option<&'static str>, bool);

const TABLE: &[Row] = &[
    // Python, shell, YAML
    ("k = 1  # hubsweep:allow email", "email", None, false),
    (
        "k = 1  # hubsweep:allow email test mailbox",
        "email",
        Some("test mailbox"),
        false,
    ),
    (
        "k = 1  #hubsweep:allow email -- a test",
        "email",
        Some("a test"),
        false,
    ),
    (
        "# hubsweep:allow email: a test",
        "email",
        Some("a test"),
        true,
    ),
    (
        "    # hubsweep:allow email # a test\r",
        "email",
        Some("a test"),
        true,
    ),
    ("# hubsweep:allow", "all", None, true),
    (
        "# hubsweep:allow all it is a fixture",
        "all",
        Some("it is a fixture"),
        true,
    ),
    (
        "# hubsweep:allow -- a fixture",
        "all",
        Some("a fixture"),
        true,
    ),
    ("# hubsweep:allow email,jwt", "email jwt", None, true),
    (
        "# hubsweep:allow email, jwt both fake",
        "email jwt",
        Some("both fake"),
        true,
    ),
    ("# a test: hubsweep:allow email", "email", None, false),
    // HTML
    (
        "<!-- hubsweep:allow email author -->",
        "email",
        Some("author"),
        true,
    ),
    ("<!-- hubsweep:allow email-->", "email", None, true),
    ("<!--hubsweep:allow-->", "all", None, true),
    (
        "<!-- hubsweep:allow email --> write to me",
        "email",
        None,
        false,
    ),
    (
        "<p>me</p> <!-- hubsweep:allow email -- mine -->",
        "email",
        Some("mine"),
        false,
    ),
    // C, JavaScript, SQL, Jinja, batch
    (
        "x = 1; // hubsweep:allow email ok",
        "email",
        Some("ok"),
        false,
    ),
    (
        "x = 1; /* hubsweep:allow email ok */ y = 2;",
        "email",
        Some("ok"),
        false,
    ),
    ("/* hubsweep:allow email ok */", "email", Some("ok"), true),
    ("--hubsweep:allow email ok", "email", Some("ok"), true),
    ("{# hubsweep:allow email ok #}", "email", Some("ok"), true),
    ("REM hubsweep:allow email ok", "email", Some("ok"), true),
    // JSON and notebooks
    (
        r#"  "_comment": "hubsweep:allow email ok","#,
        "email",
        Some("ok"),
        true,
    ),
    (
        r#"{"comment": "hubsweep:allow email ok", "k": "v"}"#,
        "email",
        Some("ok"),
        false,
    ),
    (
        r##"    "# hubsweep:allow email ok\n","##,
        "email",
        Some("ok"),
        true,
    ),
    (
        r#"    "k = 1  # hubsweep:allow email\n","#,
        "email",
        None,
        false,
    ),
    // gitleaks
    ("k = 1  # gitleaks:allow", "gitleaks", None, false),
    ("# gitleaks:allow", "gitleaks", None, false),
];

#[test]
fn every_form_is_understood() {
    for (line, rules, reason, alone) in TABLE {
        let allow = parse(line.as_bytes()).unwrap_or_else(|| panic!("nothing in {line}"));
        let (by, rules): (_, Vec<&str>) = match *rules {
            "gitleaks" => (Syntax::Gitleaks, Vec::new()),
            "all" => (Syntax::Hubsweep, Vec::new()),
            rules => (Syntax::Hubsweep, rules.split(' ').collect()),
        };
        assert_eq!(allow.by, by, "{line}");
        assert_eq!(allow.rules, rules, "{line}");
        assert_eq!(allow.reason.as_deref(), *reason, "{line}");
        assert_eq!(allow.alone, *alone, "{line}");
    }
}

#[test]
fn mentions_are_no_markers() {
    for line in [
        "",
        "allow this",
        "use hubsweep:allow RULE on the line",
        "use hubsweep:allow <rule> on the line",
        "use `hubsweep:allow email` on the line",
        "# hubsweep:allowed",
        "# hubsweep:allow-file",
        "# myhubsweep:allow",
        "# hubsweep: allow email",
    ] {
        assert_eq!(parse(line.as_bytes()), None, "{line}");
    }
}

#[test]
fn a_long_line_is_data() {
    let padding = "x".repeat(MAX_LINE);
    assert!(parse(format!("# hubsweep:allow email {padding}").as_bytes()).is_none());
}

#[test]
fn what_may_be_a_secret_is_left_out_of_the_reason() {
    let long = "a1B2".repeat(8);
    let line = format!("# hubsweep:allow email see {long} or k=v or a@b here \u{1b}[0m");
    let allow = parse(line.as_bytes()).unwrap();
    assert_eq!(
        allow.reason.as_deref(),
        Some("see … or … or … here \u{fffd}[0m")
    );
}

#[test]
fn markers_know_their_line() {
    let text = b"one\n# hubsweep:allow email\nx # gitleaks:allow hubsweep:allow jwt\n\xff";
    let found: Vec<(u64, Syntax)> = markers(text, 10)
        .iter()
        .map(|marker| (marker.line, marker.allow.by))
        .collect();
    let expected = [
        (11, Syntax::Hubsweep),
        (12, Syntax::Hubsweep),
        (12, Syntax::Gitleaks),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_template_holds_no_marker() {
    assert!(markers(crate::policy::template().as_bytes(), 1).is_empty());
}
