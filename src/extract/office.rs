//! The text of office documents, Microsoft's and the open ones.
//!
//! In: one XML part of such a document. Out: its text as a reader sees it, a
//! paragraph or cell a line: writers cut a sentence into runs wherever a
//! spelling mark or a change of format stands, and a token with it.

use std::io::{self, Read};
use std::path::Path;

/// Is a member of a zip such a part?
pub(super) fn is_part(name: &str) -> bool {
    const FOLDERS: [&str; 4] = ["word/", "ppt/", "xl/", "docProps/"];
    let of_microsoft = FOLDERS.iter().any(|folder| name.starts_with(folder))
        && Path::new(name)
            .extension()
            .is_some_and(|ending| ending == "xml")
        && !["theme", "styles", "settings", "fontTable"]
            .iter()
            .any(|part| name.contains(part));
    of_microsoft || name == "content.xml" || name == "meta.xml"
}

/// Tags that end a paragraph, a cell, a row or a property, without their
/// prefix. Everything else may stand in the middle of a word.
const BREAKS: &[&str] = &[
    "p",
    "h",
    "si",
    "c",
    "row",
    "tr",
    "br",
    "cr",
    "tab",
    "line-break",
    "table-cell",
    "comment",
    "author",
    "creator",
    "lastModifiedBy",
    "title",
    "subject",
    "description",
    "keywords",
    "Company",
    "Manager",
    "Template",
    "lpwstr",
    "initial-creator",
    "user-defined",
];

/// Longest tag name or entity looked at.
const LONGEST: usize = 32;

/// Gives the text of the XML it reads.
pub(super) struct Plain<R> {
    inner: R,
    state: State,
    word: Vec<u8>,
    output: Vec<u8>,
    given: usize,
}

enum State {
    Text,
    /// In a tag, its name not yet complete.
    Name,
    /// Behind its name; with the quote mark of an attribute that is open.
    Tag(Option<u8>),
    Entity,
}

impl<R: Read> Plain<R> {
    /// Text of what `inner` reads.
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            state: State::Text,
            word: Vec::new(),
            output: Vec::new(),
            given: 0,
        }
    }

    fn take(&mut self, byte: u8) {
        match self.state {
            State::Text => match byte {
                b'<' => self.begin(State::Name),
                b'&' => self.begin(State::Entity),
                // Line breaks between tags are layout.
                b'\r' | b'\n' => {}
                _ => self.output.push(byte),
            },
            State::Name => match byte {
                b'>' => self.end_tag(),
                b' ' | b'\t' | b'\n' | b'\r' => self.state = State::Tag(None),
                _ => self.keep(byte),
            },
            State::Tag(None) => match byte {
                b'>' => self.end_tag(),
                b'"' | b'\'' => self.state = State::Tag(Some(byte)),
                // `<w:br w:type="page"/>` ends what it begins.
                b'/' => self.keep(byte),
                _ => {}
            },
            State::Tag(Some(quote)) if byte == quote => self.state = State::Tag(None),
            State::Tag(_) => {}
            State::Entity => match byte {
                b';' => self.end_entity(),
                _ if self.word.len() == LONGEST => self.end_entity(),
                _ => self.keep(byte),
            },
        }
    }

    fn begin(&mut self, state: State) {
        self.word.clear();
        self.state = state;
    }

    fn keep(&mut self, byte: u8) {
        if self.word.len() < LONGEST {
            self.word.push(byte);
        }
    }

    fn end_tag(&mut self) {
        let name = std::str::from_utf8(&self.word).unwrap_or_default();
        let closes = name.starts_with('/') || name.ends_with('/');
        let name = name.trim_matches('/');
        let local = name.rsplit(':').next().unwrap_or(name);
        if closes && BREAKS.contains(&local) && self.output.last() != Some(&b'\n') {
            self.output.push(b'\n');
        }
        self.state = State::Text;
    }

    fn end_entity(&mut self) {
        let word = std::str::from_utf8(&self.word).unwrap_or_default();
        let number = word.strip_prefix('#').and_then(|digits| {
            digits.strip_prefix(['x', 'X']).map_or_else(
                || digits.parse().ok(),
                |digits| u32::from_str_radix(digits, 16).ok(),
            )
        });
        let character = match word {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => number.and_then(char::from_u32),
        };
        match character {
            Some(character) => {
                let mut encoded = [0; 4];
                let encoded = character.encode_utf8(&mut encoded);
                self.output.extend_from_slice(encoded.as_bytes());
            }
            None => self.output.extend_from_slice(&self.word),
        }
        self.state = State::Text;
    }
}

impl<R: Read> Read for Plain<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.output.len() {
            // The last byte tells whether a line is open.
            let last = self.output.last().copied();
            self.output.clear();
            self.output.extend(last);
            self.given = self.output.len();
            let mut chunk = [0; 16 * 1024];
            let read = self.inner.read(&mut chunk)?;
            if read == 0 {
                return Ok(0);
            }
            for &byte in &chunk[..read] {
                self.take(byte);
            }
        }
        let count = buffer.len().min(self.output.len() - self.given);
        buffer[..count].copy_from_slice(&self.output[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(xml: &str) -> String {
        let mut text = String::new();
        Plain::new(xml.as_bytes())
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    #[test]
    fn runs_are_joined_and_paragraphs_are_not() {
        let word = r#"<?xml version="1.0"?>
            <w:document><w:p><w:r><w:t>half a to</w:t></w:r><w:proofErr w:type="a>b"/><w:r><w:t xml:space="preserve">ken &amp; more</w:t></w:r></w:p><w:p><w:r><w:t>next</w:t><w:br w:x="1"/><w:t>line</w:t></w:r></w:p></w:document>"#;
        assert_eq!(
            plain(word).trim_start(),
            "half a token & more\nnext\nline\n"
        );
        let excel = "<sst><si><r><t>a</t></r><r><t>b</t></r></si><si><t>&#x63;&#100;&unknown;</t></si></sst>";
        assert_eq!(plain(excel), "ab\ncdunknown\n");
        let cells = r#"<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>"#;
        assert_eq!(plain(cells), "1\n2\n");
    }

    #[test]
    fn names_of_parts() {
        for name in [
            "word/document.xml",
            "xl/sharedStrings.xml",
            "ppt/slides/slide1.xml",
            "content.xml",
            "docProps/core.xml",
        ] {
            assert!(is_part(name), "{name}");
        }
        for name in [
            "word/theme/theme1.xml",
            "word/media/a.png",
            "a/content.xml",
            "xl/styles.xml",
        ] {
            assert!(!is_part(name), "{name}");
        }
    }
}
