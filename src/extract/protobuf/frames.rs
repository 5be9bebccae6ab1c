//! Where in a message a walk stands: the route, and the columns of lists.
//!
//! In: messages that begin and end. Out: the route of each string; columns of
//! the many short ones, a column for each kind of string in a list.

use std::io;

use crate::extract::cells::Cells;
use crate::extract::{Inside, Sink};
use crate::format::protobuf::schema::{Message, Role, UNDECLARED};
use crate::format::protobuf::walk::Name;

/// Columns gathered at a time.
const COLUMNS: usize = 64;

/// A message that is open.
pub(super) struct Frame {
    pub(super) message: &'static Message,
    /// Its field in the message around it.
    pub(super) name: Name,
    /// Its key in a map.
    pub(super) key: Option<String>,
    /// Its place in a list.
    index: Option<u64>,
    /// Where in the path its step begins, where the step's index does, and
    /// where it ends.
    start: usize,
    bare: usize,
    end: usize,
    /// What lists below it have, by the rest of their path.
    columns: Vec<(String, Cells)>,
}

/// The messages that are open.
pub(super) struct Frames<'a> {
    at: &'a Inside,
    /// Route of the innermost one, from `at`.
    path: String,
    /// The file itself is the first, and is never left.
    open: Vec<Frame>,
    /// Columns of all of them.
    columns: usize,
    /// Strings of columns outside all lists.
    loose: u64,
}

/// Where the strings of one kind go.
struct Column {
    /// The frame that has it.
    owner: usize,
    /// Length of the path down to there.
    above: usize,
    /// The rest, without the place in the list.
    path: String,
    row: u64,
}

impl<'a> Frames<'a> {
    pub(super) fn new(at: &'a Inside) -> Self {
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
            open: vec![root],
            columns: 0,
            loose: 0,
        }
    }

    /// The innermost message.
    pub(super) fn top(&self) -> Option<&Frame> {
        self.open.last()
    }

    /// How many are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len() - 1
    }

    /// Route of the innermost message, from the file.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// A message begins: one more step of the route.
    pub(super) fn enter(
        &mut self,
        name: Name,
        index: Option<u64>,
        key: Option<&str>,
        message: &'static Message,
    ) {
        let start = self.path.len();
        let step = self.step(name);
        self.path.push_str(&step);
        let bare = self.path.len();
        // An entry is told by its key.
        let index = index.filter(|_| message.role != Role::Entry);
        if let Some(index) = index {
            self.path.push(if bare > start { '-' } else { '/' });
            self.path.push_str(&index.to_string());
        }
        self.open.push(Frame {
            message,
            name,
            key: key.map(str::to_owned),
            index,
            start,
            bare,
            end: self.path.len(),
            columns: Vec::new(),
        });
    }

    /// A message ends: its columns are delivered.
    pub(super) fn leave(&mut self, sink: &mut dyn Sink) {
        if self.depth() == 0 {
            return;
        }
        if let Some(mut frame) = self.open.pop() {
            self.path.truncate(frame.start);
            self.columns -= frame.columns.len();
            for (_, cells) in &mut frame.columns {
                cells.finish(sink);
            }
        }
    }

    /// Delivers all columns.
    pub(super) fn flush(&mut self, sink: &mut dyn Sink) {
        self.columns = 0;
        for frame in &mut self.open {
            for (_, mut cells) in frame.columns.drain(..) {
                cells.finish(sink);
            }
        }
    }

    /// The step of a field of the innermost message; the value of a map's entry
    /// is told by its key.
    fn step(&self, name: Name) -> String {
        let key = self.top().and_then(|top| top.key.as_deref());
        match (name, key) {
            (Name::Declared(""), Some(key)) => format!("/{key}"),
            (Name::Declared(""), None) => String::new(),
            (name, _) => format!("/{name}"),
        }
    }

    /// Where a string of the innermost message stands, and under which name.
    pub(super) fn place(&self, name: Name) -> (&str, String) {
        if name != Name::Declared("") {
            return (&self.path, name.to_string());
        }
        if let Some(key) = self.top().and_then(|top| top.key.clone()) {
            return (&self.path, key);
        }
        // The name is the last step of the way.
        let mut frames = self.open.iter().rev();
        let step = frames.find(|frame| frame.end > frame.start);
        let (path, key) = self.path.split_at(step.map_or(0, |frame| frame.start));
        (path, key.trim_start_matches('/').to_owned())
    }

    /// A string of a list: it goes to the column of its kind, with the place of
    /// the innermost list's message as the row.
    pub(super) fn cell(&mut self, name: Name, bytes: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
        let mut column = Column {
            owner: 0,
            above: 0,
            path: String::new(),
            row: self.loose,
        };
        let mut frames = self.open.iter().enumerate().rev();
        let list = frames.find_map(|(place, frame)| Some((place, frame, frame.index?)));
        if let Some((place, frame, row)) = list {
            column.owner = place.saturating_sub(1);
            column.above = frame.start;
            column.path.push_str(&self.path[frame.start..frame.bare]);
            column.path.push_str(&self.path[frame.end..]);
            column.row = row;
        } else {
            column.path.push_str(&self.path);
            self.loose += 1;
        }
        column.path.push_str(&self.step(name));
        let row = column.row;
        self.column(column, sink).push(row, bytes, sink)
    }

    /// The cells of a column, new ones if it has none yet.
    fn column(&mut self, column: Column, sink: &mut dyn Sink) -> &mut Cells {
        let same = |(path, _): &(String, Cells)| *path == column.path;
        let known = self.open[column.owner].columns.iter().position(same);
        if known.is_none() && self.columns >= COLUMNS {
            self.flush(sink);
        }
        let words = self.top().is_some_and(|top| top.message.role == Role::Word);
        let columns = &mut self.open[column.owner].columns;
        let place = known.unwrap_or(columns.len());
        if place == columns.len() {
            let (folder, last) = column.path.rsplit_once('/').unwrap_or(("", &column.path));
            let above = &self.path[..column.above];
            let at = self.at.part(&format!("{above}{folder}"));
            let cells = if words {
                Cells::words(last, &at)
            } else {
                Cells::new(last, &at)
            };
            columns.push((column.path, cells));
            self.columns += 1;
        }
        &mut columns[place].1
    }
}
