//! A streaming, lenient JSON tokenizer.
//!
//! Any reader enters; tokens with their raw byte offsets leave. Nothing aborts
//! it but a read error: `NaN`, comments, trailing commas, concatenated documents,
//! JSON Lines and plain garbage all pass. [`json_path`](super::json_path) turns
//! its tokens into paths.

use std::io::Read;

use super::FormatError;
use super::bytes::Bytes;

/// Strings up to this long are handed over; longer ones as offsets only.
pub const HELD: usize = 1024 * 1024;

pub(super) const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// A string that a colon follows.
    Key,
    /// Any other string.
    Str,
    /// A number, a word, or whatever else stands outside of quotes.
    Literal,
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// Offset of its first byte; for strings, of the first one within the quotes.
    pub start: u64,
    /// Offset behind its last byte; for strings, of the closing quote.
    pub end: u64,
    /// The bytes from `start` to `end`, escapes as written; `None` when they are
    /// more than [`HELD`].
    pub raw: Option<&'a [u8]>,
}

impl Token<'_> {
    /// Where the token begins and ends with its quotes.
    pub fn span(&self) -> std::ops::Range<u64> {
        match self.kind {
            TokenKind::Key | TokenKind::Str => self.start.saturating_sub(1)..self.end + 1,
            _ => self.start..self.end,
        }
    }
}

/// The tokens of a reader.
pub struct Tokens<R> {
    input: Bytes<R>,
    held: Held,
}

impl<R: Read> Tokens<R> {
    /// Tokens of `reader`, from where it stands.
    pub fn new(reader: R) -> Self {
        Self::holding(reader, HELD)
    }

    /// The same, holding strings up to `limit` only.
    pub fn holding(reader: R, limit: usize) -> Self {
        Self {
            input: Bytes::new(reader),
            held: Held {
                bytes: Vec::new(),
                limit,
            },
        }
    }

    /// The next token, `None` at the end of the input.
    pub fn next_token(&mut self) -> Result<Option<Token<'_>>, FormatError> {
        if self.input.offset() == 0 && self.input.lookahead(3)? == BYTE_ORDER_MARK {
            self.input.consume(3);
        }
        loop {
            self.pass(is_gap)?;
            let Some(byte) = self.input.peek()? else {
                return Ok(None);
            };
            let kind = match byte {
                b'{' => TokenKind::ObjectStart,
                b'}' => TokenKind::ObjectEnd,
                b'[' => TokenKind::ArrayStart,
                b']' => TokenKind::ArrayEnd,
                b'"' => return self.string().map(Some),
                b'/' if self.pass_comment()? => continue,
                _ => return self.literal().map(Some),
            };
            self.held.bytes.clear();
            self.held.bytes.push(byte);
            let start = self.input.offset();
            self.input.consume(1);
            return Ok(Some(self.token(kind, start)));
        }
    }

    /// A string, and the colon that makes it a key.
    ///
    /// JSON allows no raw line break in a string, so one ends it: a lost quote
    /// then spoils its own line and not the rest of the file.
    fn string(&mut self) -> Result<Token<'_>, FormatError> {
        self.input.consume(1);
        self.held.bytes.clear();
        let start = self.input.offset();
        let mut escapes = Escapes::default();
        let closed = loop {
            let chunk = self.input.chunk()?;
            if chunk.is_empty() {
                break false;
            }
            let (length, closed) = string_part(chunk, &mut escapes);
            self.held.push(&chunk[..length]);
            self.input.consume(length);
            if closed {
                break true;
            }
        };
        let end = self.input.offset();
        let mut kind = TokenKind::Str;
        if closed {
            self.input.consume(1);
            self.pass(|byte| byte <= b' ')?;
            if self.input.peek()? == Some(b':') {
                kind = TokenKind::Key;
            }
        }
        let raw = self.held.whole();
        Ok(Token {
            kind,
            start,
            end,
            raw,
        })
    }

    /// Everything up to the next structural byte.
    fn literal(&mut self) -> Result<Token<'_>, FormatError> {
        self.held.bytes.clear();
        let start = self.input.offset();
        loop {
            let chunk = self.input.chunk()?;
            let stop = chunk.iter().position(|&byte| ends_literal(byte));
            let length = stop.unwrap_or(chunk.len());
            self.held.push(&chunk[..length]);
            self.input.consume(length);
            if stop.is_some() || length == 0 {
                return Ok(self.token(TokenKind::Literal, start));
            }
        }
    }

    /// Passes a comment, if one begins here.
    fn pass_comment(&mut self) -> Result<bool, FormatError> {
        match self.input.lookahead(2)? {
            b"//" => self.pass(|byte| byte != b'\n')?,
            b"/*" => {
                self.input.consume(2);
                loop {
                    self.pass(|byte| byte != b'*')?;
                    match self.input.lookahead(2)? {
                        b"*/" => {
                            self.input.consume(2);
                            break;
                        }
                        [] => break,
                        _ => self.input.consume(1),
                    }
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Passes the bytes that satisfy `wanted`.
    #[inline]
    fn pass(&mut self, wanted: impl Fn(u8) -> bool) -> Result<(), FormatError> {
        loop {
            let chunk = self.input.chunk()?;
            let stop = chunk.iter().position(|&byte| !wanted(byte));
            let length = stop.unwrap_or(chunk.len());
            self.input.consume(length);
            if stop.is_some() || length == 0 {
                return Ok(());
            }
        }
    }

    /// The token from `start` to here.
    fn token(&self, kind: TokenKind, start: u64) -> Token<'_> {
        Token {
            kind,
            start,
            end: self.input.offset(),
            raw: self.held.whole(),
        }
    }
}

/// The bytes of the token at hand, up to a limit.
struct Held {
    bytes: Vec<u8>,
    limit: usize,
}

impl Held {
    #[inline]
    fn push(&mut self, part: &[u8]) {
        // One byte past the limit is what tells that there were more.
        let room = (self.limit + 1).saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(&part[..part.len().min(room)]);
    }

    fn whole(&self) -> Option<&[u8]> {
        (self.bytes.len() <= self.limit).then_some(&self.bytes)
    }
}

/// Backslashes of a string, over the border of chunks.
#[derive(Debug, Default)]
pub(super) struct Escapes {
    open: bool,
    pub(super) seen: bool,
}

/// How much of `chunk` belongs to the string, and whether the string ends there.
#[inline]
pub(super) fn string_part(chunk: &[u8], escapes: &mut Escapes) -> (usize, bool) {
    let mut at = usize::from(std::mem::take(&mut escapes.open));
    while let Some(next) = find_stop(&chunk[at..]) {
        at += next;
        if chunk[at] != b'\\' {
            return (at, true);
        }
        escapes.seen = true;
        at += 2;
        escapes.open = at > chunk.len();
        if escapes.open {
            break;
        }
    }
    (chunk.len(), false)
}

/// The next quote, backslash or line break. Most strings are short, and escapes
/// stand close together: a wide search would cost more to set up than it saves.
#[inline]
fn find_stop(text: &[u8]) -> Option<usize> {
    let near = text.len().min(16);
    let found = text[..near]
        .iter()
        .position(|&byte| CLASS[usize::from(byte)] & STOP != 0);
    found.or_else(|| Some(near + memchr::memchr3(b'"', b'\\', b'\n', &text[near..])?))
}

/// White space, separators and control characters: nothing to report.
const GAP: u8 = 1;
/// What a literal ends at.
const BREAK: u8 = 2;
/// What the inside of a string is searched for.
const STOP: u8 = 4;

/// The classes of each byte: a table is several times faster than comparisons.
static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'\n' => GAP | BREAK | STOP,
            0..=b' ' | b',' | b':' => GAP | BREAK,
            b'"' => BREAK | STOP,
            b'{' | b'}' | b'[' | b']' => BREAK,
            b'\\' => STOP,
            _ => 0,
        };
        byte += 1;
    }
    classes
}

