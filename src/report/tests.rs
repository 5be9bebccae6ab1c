//! Every format over one rich report, and what must hold for all of them.

mod audited;
mod gitlab;
mod hostile;
mod many;
mod sample;

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::{Format, Style, write};
use crate::finding::{Report, SkipClass};
use audited::audited;
use sample::{ordinary, rich, secrets};

fn written(report: &Report, format: Format, style: &Style) -> String {
    let mut out = Vec::new();
    write(report, format, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The rich report in a format that names the version, which changes.
fn versionless(format: Format) -> String {
    let version = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
    written(&rich(), format, &style(80)).replace(&version, "\"VERSION\"")
}

fn style(width: usize) -> Style {
    Style {
        width,
        gate: "high, medium confidence".to_owned(),
        hints: vec![
            "hubsweep explain hf-user-token".to_owned(),
            "hubsweep scan -v".to_owned(),
        ],
        ..Style::default()
    }
}

fn text(report: &Report, style: &Style) -> String {
    written(report, Format::Text, style)
}

fn last_line(report: &Report, style: &Style) -> String {
    text(report, style).lines().last().unwrap_or("").to_owned()
}

#[test]
fn text_at_80_columns() {
    insta::assert_snapshot!(text(&rich(), &style(80)));
}

#[test]
fn text_of_an_ordinary_folder_fits_a_screen() {
    let shown = text(&ordinary(), &style(80));
    assert!(shown.lines().count() <= 26, "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn text_at_160_columns() {
    insta::assert_snapshot!(text(&rich(), &style(160)));
}

#[test]
fn text_verbose() {
    let style = Style {
        verbose: true,
        ..style(80)
    };
    insta::assert_snapshot!(text(&rich(), &style));
}

#[test]
fn text_quiet() {
    let style = Style {
        quiet: true,
        ..style(80)
    };
    insta::assert_snapshot!(text(&rich(), &style));
}

#[test]
fn text_in_colour() {
    let colored = text(
        &rich(),
        &Style {
            color: true,
            ..style(80)
        },
    );
    insta::assert_snapshot!(colored.replace('\u{1b}', "ESC"));
    let plain = text(&rich(), &style(80));
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        stripped.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain, "colour changes nothing but colour");
}

#[test]
fn json_document() {
    insta::assert_snapshot!(versionless(Format::Json));
}

#[test]
fn jsonl_lines() {
    insta::assert_snapshot!(versionless(Format::Jsonl));
}

#[test]
fn sarif_log() {
    insta::assert_snapshot!(versionless(Format::Sarif));
}

#[test]
fn github_commands() {
    insta::assert_snapshot!(written(&rich(), Format::Github, &style(80)));
}

#[test]
fn markdown_of_an_audit() {
    insta::assert_snapshot!(written(&audited(), Format::Markdown, &style(80)));
}

#[test]
fn markdown_of_a_silent_sweep() {
    let mut report = Report {
        roots: vec![".".to_owned()],
        ..Report::default()
    };
    report.coverage.files = 12;
    insta::assert_snapshot!(written(&report, Format::Markdown, &style(80)));
}

#[test]
fn markdown_of_an_ordinary_folder() {
    insta::assert_snapshot!(written(&ordinary(), Format::Markdown, &style(80)));
}

#[test]
fn text_of_an_audit() {
    insta::assert_snapshot!(text(&audited(), &style(80)));
}

#[test]
fn text_of_an_audit_verbose() {
    let style = Style {
        verbose: true,
        ..style(100)
    };
    insta::assert_snapshot!(text(&audited(), &style));
}

#[test]
fn text_of_an_audit_at_160_columns() {
    insta::assert_snapshot!(text(&audited(), &style(160)));
}

#[test]
fn github_commands_name_the_commit() {
    let shown = written(&audited(), Format::Github, &style(80));
    let lines: Vec<&str> = shown
        .lines()
        .filter(|line| line.contains("%0Acommit ") || line.contains("lowers the gate"))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn json_keys_are_the_documented_ones() {
    fn keys(value: &Value) -> Vec<&str> {
        value
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect()
    }
    let document: Value =
        serde_json::from_str(&written(&rich(), Format::Json, &style(80))).unwrap();
    let findings = document["findings"].as_array().unwrap();
    let in_two_places = |finding: &&Value| finding["also"][0].is_object();
    let finding = findings.iter().find(in_two_places).unwrap();
    insta::assert_json_snapshot!([
        keys(&document),
        keys(&document["tool"]),
        keys(&document["summary"]),
        keys(&document["summary"]["severities"][0]),
        keys(&document["plan"][0]),
        keys(finding),
        keys(&finding["span"]),
        keys(&finding["also"][0]),
        keys(&finding["origins"][0]),
        keys(&document["suppressed"][0]),
        keys(&document["skipped"][0]),
        keys(&document["coverage"]),
    ]);
}

#[test]
fn every_jsonl_line_is_an_object_with_a_type() {
    let lines = written(&rich(), Format::Jsonl, &style(80));
    let types: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["type"].to_string())
        .collect();
    assert_eq!(types.last().map(String::as_str), Some("\"summary\""));
    let report = rich();
    let expected = report.findings.len() + report.suppressed.len() + report.skipped.len() + 1;
    assert_eq!(types.len(), expected);
}

#[test]
fn sarif_is_valid() {
    let mut schema: Value =
        serde_json::from_str(include_str!("../../tests/schemas/sarif-2.1.0.json")).unwrap();
    // The published pattern has a stray `]`, which strict regexes refuse.
    for owner in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][owner]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in [rich(), audited(), Report::default()] {
        let log = serde_json::from_str(&written(&report, Format::Sarif, &style(80))).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn no_line_is_wider_than_asked() {
    for width in 40..200 {
        for verbose in [false, true] {
            let style = Style {
                verbose,
                ..style(width)
            };
            for line in text(&audited(), &style).lines() {
                assert!(line.width() <= width, "{width}: {line}");
                assert_eq!(line, line.trim_end());
            }
        }
    }
}

#[test]
fn no_format_shows_a_secret_or_a_control_character() {
    for &format in Format::ALL {
        let verbose = Style {
            verbose: true,
            ..style(100)
        };
        let shown = written(&audited(), format, &verbose);
        for secret in secrets() {
            // Four leading characters are the mask; nothing after them.
            assert!(!shown.contains(&secret[4..12]), "{format}: {shown}");
            assert!(
                !shown.contains(&secret[secret.len() - 8..]),
                "{format}: {shown}"
            );
        }
        let hostile = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!shown.contains(hostile), "{format}: {shown:?}");
    }
}

#[test]
fn the_verdict_says_clean_only_of_a_complete_and_silent_sweep() {
    let mut report = Report::default();
    let plain = style(80);
    assert_eq!(last_line(&report, &plain), "no files to read");
    report.coverage.files = 12;
    assert_eq!(
        last_line(&report, &plain),
        "clean: nothing found in 12 files"
    );
    let whole = rich();
    report.suppressed = whole.suppressed.clone();
    assert_eq!(last_line(&report, &plain), "nothing blocks · 3 suppressed");
    report.suppressed.clear();
    report.interrupted = true;
    assert_eq!(
        last_line(&report, &plain),
        "nothing blocks · interrupted: the rest was not read"
    );
    report.interrupted = false;
    report.skipped = whole.skipped.clone();
    report
        .skipped
        .retain(|skip| skip.class == SkipClass::Missing);
    assert_eq!(
        last_line(&report, &plain),
        "incomplete: 1 file was not fully read, see above"
    );
}

#[test]
fn github_annotates_the_worst_and_counts_the_rest() {
    let mut report = rich();
    let note = report
        .findings
        .iter()
        .find(|finding| !finding.blocks())
        .unwrap()
        .clone();
    report.findings.extend(std::iter::repeat_n(note, 60));
    let shown = written(&report, Format::Github, &style(80));
    assert_eq!(
        shown.lines().filter(|line| line.starts_with("::")).count(),
        50
    );
    assert!(shown.starts_with("::error file="), "{shown}");
    assert!(shown.trim_end().ends_with("more not annotated"), "{shown}");
}

#[test]
fn format_words_round_trip() {
    for &format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    let error = "html".parse::<Format>().unwrap_err().to_string();
    assert!(
        error.contains("`html`") && error.contains("sarif"),
        "{error}"
    );
}
