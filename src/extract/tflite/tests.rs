//! What leaves a `TFLite` model.

use std::fmt::Write as _;
use std::io::Cursor;

use super::*;
use crate::blob::{Fragment, Limits, Route};
use crate::format::tflite::builder;

#[derive(Default)]
struct Heard {
    text: String,
    facts: String,
    skips: Vec<String>,
}

impl Sink for Heard {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        self.text.push_str(&String::from_utf8_lossy(fragment.text));
    }
    fn skip(&mut self, _: SkipClass, _: &Route, why: String) {
        self.skips.push(why);
    }
    fn raw(&mut self) {}
    fn name(&mut self, _: &Route, _: &str) {}
    fn fact(&mut self, _: &Route, fact: &Fact<'_>) {
        let _ = writeln!(self.facts, "{fact:?}");
    }
}

fn heard(model: &[u8]) -> Heard {
    let at = Inside::root(Kind::Tflite, &Limits::default());
    let mut heard = Heard::default();
    let size = model.len() as u64;
    extract(&mut Cursor::new(model.to_vec()), size, &at, &mut heard).unwrap();
    heard
}

#[test]
fn all_but_the_weights() {
    let heard = heard(&builder::sample("made at home"));
    for text in ["made at home", "FlexPyFunc", "label two", "1.5.0", "labels"] {
        assert!(heard.text.contains(text), "{text}");
    }
    assert!(!heard.text.contains("www"));
    assert_eq!(heard.skips, ["tensor bytes"]);
    assert!(
        heard
            .facts
            .contains("domain: \"custom\", name: \"FlexPyFunc\"")
    );
}

#[test]
fn a_broken_model_is_swept_whole() {
    let mut model = builder::sample("made at home");
    model[8..40].fill(0xff);
    let heard = heard(&model);
    assert!(heard.text.contains("made at home") && heard.text.contains("www"));
    assert!(heard.facts.contains("Malformed"));
    assert_eq!(heard.skips.len(), 1);
}
