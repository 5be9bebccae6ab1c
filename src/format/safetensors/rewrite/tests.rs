//! Metadata of files built by hand, replaced; sound files and damaged ones.

use std::io::Cursor;

use super::*;
use crate::format::safetensors::read_header;
use crate::format::xorshift::Random;

/// Spaces, order and escapes as no library writes them.
const HEADER: &str = r#"{ "b" : {"dtype":"U8","shape":[4],"data_offsets":[8,12], "author":"Jane"},"\u005f_metadata__":{"author":"Jane \u0052oe","note":"a \"b\"\n", "k\u0065y":""} ,"Jane Roe":{"data_offsets":[0,8],"dtype":"F32","shape":[2]}}   "#;

fn file(header: &str) -> Vec<u8> {
    let length = (header.len() as u64).to_le_bytes();
    let tensors: Vec<u8> = (0..12).collect();
    [&length[..], header.as_bytes(), &tensors].concat()
}

/// Replaces a name; answers the new file, whether it is another, and what was
/// asked about.
fn rewritten(bytes: &[u8], by: &str) -> Result<(Vec<u8>, bool, Vec<String>), FormatError> {
    let mut output = Vec::new();
    let mut asked = Vec::new();
    let mut input = Cursor::new(bytes);
    let changed = rewrite(
        &mut input,
        bytes.len() as u64,
        &mut output,
        &mut |key, old| {
            asked.push(format!("{key}={old}"));
            Some(old.replace("Jane Roe", by))
        },
    )?;
    Ok((output, changed, asked))
}

#[test]
fn values_change_and_nothing_else() {
    for by in ["<NAME_1>", "", "\"\\\n\u{1}ü", &"long ".repeat(1000)] {
        let bytes = file(HEADER);
        let (output, changed, asked) = rewritten(&bytes, by).unwrap();
        assert!(changed);
        assert_eq!(asked, ["author=Jane Roe", "note=a \"b\"\n", "key="]);
        let value = serde_json::to_string(by).unwrap();
        let header = HEADER.replace(r#""Jane \u0052oe""#, &value);
        let length = header.trim_end().len().next_multiple_of(8);
        assert_eq!(output[..8], (length as u64).to_le_bytes());
        let mut header = header.trim_end().as_bytes().to_vec();
        header.resize(length, b' ');
        assert_eq!(output[8..8 + length], header);
        assert_eq!(output[8 + length..], bytes[8 + HEADER.len()..]);
        let size = output.len() as u64;
        let read = read_header(&mut Cursor::new(&output), size, &mut |_| {}).unwrap();
        assert_eq!(read.problems, []);
        // A second time, there is nothing left to replace.
        let again = rewritten(&output, by).unwrap();
        assert_eq!((again.0, again.1), (output, false));
    }
}

#[test]
fn without_another_value_the_file_is_the_same() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for header in [
        "{}",
        "{} \n ",
        &deep,
        r#"{"__metadata__":{"a":"b"}}"#,
        HEADER,
    ] {
        let bytes = file(header);
        assert_eq!(rewritten(&bytes, "Jane Roe").unwrap().0, bytes);
        let mut output = Vec::new();
        let size = bytes.len() as u64;
        let mut none = |_: &str, _: &str| None;
        let changed = rewrite(&mut Cursor::new(&bytes), size, &mut output, &mut none);
        assert!(!changed.unwrap());
        assert_eq!(output, bytes);
    }
}

#[test]
fn what_loaders_refuse_is_refused() {
    for header in [
        "",
        "[]",
        " {}",
        "{} {}",
        "{\"a\":}",
        "{\"a\":1",
        "{} // text",
        "\u{feff}{}",
        r#"{"__metadata__":"text"}"#,
        r#"{"__metadata__":["text"]}"#,
        r#"{"__metadata__":{"a":1}}"#,
        r#"{"__metadata__":{"a":["text"]}}"#,
        r#"{"__metadata__":{"a":{"b":"text"}}}"#,
    ] {
        let told = rewritten(&file(header), "x");
        assert!(
            matches!(told, Err(FormatError::Malformed { .. })),
            "{header:.40}"
        );
    }
    let mut bytes = file(HEADER);
    bytes[40] = 0xff;
    assert!(matches!(
        rewritten(&bytes, "x"),
        Err(FormatError::Malformed { .. })
    ));
    bytes[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(matches!(
        rewritten(&bytes, "x"),
        Err(FormatError::Limit { .. })
    ));
    bytes[..8].copy_from_slice(&1_000_000u64.to_le_bytes());
    assert!(matches!(
        rewritten(&bytes, "x"),
        Err(FormatError::Truncated { .. })
    ));
}

/// A file that is shorter than it was when it was measured.
#[test]
fn tensors_that_end_early_are_told() {
    let bytes = file(HEADER);
    for cut in 0..bytes.len() {
        let mut input = Cursor::new(&bytes[..cut]);
        let mut other = |_: &str, _: &str| Some("x".to_owned());
        let told = rewrite(&mut input, bytes.len() as u64, &mut io::sink(), &mut other);
        assert!(
            matches!(told, Err(FormatError::Truncated { .. })),
            "cut at {cut}"
        );
    }
}

#[test]
fn damaged_anywhere() {
    let mut random = Random::new(11);
    for _ in 0..5000 {
        let mut bytes = file(HEADER);
        random.damage(&mut bytes);
        if let Ok((output, ..)) = rewritten(&bytes, "<NAME_1>") {
            let (again, changed, _) = rewritten(&output, "<NAME_1>").unwrap();
            assert_eq!((again, changed), (output, false));
        }
    }
}
