//! Files longer than a window: everything is found once, at its own bytes.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use super::builders::{Folder, places, token};

/// Bytes of one window of the reader.
const WINDOW: usize = 512 * 1024;

#[test]
fn one_line_of_json_gives_up_its_tokens() {
    let folder = Folder::new();
    let mut out = BufWriter::new(File::create(folder.path().join("data.json")).unwrap());
    let mut expected = Vec::new();
    let mut at = 0;
    let records = 240_000;
    let mut write = |text: String| {
        out.write_all(text.as_bytes()).unwrap();
        at += text.len();
        at
    };
    write("{\"rows\":[".to_owned());
    for number in 0..records {
        let comma = if number == 0 { "" } else { "," };
        let filler = "a sentence of an ordinary data set, as long as they are";
        let start = write(format!("{comma}{{\"id\":{number},\"text\":\"{filler} "));
        if [records / 1000, records / 2, records - records / 1000].contains(&number) {
            let token = token(number);
            expected.push((
                "data.json".to_owned(),
                format!("/rows/{number}/text"),
                1,
                Some(start as u64),
            ));
            write(token);
        }
        write(" and its end.\"}".to_owned());
    }
    write("]}".to_owned());
    out.flush().unwrap();
    let (report, code) = folder.json();
    assert_eq!(code, Some(1));
    assert_eq!(places(&report, "hf-user-token"), expected);
}

#[test]
fn a_token_across_a_border_is_found_once() {
    let folder = Folder::new();
    let mut expected = Vec::new();
    for (number, start) in (WINDOW - 40..=WINDOW + 2).enumerate() {
        let mut text = "words of prose, a line of them\n".repeat(start / 31 + 1);
        text.truncate(start - 1);
        text.push(' ');
        text.push_str(&token(number as u64));
        text.push_str(" more\n");
        text.push_str(&"more words\n".repeat(30));
        let name = format!("{start}.txt");
        let line = text[..start].matches('\n').count() as u64 + 1;
        folder.file(&name, text);
        expected.push((name, String::new(), line, Some(start as u64)));
    }
    let (report, _) = folder.json();
    assert_eq!(places(&report, "hf-user-token"), expected);
}

#[test]
fn a_token_at_the_end_of_long_utf16_is_found() {
    let folder = Folder::new();
    let text = "\u{feff}".to_owned()
        + &"Zeile über Zeile 🔑\n".repeat(40_000)
        + "key = "
        + &token(1)
        + "\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(bytes.len() > 1 << 20);
    folder.file("wide.txt", &bytes);
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    folder.file("wide-be.txt", &bytes);
    let (report, _) = folder.json();
    let found = places(&report, "hf-user-token");
    let lines: Vec<u64> = found.iter().map(|place| place.2).collect();
    assert_eq!(lines, [40_001, 40_001], "{found:?}");
}
