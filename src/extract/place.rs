//! Where in a structured text a byte stands.
//!
//! In: a blob's reader, its kind and sorted byte offsets of findings. Out: for
//! each the step of the route: `/cells/3/source/2`, `/front-matter/base_model`,
//! `/email/row-17` as in any table.
//! Only files with findings are read a second time.

use std::io::{self, Read};

use crate::blob::{Kind, ReadSeek, Text};
use crate::format::{delimited, json_path};

/// Bytes before a safetensors header.
const HEADER: u64 = 8;
/// Longest Markdown file whose structure is told.
const LONGEST_CARD: u64 = 1 << 20;

/// The step of each offset, where the kind has structure.
pub fn places(
    reader: &mut dyn ReadSeek,
    kind: Kind,
    offsets: &[u64],
) -> io::Result<Vec<Option<String>>> {
    match kind {
        Kind::Text(Text::Json | Text::Notebook) => Ok(in_json(reader, offsets)),
        Kind::Text(Text::Table) if is_json(reader)? => Ok(in_lines(reader, offsets)),
        Kind::Text(Text::Table) => Ok(in_table(reader, offsets)),
        Kind::Text(Text::Vocabulary) if is_json(reader)? => Ok(in_json(reader, offsets)),
        Kind::Safetensors => {
            // The header's JSON stands behind its length, the tensors behind it.
            let mut length = [0; HEADER as usize];
            reader.read_exact(&mut length)?;
            let inside: Vec<u64> = offsets
                .iter()
                .map(|offset| offset.saturating_sub(HEADER))
                .collect();
            Ok(in_json(reader.take(u64::from_le_bytes(length)), &inside))
        }
        Kind::Text(Text::Markdown) => {
            let mut card = Vec::new();
            reader.take(LONGEST_CARD).read_to_end(&mut card)?;
            Ok(offsets
                .iter()
                .map(|&offset| in_card(&card, offset as usize))
                .collect())
        }
        _ => Ok(vec![None; offsets.len()]),
    }
}

fn in_json(reader: impl Read, offsets: &[u64]) -> Vec<Option<String>> {
    json_path::locate(reader, offsets)
        .into_iter()
        .map(|path| path.map(|path| path.as_str().to_owned()))
        .collect()
}

/// In JSON Lines: the key, then the row, as in a table of columns.
fn in_lines(reader: impl Read, offsets: &[u64]) -> Vec<Option<String>> {
    let step = |path: String| match path.strip_prefix('[').and_then(|path| path.split_once(']')) {
        Some((row, key)) => format!("{key}/row-{row}"),
        None => format!("{path}/row-0"),
    };
    let places = in_json(reader, offsets).into_iter();
    places.map(|place| place.map(step)).collect()
}

fn in_table(reader: impl Read, offsets: &[u64]) -> Vec<Option<String>> {
    let step = |place: delimited::Place| format!("/{}/row-{}", place.column, place.row);
    let places = delimited::locate(reader, offsets).into_iter();
    places.map(|place| place.map(step)).collect()
}

/// Is a vocabulary or a table JSON, not a word or row a line? Leaves the reader at its start.
fn is_json(reader: &mut dyn ReadSeek) -> io::Result<bool> {
    let mut head = Vec::new();
    reader.take(64).read_to_end(&mut head)?;
    reader.rewind()?;
    Ok(matches!(head.trim_ascii_start(), [b'{' | b'[', ..]))
}

/// The front matter key or the code fence that holds `offset`.
fn in_card(card: &[u8], offset: usize) -> Option<String> {
    let mut front = card.starts_with(b"---");
    let mut keys: Vec<(usize, String)> = Vec::new();
    let mut fence: Option<String> = None;
    let mut at = 0;
    for (number, line) in card.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let text = String::from_utf8_lossy(line);
        let trimmed = text.trim();
        if front && number > 0 && trimmed == "---" {
            front = false;
            keys.clear();
        } else if front {
            note_key(&mut keys, &text);
        } else if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fence = match fence {
                Some(_) => None,
                None => Some(
                    trimmed
                        .trim_start_matches(['`', '~'])
                        .split_whitespace()
                        .next()
                        .unwrap_or("")
                        .to_owned(),
                ),
            };
        }
        at += line.len();
        if offset < at {
            break;
        }
    }
    if front && !keys.is_empty() {
        let path: Vec<&str> = keys.iter().map(|(_, key)| key.as_str()).collect();
        return Some(format!("/front-matter/{}", path.join("/")));
    }
    fence.map(|language| {
        if language.is_empty() {
            "/code".to_owned()
        } else {
            format!("/code:{language}")
        }
    })
}

/// Keep the keys that enclose a YAML line, by indentation.
fn note_key(keys: &mut Vec<(usize, String)>, line: &str) {
    let body = line.trim_start_matches([' ', '-']);
    let Some((key, _)) = body.split_once(':') else {
        return;
    };
    let indent = line.len() - body.len();
    let plain = !key.is_empty()
        && key.len() <= 64
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || "_-. \"'".contains(c));
    if plain {
        keys.retain(|(outer, _)| *outer < indent);
        keys.push((indent, key.trim_matches(['"', '\'']).to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_tell_column_and_row() {
        let place = |text: &str, word: &str| {
            let mut reader = std::io::Cursor::new(text.to_owned());
            let offset = text.find(word).unwrap() as u64;
            let kind = Kind::Text(Text::Table);
            places(&mut reader, kind, &[offset]).unwrap().remove(0)
        };
        let lines = "{\"a\": {\"b\": \"one\"}}\n{\"a\": [\"two\"]}\n";
        assert_eq!(place(lines, "one").as_deref(), Some("/a/b/row-0"));
        assert_eq!(place(lines, "two").as_deref(), Some("/a/0/row-1"));
        let one = "{\"a\": \"one\"}\n";
        assert_eq!(place(one, "one").as_deref(), Some("/a/row-0"));
        let text = "id;email\n1;SECRET\n";
        assert_eq!(place(text, "SECRET").as_deref(), Some("/email/row-0"));
    }

    #[test]
    fn cards_tell_keys_and_fences() {
        let card = "---\nlicense: mit\nmodel-index:\n- name: SECRET1\n  results:\n    url: SECRET2\n---\n# t\n```python\nSECRET3\n```\nSECRET4\n";
        let place = |word: &str| in_card(card.as_bytes(), card.find(word).unwrap());
        assert_eq!(
            place("SECRET1").as_deref(),
            Some("/front-matter/model-index/name")
        );
        assert_eq!(
            place("SECRET2").as_deref(),
            Some("/front-matter/model-index/results/url")
        );
        assert_eq!(place("SECRET3").as_deref(), Some("/code:python"));
        assert_eq!(place("SECRET4"), None);
    }
}
