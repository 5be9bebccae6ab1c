//! A light model of the unpickler's stack and memo.
//!
//! The effect of each opcode enters; the key under which a string will be
//! stored, and the names of a global, leave. Only short strings and the kinds of
//! containers are kept, and only so many: what falls out is unknown, never
//! mistaken for something else.

use std::collections::HashMap;
use std::rc::Rc;

/// Longest string kept as a possible key or name.
pub(super) const KEPT: usize = 160;

/// Most values on the stack; the oldest half goes when there are more.
const STACK: usize = 1 << 18;

/// Most entries in the memo.
const MEMO: usize = 1 << 18;

/// Memo indices from here on are not followed, nor those that run this far
/// ahead of the count: writers number densely.
const INDICES: u64 = 1 << 24;
const AHEAD: u64 = 1 << 16;

/// How many containers outwards a key is looked for.
const NESTED: usize = 8;

/// What is known of a value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Mark,
    Text(Rc<str>),
    Global {
        makes_dict: bool,
    },
    /// `_codecs.encode`, which older protocols call to make bytes.
    Encoder,
    List,
    Dict,
    Other,
}

/// The stack and the memo of one stream.
#[derive(Debug, Default)]
pub(super) struct Machine {
    stack: Vec<Value>,
    marks: Vec<usize>,
    memo: Memo,
}

impl Machine {
    pub(super) fn reset(&mut self) {
        self.stack.clear();
        self.marks.clear();
        self.memo = Memo::default();
    }

    pub(super) fn push(&mut self, value: Value) {
        if self.stack.len() == STACK {
            let half = STACK / 2;
            self.stack.drain(..half);
            self.marks.retain(|&mark| mark >= half);
            self.marks.iter_mut().for_each(|mark| *mark -= half);
        }
        if matches!(value, Value::Mark) {
            self.marks.push(self.stack.len());
        }
        self.stack.push(value);
    }

    pub(super) fn pop(&mut self) -> Value {
        let value = self.stack.pop().unwrap_or(Value::Other);
        if matches!(value, Value::Mark) {
            self.marks.pop();
        }
        value
    }

    pub(super) fn pop_to_mark(&mut self) {
        self.stack.truncate(self.marks.pop().unwrap_or(0));
    }

    /// Replaces the top `n` values by `made`.
    pub(super) fn replace(&mut self, n: usize, made: Value) {
        for _ in 0..n {
            self.pop();
        }
        self.push(made);
    }

    /// Calls: pops `n` arguments and the callable, pushes what it makes.
    pub(super) fn call(&mut self, n: usize) {
        for _ in 0..n {
            self.pop();
        }
        let made = match self.pop() {
            Value::Global { makes_dict: true } => Value::Dict,
            _ => Value::Other,
        };
        self.push(made);
    }

    pub(super) fn duplicate(&mut self) {
        self.push(self.stack.last().cloned().unwrap_or(Value::Other));
    }

    pub(super) fn top_is_global(&self) -> bool {
        matches!(self.stack.last(), Some(Value::Global { .. }))
    }

    /// Stores the top value; without an index, at the next one.
    pub(super) fn put(&mut self, index: Option<u64>) {
        let top = self.stack.last().cloned().unwrap_or(Value::Other);
        self.memo.put(index, top);
    }

    pub(super) fn get(&mut self, index: u64) {
        let value = self.memo.get(index);
        self.push(value);
    }

    /// The key under which the next value will be stored. `argument`: it will be
    /// the only argument of the global on top.
    pub(super) fn key(&self, argument: bool) -> Option<Rc<str>> {
        let mut at = self.stack.len().checked_sub(usize::from(argument))?;
        let mut marks = &self.marks[..];
        for _ in 0..NESTED {
            while let Some((_, outer)) = marks.split_last().filter(|(mark, _)| **mark >= at) {
                marks = outer;
            }
            match self.key_in_frame(at, marks.last().copied()) {
                Place::Key(key) => return Some(key),
                Place::Inside(container) => at = container,
                Place::Unknown => return None,
            }
        }
        None
    }

    /// Judges position `at` by the values since the last mark.
    fn key_in_frame(&self, at: usize, mark: Option<usize>) -> Place {
        let floor = mark.map_or(0, |mark| mark + 1);
        let frame = self.stack.get(floor..at).unwrap_or_default();
        let below = mark.and_then(|mark| self.stack[..mark].last());
        let in_dict = matches!(below, Some(Value::Dict));
        match frame {
            // Python writes a single item without a mark.
            [.., Value::List | Value::Encoder] => return Place::Inside(at - 1),
            [.., Value::Dict] => return Place::Unknown,
            [.., Value::Dict, Value::Text(key)] => return Place::Key(key.clone()),
            // Arguments and parts of small tuples.
            [.., Value::Dict, Value::Text(key), _] if !in_dict => return Place::Key(key.clone()),
            [.., Value::Dict, Value::Text(key), _, _] if !in_dict => {
                return Place::Key(key.clone());
            }
            [.., Value::Text(key)] if in_dict && frame.len() % 2 == 1 => {
                return Place::Key(key.clone());
            }
            _ if in_dict => return Place::Unknown,
            _ => {}
        }
        match (mark, below) {
            (Some(mark), Some(Value::List | Value::Encoder | Value::Global { .. })) => {
                Place::Inside(mark - 1)
            }
            (Some(mark), _) => Place::Inside(mark),
            (None, _) => Place::Unknown,
        }
    }
}

/// Where a value about to be pushed will end up.
enum Place {
    Key(Rc<str>),
    /// In a container that will itself stand at this position.
    Inside(usize),
    Unknown,
}

/// Values by index. Which indices were ever used is known exactly, because the
/// unpickler numbers by their count.
#[derive(Debug, Default)]
struct Memo {
    entries: HashMap<u64, Value>,
    used: Vec<u64>,
    count: u64,
    lost: bool,
}

impl Memo {
    fn put(&mut self, index: Option<u64>, value: Value) {
        let index = index.unwrap_or(self.count);
        if self.lost || index >= INDICES.min(2 * self.count + AHEAD) {
            self.lost = true;
            self.entries.clear();
            return;
        }
        let (word, bit) = ((index / 64) as usize, 1 << (index % 64));
        if self.used.len() <= word {
            self.used.resize(word + 1, 0);
        }
        self.count += u64::from(self.used[word] & bit == 0);
        self.used[word] |= bit;
        self.entries.remove(&index);
        let wanted = matches!(
            value,
            Value::Text(_) | Value::Encoder | Value::Global { .. }
        );
        if wanted && self.entries.len() < MEMO {
            self.entries.insert(index, value);
        }
    }

    fn get(&self, index: u64) -> Value {
        self.entries.get(&index).cloned().unwrap_or(Value::Other)
    }
}
