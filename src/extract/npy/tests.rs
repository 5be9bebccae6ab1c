//! What leaves npy files: texts by column and row, pickles, skips.

use std::io::Cursor;

use super::*;
use crate::blob::{Fragment, Limits, Route};

use crate::format::npy::builder::{file, header, texts};

#[derive(Default)]
struct Heard {
    texts: Vec<(String, String)>,
    problems: Vec<ProblemClass>,
    skips: Vec<String>,
}

impl Sink for Heard {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        let route = fragment.route.as_str().to_owned();
        let text = String::from_utf8_lossy(fragment.text).into_owned();
        if route != "@header" {
            self.texts.push((route, text));
        }
    }
    fn skip(&mut self, _: SkipClass, _: &Route, why: String) {
        self.skips.push(why);
    }
    fn raw(&mut self) {}
    fn name(&mut self, _: &Route, _: &str) {}
    fn fact(&mut self, _: &Route, fact: &Fact<'_>) {
        if let Fact::Problem(problem) = fact {
            self.problems.push(problem.class);
        }
    }
}

fn heard(file: &[u8]) -> Heard {
    let at = Inside::root(Kind::Npy, &Limits::default());
    let mut heard = Heard::default();
    let size = file.len() as u64;
    extract(&mut Cursor::new(file.to_vec()), size, &at, &mut heard).unwrap();
    heard
}

fn text(route: &str, text: &str) -> (String, String) {
    (route.to_owned(), text.to_owned())
}

#[test]
fn texts_by_row() {
    let found = heard(&texts(&["one", "", "three"], true));
    let lines = "values = \"one\"\nvalues = \"three\"\n";
    assert_eq!(found.texts, [text("/values", lines)]);
    let record = header("[('id', '<i4'), ('name', '|S8')]", "(2,)");
    let found = heard(&file(
        1,
        &record,
        b"\x01\0\0\0alice\0\0\0\x02\0\0\0bob\0\0\0\0\0",
    ));
    let lines = "name = \"alice\"\nname = \"bob\"\n";
    assert_eq!(found.texts, [text("/name", lines)]);
    assert!(found.skips.is_empty() && found.problems.is_empty());
    let letters = heard(&file(1, &header("'|S1'", "(5,)"), b"hello"));
    assert_eq!(letters.texts, [text("", "hello")]);
}

#[test]
fn numbers_are_not_read_and_what_follows_them_is() {
    let numbers = file(1, &header("'<f4'", "(2,)"), b"xxxxyyyy");
    let found = heard(&numbers);
    assert!(found.texts.is_empty() && found.problems.is_empty());
    assert_eq!(found.skips, ["numbers of an array"]);
    let behind = heard(&[numbers.as_slice(), b"behind"].concat());
    assert_eq!(behind.texts, [text("/trailing", "behind")]);
    assert_eq!(behind.problems, [ProblemClass::Hidden]);
    // A second array is no stranger.
    let two = heard(&[numbers, texts(&["second"], false)].concat());
    assert_eq!(two.texts, [text("/values", "values = \"second\"\n")]);
    assert!(two.problems.is_empty());
}

#[test]
fn objects_are_a_pickle() {
    let pickle = b"\x80\x04\x8c\x06secret\x94.";
    let found = heard(&file(1, &header("'|O'", "(1,)"), pickle));
    assert_eq!(found.texts, [text("/objects", "secret")]);
}

#[test]
fn lies_are_told() {
    let few = heard(&file(
        1,
        &header("'<U2'", "(1000000,)"),
        &[b'x', 0, 0, 0, 0, 0, 0, 0],
    ));
    assert_eq!(few.problems, [ProblemClass::Malformed]);
    assert_eq!(few.texts, [text("/values", "values = \"x\"\n")]);
    let shape = "(9223372036854775807, 9223372036854775807)";
    let many = heard(&file(1, &header("'|S8'", shape), b"12345678"));
    assert_eq!(many.problems, [ProblemClass::Excessive]);
    assert_eq!(many.texts, [text("/values", "values = \"12345678\"\n")]);
    let broken = heard(b"\x93NUMPY\x01\0\x08\0{broken}secret");
    assert!(broken.texts[0].1.contains("secret"));
    assert!(broken.skips[0].contains("malformed npy header"));
}

#[test]
fn a_stream_is_read_to_its_end() {
    let at = Inside::root(Kind::Npy, &Limits::default());
    let numbers = file(1, &header("'<f4'", "(2,)"), b"xxxxyyyybehind");
    let mut found = Heard::default();
    extract_stream(&mut &numbers[..], numbers.len() as u64, &at, &mut found).unwrap();
    assert_eq!(found.texts, [text("/trailing", "behind")]);
}

#[test]
fn hostile_files_end() {
    let file = file(
        1,
        &header("[('id', '<i4'), ('name', '|S4'), ('u', '>U2')]", "(4,)"),
        &[b'x'; 64],
    );
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
