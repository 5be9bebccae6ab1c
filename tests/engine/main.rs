//! The engine equals an independent, naive run: every rule's regex over every
//! byte. Shares no window code with it.

#![allow(clippy::unwrap_used)] // a test may panic, its helpers too

mod near;

use std::fs;
use std::path::Path;

use hubsweep::blob::{CONTEXT, Fragment, Kind, OVERLAP, Route, Sought, Text};
use hubsweep::engine::Engine;
use hubsweep::rule::{Catalogue, template};

/// Rule, start and end.
pub(crate) type Found = Vec<(String, usize, usize)>;

/// Each rule by a search of its own over the whole text.
fn naive(catalogue: &Catalogue, text: &[u8]) -> Found {
    let mut found = Vec::new();
    let lower = text.to_ascii_lowercase();
    for rule in catalogue
        .rules()
        .iter()
        .filter(|rule| rule.detector.is_none() && rule.path.is_none())
    {
        match &rule.near {
            Some(near) => near::naive_near(rule, near, text, &lower, &mut found),
            None => found.extend(
                regex(&rule.pattern)
                    .find_iter(text)
                    .map(|hit| (rule.id.to_string(), hit.start(), hit.end())),
            ),
        }
    }
    found.sort();
    found
}

/// Each rule's own regex, compiled by the `regex` crate.
pub(crate) fn regex(pattern: &str) -> regex::bytes::Regex {
    regex::bytes::RegexBuilder::new(pattern)
        .unicode(false)
        .size_limit(1 << 26)
        .build()
        .unwrap()
}

/// The engine, fed windows of `window` owned bytes.
fn windowed(engine: &Engine, text: &[u8], window: usize) -> Found {
    let with_path: Vec<&str> = engine
        .rules()
        .iter()
        .filter(|rule| rule.path.is_some())
        .map(|rule| rule.id.as_ref())
        .collect();
    let mut scanner = engine.scanner("file.txt");
    let mut found = Vec::new();
    let mut start = 0;
    loop {
        let end = (start + window).min(text.len());
        let from = start.saturating_sub(CONTEXT);
        let to = (end + OVERLAP).min(text.len());
        let fragment = Fragment {
            route: &Route::default(),
            text: &text[from..to],
            owned: start - from..end - from,
            base: from as u64,
            raw: Some(0),
            line: None,
            kind: Kind::Text(Text::Plain),
            rows: &[],
            sought: Sought::Everything,
        };
        let candidates = scanner.candidates(&fragment);
        found.extend(
            candidates
                .into_iter()
                .filter(|(rule, _)| !with_path.contains(rule))
                .map(|(rule, range)| (rule.to_owned(), from + range.start, from + range.end)),
        );
        if end == text.len() {
            break;
        }
        start = end;
    }
    found.sort();
    found
}

/// Every example and negative of every rule, in prose, back to back, cut and
/// doubled.
fn generated(catalogue: &Catalogue) -> Vec<u8> {
    let mut text = Vec::new();
    let mut state = 7u64;
    for rule in catalogue.rules() {
        for example in rule.examples.iter().chain(rule.negatives.iter()) {
            let expanded = template::expand(example);
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let cut = expanded.len() - (state >> 33) as usize % expanded.len().clamp(1, 9);
            let part = expanded.get(..cut).unwrap_or(&expanded);
            for piece in [&expanded, part, &expanded] {
                text.extend_from_slice(piece.as_bytes());
                text.extend_from_slice(
                    [&b""[..], b" ", b"\n", b"\",\""][(state >> 40) as usize % 4],
                );
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
            }
        }
    }
    text
}

/// Our own sources and patterns: real text, with every keyword in it.
fn real(folder: &Path, text: &mut Vec<u8>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            real(&path, text);
        } else {
            text.extend(fs::read(path).unwrap());
        }
    }
}

fn assert_same(catalogue: &Catalogue, engine: &Engine, text: &[u8]) {
    let expected = naive(catalogue, text);
    assert!(
        !expected.is_empty(),
        "a test that finds nothing proves nothing"
    );
    for window in [text.len().max(1), 1 << 16, 10_007, 997] {
        let found = windowed(engine, text, window);
        let missing: Vec<_> = expected
            .iter()
            .filter(|hit| !found.contains(hit))
            .take(5)
            .collect();
        let extra: Vec<_> = found
            .iter()
            .filter(|hit| !expected.contains(hit))
            .take(5)
            .collect();
        assert!(
            missing.is_empty() && extra.is_empty(),
            "window {window}: missing {missing:?}, extra {extra:?}"
        );
    }
}

#[test]
fn equals_naive_on_generated_text() {
    let catalogue = Catalogue::builtin().unwrap();
    let engine = Engine::exhaustive(&catalogue);
    assert_same(&catalogue, &engine, &generated(&catalogue));
}

#[test]
fn equals_naive_on_real_text() {
    let catalogue = Catalogue::builtin().unwrap();
    let engine = Engine::exhaustive(&catalogue);
    assert_same(&catalogue, &engine, &our_own());
}

fn our_own() -> Vec<u8> {
    let mut text = Vec::new();
    for folder in ["src", "patterns"] {
        real(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
            &mut text,
        );
    }
    text
}

/// What is reported of a text, in windows of `window` owned bytes.
fn reported(engine: &Engine, text: &[u8], window: usize) -> Found {
    let mut scanner = engine.scanner("file.txt");
    let mut found = Vec::new();
    for start in (0..text.len()).step_by(window) {
        let end = (start + window).min(text.len());
        let from = start.saturating_sub(CONTEXT);
        let fragment = Fragment {
            route: &Route::default(),
            text: &text[from..(end + OVERLAP).min(text.len())],
            owned: start - from..end - from,
            base: from as u64,
            raw: Some(0),
            line: None,
            kind: Kind::Text(Text::Plain),
            rows: &[],
            sought: Sought::Everything,
        };
        for hit in scanner.scan(&fragment).found {
            let place = format!("{} {} {:?}", hit.rule.id, hit.confidence, hit.evidence);
            found.push((place, from + hit.span.start, from + hit.span.end));
        }
    }
    found
}

/// The gates lose nothing: the fast way and the exhaustive one report the same.
#[test]
fn the_gates_lose_nothing() {
    let catalogue = Catalogue::builtin().unwrap();
    let (fast, exhaustive) = (Engine::new(&catalogue), Engine::exhaustive(&catalogue));
    for text in [generated(&catalogue), our_own()] {
        let expected = reported(&exhaustive, &text, 1 << 18);
        assert!(
            expected.len() > 100,
            "a test that finds little proves little"
        );
        for window in [1 << 18, 10_007] {
            let exhaustive = reported(&exhaustive, &text, window);
            assert_eq!(
                reported(&fast, &text, window),
                exhaustive,
                "window {window}"
            );
        }
    }
}
