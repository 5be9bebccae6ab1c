//! JSON, a chunk at a time.
//!
//! Chunks enter in order; strings and literals leave with the path of their
//! keys. The grammar is followed strictly, for a value that is rewritten must be
//! one. Behind a fault the rest of the line leaves as stray text, in a single
//! document all further lines too.

use std::ops::Range;

use super::encode::is_literal;
use super::names::{Names, REST, ROOT};
use super::{Carried, Damage, Form, RowValue, Take};
use crate::format::escape::unescape;
use crate::format::json::{Escapes, ends_literal, string_part};
use crate::format::json_path::DEPTH;

/// Containers inside each other; those below [`DEPTH`] have no path of their own.
const DEEPEST: usize = 1 << 16;
/// Stray text is delivered in pieces of at most this.
const PIECE: usize = 1 << 20;

/// The reader.
#[derive(Debug, Default)]
pub(super) struct Json {
    state: State,
    expect: Expect,
    open: Vec<Container>,
    names: Names,
    /// The place of the next value.
    place: usize,
    /// Where the token at hand begins.
    start: u64,
    escapes: Escapes,
    carried: Carried,
    text: Vec<u8>,
    map: Vec<(u32, u32)>,
    /// There is more than one document.
    lines: bool,
    documents: u64,
    /// Containers that are open when the next element makes a row.
    rows_at: Option<usize>,
    row: u64,
    rows: u64,
    damage: Option<Damage>,
}

/// What the next byte belongs to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Between,
    Key,
    Text,
    Literal,
    Stray,
}

/// What may come next.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A document.
    #[default]
    Document,
    /// A key or an element, or the end of the container.
    First,
    /// A key or an element.
    Item,
    Colon,
    /// The value of a key.
    Value,
    /// A comma, or the end of the container.
    Comma,
}

#[derive(Debug)]
struct Container {
    array: bool,
    place: usize,
    /// Which key is probably next.
    next: usize,
}

type Fault = &'static str;

impl Json {
    /// Before the first byte: is there more than one document?
    pub(super) fn begin(&mut self, lines: bool) {
        self.lines = lines;
    }

    pub(super) fn column(&self, column: usize) -> &str {
        self.names.name(column)
    }

    pub(super) fn rows(&self) -> u64 {
        if self.lines {
            self.documents
        } else {
            self.rows
        }
    }

    pub(super) fn damage(&self) -> Option<Damage> {
        self.damage
    }

    pub(super) fn run(&mut self, chunk: &[u8], base: u64, take: Take<'_>) {
        let mut at = 0;
        while let Some(rest) = chunk.get(at..).filter(|rest| !rest.is_empty()) {
            let here = base + at as u64;
            at += match self.state {
                State::Between => self.between(rest, here),
                State::Key | State::Text => self.string(rest, here, take),
                State::Literal => self.literal(rest, here, take),
                State::Stray => self.stray(rest, here, take),
            };
        }
    }

    pub(super) fn finish(&mut self, end: u64, take: Take<'_>) {
        // A line break ends whatever is open, if it is not taken for escaped.
        self.escapes = Escapes::default();
        self.run(b"\n", end, take);
        if self.expect != Expect::Document {
            self.note("document", end);
        }
    }

    /// Passes what stands between tokens.
    fn between(&mut self, rest: &[u8], here: u64) -> usize {
        for (at, &byte) in rest.iter().enumerate() {
            let step = match byte {
                b' ' | b'\n' | b'\r' | b'\t' => continue,
                b',' => self.comma(),
                b':' => self.colon(),
                b'{' => self.open(false),
                b'[' => self.open(true),
                b'}' => self.close(false),
                b']' => self.close(true),
                b'"' => self.string_begins(),
                _ => self.value_begins().map(|()| self.state = State::Literal),
            };
            let place = here + at as u64;
            self.start = place;
            if let Err(what) = step {
                self.note(what, place);
                self.state = State::Stray;
            }
            match self.state {
                State::Between => {}
                State::Key | State::Text => return at + 1,
                State::Literal | State::Stray => return at,
            }
        }
        rest.len()
    }

    fn note(&mut self, what: Fault, offset: u64) {
        self.damage.get_or_insert(Damage { what, offset });
    }

    fn in_array(&self) -> Option<bool> {
        self.open.last().map(|container| container.array)
    }

    fn value_begins(&mut self) -> Result<(), Fault> {
        match (self.expect, self.in_array()) {
            (Expect::Document, _) => {
                self.lines |= self.documents > 0;
                self.documents += 1;
                self.place = ROOT;
                Ok(())
            }
            (Expect::Value, _) | (Expect::First | Expect::Item, Some(true)) => Ok(()),
            (Expect::First | Expect::Item, _) => Err("key"),
            (Expect::Colon, _) => Err("colon"),
            (Expect::Comma, _) => Err("comma"),
        }
    }

    fn value_ended(&mut self) {
        self.expect = if self.open.is_empty() {
            Expect::Document
        } else {
            Expect::Comma
        };
    }

    fn string_begins(&mut self) -> Result<(), Fault> {
        self.escapes = Escapes::default();
        if matches!(self.expect, Expect::First | Expect::Item) && self.in_array() == Some(false) {
            self.state = State::Key;
        } else {
            self.value_begins()?;
            self.state = State::Text;
        }
        Ok(())
    }

