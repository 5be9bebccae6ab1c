//! Many of a kind: a clone without its large files, a folder of leftovers,
//! hundreds of the same weak finding.

use super::audited::audited;
use super::{style, text, written};
use crate::finding::{Category, Finding, FingerprintKey, Report, Skip, SkipClass};
use crate::report::Format;

const MANY: usize = 200;

/// A report in which each skip, stray file and weak secret is there many times.
fn crowded() -> Report {
    let mut report = audited();
    let key = FingerprintKey::default();
    let path = |number: usize| format!("runs/checkpoint-{number:03}/optimizer.pt");
    report.skipped.extend((0..MANY).map(|number| {
        Skip::new(
            SkipClass::Missing,
            &path(number),
            "object that is not in this clone",
        )
    }));
    let one = |wanted: fn(&Finding) -> bool| {
        let found = report.findings.iter().find(|finding| wanted(finding));
        found.unwrap().clone()
    };
    let samples = [
        one(|finding| finding.category == Category::StrayFile && !finding.blocks()),
        one(|finding| finding.category == Category::Secret && !finding.blocks()),
    ];
    for sample in samples {
        report.findings.extend((0..MANY).map(|number| {
            let mut finding = sample.clone();
            finding.location.path = path(number);
            let value = format!("{} {number}", finding.rule);
            finding.fingerprint = key.secret(&finding.rule, value.as_bytes());
            finding
        }));
    }
    report
}

#[test]
fn text_tells_a_reason_once() {
    let shown = text(&crowded(), &style(80));
    let rows = shown
        .lines()
        .filter(|line| line.contains("not in this clone"));
    assert_eq!(rows.count(), 1, "{shown}");
    assert!(shown.contains("(200 files)"), "{shown}");
    assert!(shown.contains("+198"), "{shown}");
    assert!(shown.lines().count() < 100, "{shown}");
}

#[test]
fn markdown_sums_up() {
    let page = written(&crowded(), Format::Markdown, &style(80));
    assert!(
        page.contains("- missing, 200 files: object that is not in this clone: "),
        "{page}"
    );
    assert!(page.contains("Optimizer state, 204 files"), "{page}");
    assert!(page.contains("more, which the JSON report lists"), "{page}");
    assert!(page.len() < 20_000, "{} bytes\n{page}", page.len());
    assert!(page.lines().count() < 300, "{page}");
}
