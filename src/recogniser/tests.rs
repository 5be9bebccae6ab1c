//! Recognisers that do well, and those that do not.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// A script of Python's in a folder of its own.
struct Script(PathBuf);

impl Script {
    fn new(body: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("hubsweep-recogniser-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        let head = "import json, sys, time\ndef say(x):\n    print(json.dumps(x), flush=True)\n";
        fs::write(folder.join("script.py"), format!("{head}{body}")).unwrap();
        Self(folder)
    }

    fn ask(&self, timeout: Duration, texts: &[&str]) -> Result<Vec<Span>, RecogniserError> {
        let command = format!("python3 '{}'", self.0.join("script.py").display());
        let options = Options {
            timeout,
            language: Some("en".to_owned()),
        };
        let mut recogniser = Recogniser::start_with(&command, options)?;
        let mut last = Vec::new();
        for text in texts {
            last = recogniser.spans(text)?;
        }
        Ok(last)
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

const LONG: Duration = Duration::from_secs(30);

/// Finds `Ana` by Python's offsets.
const ANA: &str = "
for line in sys.stdin:
    q = json.loads(line)
    assert q['language'] == 'en' and len(q['text'].encode()) <= 8192
    at, spans = q['text'].find('Ana'), []
    while at >= 0:
        spans.append({'start': at, 'end': at + 3, 'entity': 'FIRST_NAME', 'score': 0.5})
        at = q['text'].find('Ana', at + 3)
    say({'id': q['id'], 'spans': spans})
";

#[test]
fn offsets_are_code_points_and_texts_come_in_parts() {
    let script = Script::new(ANA);
    let text = "Größe 🙂 Ana\n";
    let found = script.ask(LONG, &["", "\n", text]).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(&text[found[0].range.clone()], "Ana");
    assert_eq!(
        (found[0].entity.as_str(), found[0].score),
        ("first-name", 0.5)
    );
    // Many parts, one without any line end.
    let text = format!("{}{}", text.repeat(5000), "ü".repeat(20_000));
    let found = script.ask(LONG, &[&text]).unwrap();
    assert_eq!(found.len(), 5000);
    assert!(found.iter().all(|span| &text[span.range.clone()] == "Ana"));
}

#[test]
fn parts_end_at_lines_and_hold_everything() {
    let text = format!("{}\n{}", "wort und ".repeat(3000), "🙂é".repeat(9000));
    let mut end = 0;
    for (start, part) in parts(&text) {
        assert!(start == end && part.len() <= LARGEST_TEXT && !part.is_empty());
        end += part.len();
    }
    // Pictures are no text to look at.
    assert!(end <= text.len());
}

const FIRST: &str = "q = json.loads(sys.stdin.readline())\n";

/// What comes of a script that reads one text, does something, and waits.
fn error(answer: &str, timeout: Duration) -> RecogniserError {
    fails(&format!("{FIRST}{answer}\ntime.sleep(9)\n"), timeout)
}

fn fails(body: &str, timeout: Duration) -> RecogniserError {
    let script = Script::new(body);
    script.ask(timeout, &["Ana", "Eva"]).unwrap_err()
}

#[test]
fn what_it_does_wrong_is_an_error() {
    let error = |answer: &str| error(answer, LONG);
    assert!(matches!(
        error("print('hello', flush=True)"),
        RecogniserError::Garbage(1)
    ));
    assert!(matches!(error("say([1])"), RecogniserError::Garbage(1)));
    assert!(matches!(
        error("say({'id': 1})"),
        RecogniserError::Garbage(1)
    ));
    assert!(matches!(
        error("say({'id': 7, 'spans': []})"),
        RecogniserError::Order(1)
    ));
    assert!(matches!(
        error("say({'id': 1, 'error': 'no model'})"),
        RecogniserError::Failed(1)
    ));
    for span in [
        "0, 'end': 4",
        "2, 'end': 2",
        "3, 'end': 1",
        "9999999999999, 'end': 99999999999999",
    ] {
        let answer =
            format!("say({{'id': 1, 'spans': [{{'start': {span}, 'entity': 'x', 'score': 1}}]}})");
        assert!(matches!(error(&answer), RecogniserError::Span(1)), "{span}");
    }
    for rest in [
        "'entity': '', 'score': 1",
        "'entity': 'a\\n', 'score': 7",
        "'entity': 'é', 'score': 1",
    ] {
        let answer = format!("say({{'id': 1, 'spans': [{{'start': 0, 'end': 1, {rest}}}]}})");
        assert!(matches!(error(&answer), RecogniserError::Span(1)), "{rest}");
    }
}

#[test]
fn who_ends_or_does_not_end_is_an_error() {
    assert!(matches!(
        error("pass", Duration::from_millis(300)),
        RecogniserError::Slow(_)
    ));
    assert!(matches!(
        fails("sys.exit(3)", LONG),
        RecogniserError::Ended(Some(3))
    ));
    assert!(matches!(
        error(
            "sys.stdout.write('{\"id\": 1, \"spans\": []'); sys.exit(0)",
            LONG
        ),
        RecogniserError::Ended(Some(0))
    ));
    assert!(matches!(
        error("print('x' * (5 << 20), flush=True)", LONG),
        RecogniserError::Long(_)
    ));
    // One answer, then nothing.
    let once = format!("{FIRST}say({{'id': 1, 'spans': []}})\n");
    assert!(matches!(
        fails(&once, LONG),
        RecogniserError::Ended(Some(0))
    ));
}

#[test]
fn a_command_that_is_missing_or_has_failed_stays_so() {
    let mut recogniser = Recogniser::start("hubsweep-no-such-command 2>/dev/null").unwrap();
    assert!(matches!(
        recogniser.spans("Ana"),
        Err(RecogniserError::Unknown)
    ));
    assert!(matches!(
        recogniser.spans("Ana"),
        Err(RecogniserError::Stopped)
    ));
}

#[test]
fn who_never_reads_does_not_block() {
    let script = Script::new("time.sleep(9)");
    let text = "Ana and Eva\n".repeat(20_000);
    let error = script
        .ask(Duration::from_millis(300), &[&text])
        .unwrap_err();
    assert!(matches!(error, RecogniserError::Slow(_)));
    // Nor who says more than was asked.
    let script = Script::new("while True: print('{\"id\": 1, \"spans\": []}')");
    assert!(matches!(
        script.ask(LONG, &["Ana", "Eva"]),
        Err(RecogniserError::Order(2))
    ));
}