    fn colon(&mut self) -> Result<(), Fault> {
        if self.expect != Expect::Colon {
            return Err("value");
        }
        self.expect = Expect::Value;
        Ok(())
    }

    fn comma(&mut self) -> Result<(), Fault> {
        let Some(container) = self.open.last().filter(|_| self.expect == Expect::Comma) else {
            return Err("value");
        };
        if container.array {
            self.place = container.place;
            self.row += u64::from(self.rows_at == Some(self.open.len()));
        }
        self.expect = Expect::Item;
        Ok(())
    }

    fn open(&mut self, array: bool) -> Result<(), Fault> {
        self.value_begins()?;
        if self.open.len() >= DEEPEST {
            return Err("nesting");
        }
        if array && self.open.len() < DEPTH {
            self.place = self.names.elements(self.place);
        }
        self.open.push(Container {
            array,
            place: self.place,
            next: 0,
        });
        if array && self.rows_at.is_none() {
            self.rows_at = Some(self.open.len());
            self.row = 0;
        }
        self.expect = Expect::First;
        Ok(())
    }

    fn close(&mut self, array: bool) -> Result<(), Fault> {
        let fits = matches!(self.expect, Expect::First | Expect::Comma);
        if !fits || self.in_array() != Some(array) {
            return Err("end of a container");
        }
        if self.rows_at == Some(self.open.len()) {
            self.rows_at = None;
            self.row = 0;
        }
        self.open.pop();
        self.value_ended();
        Ok(())
    }

    /// Goes on with a string.
    fn string(&mut self, rest: &[u8], here: u64, take: Take<'_>) -> usize {
        let (length, closed) = string_part(rest, &mut self.escapes);
        let part = &rest[..length];
        if !closed {
            self.carried.hold(part);
            return length;
        }
        let end = here + length as u64;
        if rest.get(length) != Some(&b'"') {
            self.note("string", self.start);
            self.carried.hold(part);
            self.start += 1;
            self.state = State::Stray;
            return length;
        }
        if self.state == State::Key {
            self.key(part);
        } else {
            self.deliver(Form::JsonString, part, self.start..end + 1, take);
            self.value_ended();
        }
        self.carried.clear();
        self.state = State::Between;
        length + 1
    }

    fn key(&mut self, part: &[u8]) {
        let deep = self.open.len() > DEPTH;
        if let Some(object) = self.open.last_mut() {
            self.place = object.place;
            if !deep {
                let (key, _) = self.carried.whole(part);
                self.place = self.names.key(object.place, key, &mut object.next);
            }
        }
        self.expect = Expect::Colon;
    }

    /// Goes on with a literal.
    fn literal(&mut self, rest: &[u8], here: u64, take: Take<'_>) -> usize {
        let stop = rest.iter().position(|&byte| ends_literal(byte));
        let part = &rest[..stop.unwrap_or(rest.len())];
        let end = here + part.len() as u64;
        if stop.is_none() {
            self.carried.hold(part);
        } else if is_literal(self.carried.whole(part).0) {
            // It may have been carried over already: then nothing is to add.
            let part = if self.carried.length > 0 { &[] } else { part };
            self.deliver(Form::JsonLiteral, part, self.start..end, take);
            self.carried.clear();
            self.value_ended();
            self.state = State::Between;
        } else {
            if self.carried.length == 0 {
                self.carried.hold(part);
            }
            self.note("literal", self.start);
            self.state = State::Stray;
        }
        part.len()
    }

    /// Goes on with what is no JSON, up to the end of the line.
    fn stray(&mut self, rest: &[u8], here: u64, take: Take<'_>) -> usize {
        let room = PIECE.saturating_sub(self.carried.bytes.len());
        let seen = &rest[..rest.len().min(room)];
        let newline = memchr::memchr(b'\n', seen);
        let part = &seen[..newline.unwrap_or(seen.len())];
        if newline.is_none() && part.len() < room {
            self.carried.hold(part);
            return part.len();
        }
        let end = here + part.len() as u64;
        self.place = REST;
        self.deliver(Form::Stray, part, self.start..end, take);
        self.carried.clear();
        self.start = end;
        if newline.is_none() {
            return part.len();
        }
        self.start += 1;
        if self.lines {
            self.open.clear();
            self.rows_at = None;
            self.expect = Expect::Document;
            self.state = State::Between;
        }
        part.len() + 1
    }

    fn deliver(&mut self, form: Form, part: &[u8], raw: Range<u64>, take: Take<'_>) {
        let (mut text, cut) = self.carried.whole(part);
        if form == Form::JsonString && self.escapes.seen {
            unescape(text, &mut self.text, &mut self.map);
            text = &self.text;
        }
        let row = if self.lines {
            self.documents.saturating_sub(1)
        } else {
            self.row
        };
        self.rows = self.rows.max(row + 1);
        if form == Form::Stray && text.trim_ascii().is_empty() {
            return;
        }
        let column = self.names.column(self.place);
        take(RowValue {
            column,
            name: self.names.name(column),
            row,
            raw,
            text,
            form,
            cut,
        });
    }
}