#[inline]
fn is_gap(byte: u8) -> bool {
    CLASS[usize::from(byte)] & GAP != 0
}

#[inline]
pub(super) fn ends_literal(byte: u8) -> bool {
    CLASS[usize::from(byte)] & BREAK != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Delivers one byte a read, so that every token crosses a border.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let n = self.0.len().min(buffer.len()).min(1);
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn tokens(reader: impl Read) -> Vec<(TokenKind, u64, u64, String)> {
        let mut tokens = Tokens::new(reader);
        let mut all = Vec::new();
        while let Some(token) = tokens.next_token().unwrap() {
            let raw = String::from_utf8_lossy(token.raw.unwrap()).into_owned();
            all.push((token.kind, token.start, token.end, raw));
        }
        all
    }

    fn strings(text: &str) -> Vec<String> {
        let all = tokens(text.as_bytes()).into_iter();
        let strings = all.filter(|t| matches!(t.0, TokenKind::Str | TokenKind::Key));
        strings.map(|t| t.3).collect()
    }

    #[test]
    fn keys_values_and_offsets() {
        use TokenKind::{ArrayEnd, ArrayStart, Key, Literal, ObjectEnd, ObjectStart, Str};

        let text = br#"{"k\"e": "v", "n" : [-1.5e3, NaN, "x\\"]}"#;
        let all = tokens(&text[..]);
        let kinds: Vec<_> = all.iter().map(|t| t.0).collect();
        let expected = [
            ObjectStart,
            Key,
            Str,
            Key,
            ArrayStart,
            Literal,
            Literal,
            Str,
            ArrayEnd,
            ObjectEnd,
        ];
        assert_eq!(kinds, expected);
        for (_, start, end, raw) in &all {
            assert_eq!(raw.as_bytes(), &text[*start as usize..*end as usize]);
        }
        assert_eq!(tokens(Drip(text)), all);
    }

    #[test]
    fn lenient() {
        assert_eq!(
            strings("// \"no\"\n[\"a\",/* \"no\" **/\"b\",]"),
            ["a", "b"]
        );
        assert_eq!(
            strings("{\"a\":\"b\"}\n{\"a\":\"c\"}"),
            ["a", "b", "a", "c"]
        );
        assert_eq!(strings("\u{feff}[\"a\" \"b\""), ["a", "b"]);
        assert_eq!(strings("[\"lost quote,\n\"b\"]"), ["lost quote,", "b"]);
        assert_eq!(strings("[\"cut"), ["cut"]);
        assert_eq!(strings("}]}:,\"a\"/"), ["a"]);
    }

    #[test]
    fn a_long_string_is_offsets_only() {
        let text = format!("[\"{}\", \"b\"]", "x".repeat(3 * HELD));
        let mut tokens = Tokens::new(text.as_bytes());
        tokens.next_token().unwrap();
        let long = tokens.next_token().unwrap().unwrap();
        assert_eq!((long.start, long.end), (2, 2 + 3 * HELD as u64));
        assert_eq!(long.raw, None);
        assert_eq!(tokens.next_token().unwrap().unwrap().raw, Some(&b"b"[..]));
    }

    proptest! {
        #[test]
        fn any_bytes(text in "[\\[\\]{}:,\"\\\\/* \na-c1]{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(tokens(text.as_bytes()), tokens(Drip(text.as_bytes())));
            tokens(&bytes[..]);
        }
    }
}
