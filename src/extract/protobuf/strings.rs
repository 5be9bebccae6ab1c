//! The strings of messages, each with its route.
//!
//! In: the events of a walk. Out: fragments, skips, and what the facts need.

use std::collections::HashSet;
use std::io::{self, Cursor};
use std::ops::Range;

use super::facts::Facts;
use crate::blob::{HEAD, Kind, ReadSeek};
use crate::extract::cells::Cells;
use crate::extract::named::Named;
use crate::extract::section::Section;
use crate::extract::{Inside, Sink, inside, nested, stream};
use crate::finding::SkipClass;
use crate::format::protobuf::is_text;
use crate::format::protobuf::schema::{Message, Role, UNDECLARED};
use crate::format::protobuf::walk::{Event, Name};

/// Columns gathered at a time.
const COLUMNS: usize = 64;
/// Most keys of maps told once; behind them each is told anew.
const KEYS: usize = 4096;
/// Shorter bytes that are no text hold nothing anybody looks for.
const SHORTEST: usize = 8;

/// Gathers the strings of one file. Call [`finish`](Self::finish) at its end.
pub(in crate::extract) struct Strings<'a> {
    at: &'a Inside,
    /// Route of the message at hand, from `at`.
    path: String,
    frames: Vec<Frame>,
    columns: usize,
    /// Strings of columns outside all lists.
    loose: u64,
    keys: HashSet<String>,
    named: Named,
    facts: Facts,
    skipped: bool,
}

/// A message that is open.
pub(super) struct Frame {
    pub(super) message: &'static Message,
    /// Its field in the message around it.
    pub(super) name: Name,
    /// Its key in a map.
    pub(super) key: Option<String>,
    /// Its place in a list.
    pub(super) index: Option<u64>,
    /// Where in the path its step begins, where the step's index does, and
    /// where it ends.
    start: usize,
    bare: usize,
    end: usize,
    /// What lists below it have, by the rest of their path.
    columns: Vec<(String, Cells)>,
}

impl<'a> Strings<'a> {
    pub(in crate::extract) fn new(kind: Kind, at: &'a Inside) -> Self {
        let root = Frame {
            message: &UNDECLARED,
            name: Name::Declared(""),
            key: None,
            index: None,
            start: 0,
            bare: 0,
            end: 0,
            columns: Vec::new(),
        };
        Self {
            at,
            path: String::new(),
            frames: vec![root],
            columns: 0,
            loose: 0,
            keys: HashSet::new(),
            named: Named::default(),
            facts: Facts::new(kind),
            skipped: false,
        }
    }

