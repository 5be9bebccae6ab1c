//! The strings of messages, each with its route.
//!
//! In: the events of a walk. Out: fragments, skips, and what the facts need.

use std::collections::HashSet;
use std::io::{self, Cursor};
use std::ops::Range;

use super::facts::Facts;
use super::frames::Frames;
use super::quiet::{Notes, Quiet};
use crate::blob::{HEAD, Kind, ReadSeek};
use crate::extract::named::Named;
use crate::extract::section::Section;
use crate::extract::{Inside, Sink, inside, nested, stream};
use crate::finding::SkipClass;
use crate::format::protobuf::is_text;
use crate::format::protobuf::schema::{Message, Role};
use crate::format::protobuf::walk::{Event, Name};

/// How many messages around it a string may have and still be about the file.
const SHALLOW: usize = 4;
/// Most keys of maps told once; behind them each is told anew.
const KEYS: usize = 4096;
/// Shorter bytes that are no text hold nothing anybody looks for.
const SHORTEST: usize = 8;

/// Gathers the strings of one file. Call [`finish`](Self::finish) at its end.
pub(in crate::extract) struct Strings<'a> {
    at: &'a Inside,
    frames: Frames<'a>,
    keys: HashSet<String>,
    named: Named,
    facts: Facts,
    notes: Notes,
    skipped: bool,
}

impl<'a> Strings<'a> {
    pub(in crate::extract) fn new(kind: Kind, at: &'a Inside) -> Self {
        Self {
            at,
            frames: Frames::new(at),
            keys: HashSet::new(),
            named: Named::default(),
            facts: Facts::new(kind),
            notes: Notes::default(),
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
            Event::Leave => self.leave(sink),
            Event::Number { name, value } => self.facts.number(self.frames.top(), name, value),
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
        self.frames.enter(name, index, key, message);
        self.facts.enter(message.role);
    }

    /// A message ends.
    fn leave(&mut self, sink: &mut dyn Sink) {
        if let Some(frame) = self.frames.top().filter(|_| self.frames.depth() > 0) {
            let route = || self.at.route.join(self.frames.path());
            self.facts.leave(frame, route, sink);
        }
        self.frames.leave(sink);
    }

    /// Leaves all messages but the outermost, wherever a walk broke off.
    pub(in crate::extract) fn leave_all(&mut self, sink: &mut dyn Sink) {
        while self.frames.depth() > 0 {
            self.leave(sink);
        }
    }

    /// Delivers what was gathered.
    pub(in crate::extract) fn finish(mut self, sink: &mut dyn Sink) {
        self.leave_all(sink);
        self.frames.flush(sink);
        self.facts.finish(self.at, sink);
        self.notes.finish(&self.at.route, sink);
        if self.skipped {
            let why = self.facts.numbers().to_owned();
            sink.skip(SkipClass::ByDesign, &self.at.route, why);
        }
    }

    fn bytes(
        &mut self,
        name: Name,
        listed: bool,
        offset: u64,
        bytes: &[u8],
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        let Some(top) = self.frames.top() else {
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
        self.facts.text(self.frames.top(), name, bytes);
        if listed {
            return self.frames.cell(name, bytes, sink);
        }
        let (path, key) = self.frames.place(name);
        let inner = self.at.part(path);
        if self.frames.depth() < SHALLOW {
            self.facts.metadata(&key, bytes, &inner.route, sink);
        }
        self.named
            .deliver(Some(&key), bytes, Some(offset), &inner, sink)
    }

    /// The key of a map's entry, told once.
    fn key(&mut self, sink: &mut dyn Sink) {
        let key = self.frames.top().and_then(|top| top.key.as_ref());
        let Some(key) = key.filter(|key| !self.keys.contains(*key)) else {
            return;
        };
        sink.name(&self.at.route.join(self.frames.path()), key);
        if self.keys.len() < KEYS {
            self.keys.insert(key.clone());
        }
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
        let notes = &mut self.notes;
        let sink = &mut Quiet { sink, notes };
        let size = bytes.len() as u64;
        inside(&mut Cursor::new(bytes), size, kind, &inner, sink)
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
        if !too_deep {
            return self.part(&step, range, reader, sink);
        }
        let inner = Inside {
            raw: self.at.raw.map(|raw| raw + range.start),
            ..self.at.part(&step)
        };
        let mut section = Section::new(reader, range.start, range.end - range.start)?;
        let notes = &mut self.notes;
        let sink = &mut Quiet { sink, notes };
        let why = "messages nest deeper than 64".to_owned();
        sink.skip(SkipClass::Limited, &inner.route, why);
        sink.raw();
        stream::sweep(&mut section, Kind::Binary, &inner, sink)
    }

    /// A part of the file that is read as a file of its own.
    pub(in crate::extract) fn part(
        &mut self,
        step: &str,
        range: Range<u64>,
        reader: &mut dyn ReadSeek,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        let inner = Inside {
            raw: self.at.raw.map(|raw| raw + range.start),
            ..self.at.child(step)
        };
        let mut section = Section::new(reader, range.start, range.end - range.start)?;
        let notes = &mut self.notes;
        nested(&mut section, "", &inner, &mut Quiet { sink, notes })
    }

    /// The route of a field of the message at hand.
    fn step(&self, name: Name) -> String {
        let (path, key) = self.frames.place(name);
        if key.is_empty() {
            path.to_owned()
        } else {
            format!("{path}@{key}")
        }
    }
}
