//! Key-value pairs with new values.

use super::{Flat, Replace, Replacement, Value, builder, column, file, read, run, strings, texts};
use crate::format::FormatError;
use crate::format::arrow::Column;

/// Gives each pair with an old value a new one.
struct Pairs(&'static str, &'static [u8]);

impl Replace for Pairs {
    fn wants(&mut self, _: usize, _: &Column) -> bool {
        true
    }

    fn batch(&mut self, _: usize, _: u64, _: &[Option<Value<'_>>]) -> Vec<(usize, Replacement)> {
        Vec::new()
    }

    fn metadata(&mut self, _: &[u8], value: &[u8]) -> Option<Vec<u8>> {
        (value == self.0.as_bytes()).then(|| self.1.to_vec())
    }
}

/// A schema with pairs of its own and of its field.
fn schema() -> Vec<u8> {
    let mut field = column("c");
    field.push(builder::pairs(&[
        ("of-field", "old value"),
        ("kept", "as is"),
    ]));
    let table = builder::schema(
        vec![field],
        &[("origin", "by hand"), ("author", "old value")],
    );
    builder::message(1, table, &[])
}

fn has(bytes: &[u8], text: &str) -> bool {
    let mut windows = bytes.windows(text.len());
    windows.any(|window| window == text.as_bytes())
}

#[test]
fn pairs_of_schemas_and_fields_in_a_stream() {
    let bytes = [schema(), strings(&["one"], None), builder::END.to_vec()].concat();
    for new in ["a new value that is longer", "", "short"] {
        let (out, summary) = run(&bytes, &mut Pairs("old value", new.as_bytes())).unwrap();
        assert_eq!((summary.metadata, summary.replaced), (2, 0));
        assert!(!has(&out, "old value"));
        let (seen, _) = read(&out, None);
        let pairs: Vec<(&str, &str)> = seen
            .metadata
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let expected = [
            ("origin", "by hand"),
            ("author", new),
            ("of-field", new),
            ("kept", "as is"),
        ];
        assert_eq!(pairs, expected);
        assert_eq!(texts(&seen, "/c"), [(0, "one")]);
        assert!(seen.problems.is_empty());
    }
    assert!(run(&bytes, &mut Pairs("absent", b"")).unwrap().0 == bytes);
    let failed = run(&bytes, &mut Pairs("old value", b"\xff"));
    assert!(matches!(failed, Err(FormatError::Unsupported { .. })));
}

#[test]
fn pairs_of_a_file_stand_in_its_footer_too() {
    let mut bare = schema();
    bare.drain(..8);
    for front in [schema(), bare] {
        let messages = [front, strings(&["one"], None), strings(&["two"], None)];
        let bytes = file(&messages, vec![column("c")]);
        let mut pairs = Pairs("footer value", b"another value of the footer");
        let (new, summary) = run(&bytes, &mut pairs).unwrap();
        assert_eq!(summary.metadata, 1);
        // At the front the header grows, and the batches move.
        let (new, summary) = run(&new, &mut Pairs("old value", b"moved by it")).unwrap();
        assert_eq!(summary.metadata, 2);
        assert!(!has(&new, "old value") && !has(&new, "footer value\0"));
        let (seen, _) = read(&new, None);
        assert!(seen.problems.is_empty());
        assert_eq!(texts(&seen, "/c"), [(0, "one"), (1, "two")]);
        let pair = ("footer-key".into(), "another value of the footer".into());
        assert!(seen.metadata.contains(&pair));
    }
}

#[test]
fn pairs_that_share_a_value_change_together_or_not_at_all() {
    // Both values are made one string below.
    let pair = vec![builder::text("k"), builder::text("old value")];
    let table = vec![
        Flat::I16(0),
        Flat::Tables(vec![column("c")]),
        Flat::Tables(vec![pair.clone(), pair]),
    ];
    let mut bytes = builder::message(1, table, &[]);
    let places: Vec<usize> = (0..bytes.len() - 9)
        .filter(|at| bytes[*at..].starts_with(b"old value"))
        .collect();
    let [one, two] = places[..] else { panic!() };
    // The table that leads to a value stands right before its strings.
    let link = (0..one - 8)
        .rev()
        .find(|at| bytes[*at..at + 4] == (one as u32 - 4 - *at as u32).to_le_bytes());
    let link = link.unwrap();
    bytes[link..link + 4].copy_from_slice(&(two as u32 - 4 - link as u32).to_le_bytes());
    let (new, summary) = run(&bytes, &mut Pairs("old value", b"new")).unwrap();
    assert_eq!(summary.metadata, 2);
    assert_eq!(read(&new, None).0.metadata.len(), 2);
}