    pub(in crate::extract) fn take(
        &mut self,
        event: Event<'_, &mut dyn ReadSeek>,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        match event {
            Event::Enter {
                name,
                index,
                key,
                message,
            } => self.enter(name, index, key, message),
            Event::Leave => return self.leave(sink),
            Event::Number { name, value } => self.facts.number(&self.frames, name, value),
            Event::Bytes {
                name,
                listed,
                offset,
                bytes,
            } => return self.bytes(name, listed, offset, bytes, sink),
            Event::Long {
                name,
                range,
                too_deep,
                reader,
            } => return self.long(name, range, too_deep, &mut **reader, sink),
            Event::Skipped => self.skipped = true,
        }
        Ok(())
    }

    /// A message begins: one more step of the route.
    pub(in crate::extract) fn enter(
        &mut self,
        name: Name,
        index: Option<u64>,
        key: Option<&str>,
        message: &'static Message,
    ) {
        let start = self.path.len();
        match (name, self.frames.last().and_then(|top| top.key.as_deref())) {
            (Name::Declared(""), Some(key)) => self.path.extend(["/", key]),
            (Name::Declared(""), None) => {}
            (name, _) => self.path.push_str(&format!("/{name}")),
        }
        let bare = self.path.len();
        // An entry is told by its key.
        let index = index.filter(|_| message.role != Role::Entry);
        if let Some(index) = index {
            let dash = if bare > start { "-" } else { "/" };
            self.path.push_str(&format!("{dash}{index}"));
        }
        self.frames.push(Frame {
            message,
            name,
            key: key.map(str::to_owned),
            index,
            start,
            bare,
            end: self.path.len(),
            columns: Vec::new(),
        });
        self.facts.enter(message.role);
    }

    /// A message ends.
    fn leave(&mut self, sink: &mut dyn Sink) -> io::Result<()> {
        if self.frames.len() < 2 {
            return Ok(());
        }
        if let Some(frame) = self.frames.last() {
            let route = || self.at.route.join(&self.path);
            self.facts.leave(frame, route, sink);
        }
        if let Some(mut frame) = self.frames.pop() {
            self.path.truncate(frame.start);
            self.columns -= frame.columns.len();
            for (_, cells) in &mut frame.columns {
                cells.finish(sink)?;
            }
        }
        Ok(())
    }

    /// Leaves all messages but the outermost, wherever a walk broke off.
    pub(in crate::extract) fn leave_all(&mut self, sink: &mut dyn Sink) -> io::Result<()> {
        while self.frames.len() > 1 {
            self.leave(sink)?;
        }
        Ok(())
    }

    /// Delivers what was gathered.
    pub(in crate::extract) fn finish(mut self, sink: &mut dyn Sink) -> io::Result<()> {
        self.leave_all(sink)?;
        self.flush(sink)?;
        self.facts.finish(self.at, sink);
        if self.skipped {
            let why = self.facts.numbers().to_owned();
            sink.skip(SkipClass::ByDesign, &self.at.route, why);
        }
        Ok(())
    }

    fn flush(&mut self, sink: &mut dyn Sink) -> io::Result<()> {
        self.columns = 0;
        for frame in &mut self.frames {
            for (_, mut cells) in frame.columns.drain(..) {
                cells.finish(sink)?;
            }
        }
        Ok(())
    }

    fn bytes(
        &mut self,
        name: Name,
        listed: bool,
        offset: u64,
        bytes: &[u8],
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        let Some(top) = self.frames.last() else {
            return Ok(());
        };
        if bytes.is_empty() {
            return Ok(());
        }
        let is_key = top.message.role == Role::Entry && name == Name::Declared("key");
        if is_key && top.key.as_ref().is_some_and(|key| key.len() == bytes.len()) {
            self.key(sink);
            return Ok(());
        }
        if !is_text(bytes) {
            let head = &bytes[..bytes.len().min(HEAD)];
            let kind = Kind::sniff("", head, bytes.len() as u64);
            if !matches!(kind, Kind::Text(_)) {
                return self.content(name, offset, bytes, kind, sink);
            }
        }
        self.facts.text(&self.frames, name, bytes);
        if listed {
            return self.cell(name, bytes, sink);
        }
        let (path, key) = self.place(name);
        let inner = self.at.part(path);
        if let Some(key) = &key {
            self.facts
                .metadata(&self.frames, key, bytes, &inner.route, sink);
        }
        self.named
            .deliver(key.as_deref(), bytes, Some(offset), &inner, sink)
    }

    /// The key of a map's entry, told once.
    fn key(&mut self, sink: &mut dyn Sink) {
        let key = self.frames.last().and_then(|top| top.key.as_ref());
        let Some(key) = key.filter(|key| !self.keys.contains(*key)) else {
            return;
        };
        sink.name(&self.at.route.join(&self.path), key);
        if self.keys.len() < KEYS {
            self.keys.insert(key.clone());
        }
    }

    /// Where a string stands, and under which name.
    fn place(&self, name: Name) -> (&str, Option<String>) {
        if name != Name::Declared("") {
            return (&self.path, Some(name.to_string()));
        }
        if let Some(key) = self.frames.last().and_then(|top| top.key.clone()) {
            return (&self.path, Some(key));
        }
        // The name is the last step of the way.
        let step = self.frames.iter().rev().find(|frame| frame.end > frame.start);
        let start = step.map_or(0, |frame| frame.start);
        let key = self.path[start..].trim_start_matches('/');
        (&self.path[..start], Some(key.to_owned()))
    }

    /// A string of a list: it goes to the column of its kind, with the place of
    /// the innermost list's message as the row.
    fn cell(&mut self, name: Name, bytes: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
        let list = self.frames.iter().rposition(|frame| frame.index.is_some());
        let (owner, above, mut column) = match list {
            Some(place) => {
                let frame = &self.frames[place];
                let column = &self.path[frame.start..frame.bare];
                let column = format!("{column}{}", &self.path[frame.end..]);
                (place.saturating_sub(1), frame.start, column)
            }
            None => (0, 0, self.path.clone()),
        };
        let row = list.and_then(|place| self.frames[place].index);
        let row = row.unwrap_or(self.loose);
        self.loose += u64::from(list.is_none());
        let top = self.frames.last();
        match (name, top.and_then(|top| top.key.as_deref())) {
            (Name::Declared(""), Some(key)) => column.extend(["/", key]),
            (Name::Declared(""), None) => {}
            (name, _) => column.push_str(&format!("/{name}")),
        }
        let words = top.is_some_and(|top| top.message.role == Role::Word);
        let known = |(path, _): &(String, Cells)| *path == column;
        let columns = &self.frames[owner].columns;
        let place = match columns.iter().position(known) {
            Some(place) => place,
            None => {
                if self.columns >= COLUMNS {
                    self.flush(sink)?;
                }
                let (folder, last) = column.rsplit_once('/').unwrap_or(("", &column));
                let at = self.at.part(&format!("{}{folder}", &self.path[..above]));
                let cells = if words {
                    Cells::words(last, &at)
                } else {
                    Cells::new(last, &at)
                };
                self.columns += 1;
                self.frames[owner].columns.push((column, cells));
                self.frames[owner].columns.len() - 1
            }
        };
        self.frames[owner].columns[place].1.push(row, bytes, sink)
    }

    /// Bytes that are no text: something with a reader of its own, or not.
    fn content(
        &mut self,
        name: Name,
        offset: u64,
        bytes: &[u8],
        kind: Kind,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        if bytes.len() < SHORTEST {
            return Ok(());
        }
        let step = self.step(name);
        let raw = self.at.raw.map(|raw| raw + offset);
        if kind == Kind::Binary {
            let inner = Inside {
                raw,
                ..self.at.part(&step)
            };
            sink.raw();
            return stream::text(bytes, kind, &inner, sink);
        }
        let inner = Inside {
            raw,
            ..self.at.child(&step)
        };
        inside(
            &mut Cursor::new(bytes),
            bytes.len() as u64,
            kind,
            &inner,
            sink,
        )
    }

    /// What is not held in memory: read as a file of its own.
    fn long(
        &mut self,
        name: Name,
        range: Range<u64>,
        too_deep: bool,
        reader: &mut dyn ReadSeek,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        let step = self.step(name);
        let raw = self.at.raw.map(|raw| raw + range.start);
        let mut section = Section::new(reader, range.start, range.end - range.start)?;
        if too_deep {
            let inner = Inside {
                raw,
                ..self.at.part(&step)
            };
            let why = "messages nest deeper than 64".to_owned();
            sink.skip(SkipClass::Limited, &inner.route, why);
            sink.raw();
            return stream::sweep(&mut section, Kind::Binary, &inner, sink);
        }
        let inner = Inside {
            raw,
            ..self.at.child(&step)
        };
        nested(&mut section, "", &inner, sink)
    }

    /// The route of a field of the message at hand.
    fn step(&self, name: Name) -> String {
        let (path, key) = self.place(name);
        let key = key.map_or_else(String::new, |key| format!("@{key}"));
        format!("{path}{key}")
    }
}

