//! What leaves a GGUF file: texts under their keys, facts, skips.

use std::io::Cursor;

use super::*;
use crate::blob::{Limits, Route};

use crate::format::gguf::builder::{Form, V3, Value, sample};

#[derive(Default)]
struct Heard {
    texts: Vec<(String, String)>,
    facts: Vec<String>,
    skips: Vec<String>,
}

impl Sink for Heard {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        let text = String::from_utf8_lossy(fragment.text).into_owned();
        self.texts.push((fragment.route.as_str().to_owned(), text));
    }
    fn skip(&mut self, _: SkipClass, _: &Route, why: String) {
        self.skips.push(why);
    }
    fn raw(&mut self) {}
    fn name(&mut self, _: &Route, _: &str) {}
    fn fact(&mut self, _: &Route, fact: &Fact<'_>) {
        self.facts.push(format!("{fact:?}"));
    }
}

fn heard(file: &[u8]) -> Heard {
    let mut heard = Heard::default();
    let size = file.len() as u64;
    let at = Inside::root(Kind::Gguf, &Limits::default());
    extract(&mut Cursor::new(file.to_vec()), size, &at, &mut heard).unwrap();
    heard
}

#[test]
fn each_string_stands_under_its_key() {
    for big in [false, true] {
        let heard = heard(&sample(Form { version: 3, big }, "s3cret"));
        let texts: Vec<_> = heard
            .texts
            .iter()
            .map(|(route, text)| (route.as_str(), text.as_str()))
            .collect();
        assert_eq!(
            texts,
            [
                ("@general.architecture", "general.architecture = \"llama\""),
                (
                    "@quantize.imatrix.file",
                    "quantize.imatrix.file = \"/home/jane/imatrix.dat\""
                ),
                ("@training.hub_token", "training.hub_token = \"s3cret\""),
                (
                    "/general.tags",
                    "general.tags = \"text-generation\"\ngeneral.tags = \"en\"\n"
                ),
                ("@tokenizer.ggml.tokens", "<s>\n</s>\nhi\n"),
                ("@tokenizer.chat_template", "{{ messages[0]['content'] }}"),
                (
                    "/nested",
                    "nested = \"a\"\nnested = \"b\"\nnested = \"c\"\n"
                ),
                (
                    "/tensors",
                    "tensors = \"token_embd.weight\"\ntensors = \"output.weight\"\n"
                ),
                ("@tokenizer.ggml.precompiled_charsmap", "charsmap"),
            ]
        );
        assert_eq!(
            heard.skips,
            ["arrays of numbers in the metadata", "tensor bytes"]
        );
        assert!(heard.facts.iter().any(|fact| fact.contains("Q8_0")));
        assert!(!heard.facts.iter().any(|fact| fact.contains("Problem")));
    }
}

#[test]
fn what_is_broken_is_told_and_swept() {
    let file = V3.file(
        &[
            ("first", Value::Text(b"before".to_vec())),
            ("bad", Value::Raw(77, b"behind the break".to_vec())),
        ],
        &[],
        0,
    );
    let heard = heard(&file);
    assert_eq!(heard.texts[0].1, "first = \"before\"");
    assert!(heard.texts[1].1.contains("behind the break"));
    assert!(heard.skips[0].contains("malformed GGUF value type"));
    assert!(heard.facts.iter().any(|fact| fact.contains("Malformed")));
}

#[test]
fn long_strings_and_hidden_bytes_are_swept() {
    let mut long = vec![b'x'; 2 << 20];
    long.extend_from_slice(b" the end");
    let mut file = V3.file(&[("long", Value::Text(long))], &[], 5000);
    file.extend_from_slice(b"hidden text");
    let heard = heard(&file);
    let texts = &heard.texts;
    assert!(
        texts
            .iter()
            .any(|(route, text)| route == "@long" && text.ends_with("the end"))
    );
    assert!(texts.iter().any(|(_, text)| text.ends_with("hidden text")));
    assert!(heard.facts.iter().any(|fact| fact.contains("Hidden")));
}

#[test]
fn legacy_files_are_swept_in_front() {
    let mut file = b"tjgg\x03\0\0\0\x02\0\0\0\x10\0\0\0".to_vec();
    file.extend_from_slice(b"vocabulary");
    file.resize(9 << 20, 0);
    let heard = heard(&file);
    assert!(heard.texts[0].1.contains("vocabulary"));
    assert!(heard.skips[0].contains("legacy GGML"));
}

#[test]
fn hostile_files_end() {
    let file = sample(V3, "s3cret");
    for length in 0..file.len() {
        heard(&file[..length]);
    }
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    for _ in 0..1000 {
        let mut file = file.clone();
        for _ in 0..=random() % 4 {
            let at = random() % file.len();
            file[at] = [random() as u8, 0, 0xff, b'9'][random() % 4];
        }
        heard(&file);
    }
}
