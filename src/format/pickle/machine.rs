//! A model of the unpickler's stack and memo.
//!
//! The effect of each opcode enters; values, and the key under which a string
//! will be stored, leave. The stack keeps only so many values: what falls out
//! of its bottom is unknown. What the real unpickler would stumble over is
//! noted and passed.

use std::rc::Rc;

use super::memo::{Memo, Remembered};
use super::value::Value;

/// Most values on the stack; the oldest half goes when there are more.
const STACK: usize = 1 << 18;

/// How many containers outwards a key is looked for.
const NESTED: usize = 8;

/// The stack and the memo of one stream.
#[derive(Debug, Default)]
pub(super) struct Machine {
    stack: Vec<Value>,
    marks: Vec<usize>,
    memo: Memo,
    /// The bottom of the stack fell out.
    cut: bool,
    fault: Option<&'static str>,
}

impl Machine {
    pub(super) fn push(&mut self, value: Value) {
        if self.stack.len() == STACK {
            let half = STACK / 2;
            self.stack.drain(..half);
            self.marks.retain(|&mark| mark >= half);
            self.marks.iter_mut().for_each(|mark| *mark -= half);
            self.cut = true;
        }
        if matches!(value, Value::Mark) {
            self.marks.push(self.stack.len());
        }
        self.stack.push(value);
    }

    pub(super) fn pop(&mut self) -> Value {
        match self.stack.pop() {
            Some(Value::Mark) => {
                self.marks.pop();
                Value::Mark
            }
            Some(value) => value,
            None => {
                self.underflow();
                Value::Other
            }
        }
    }

    /// What stands above the last mark; both go with [`Self::drop_to_mark`].
    pub(super) fn marked(&self) -> &[Value] {
        let floor = self.marks.last().map_or(0, |mark| mark + 1);
        self.stack.get(floor..).unwrap_or_default()
    }

    pub(super) fn drop_to_mark(&mut self) {
        if let Some(mark) = self.marks.pop() {
            self.stack.truncate(mark);
        } else {
            self.stack.clear();
            self.underflow();
        }
    }

    /// What stands below the last mark.
    pub(super) fn below_mark(&self) -> Option<&Value> {
        let at = self.marks.last()?.checked_sub(1)?;
        self.stack.get(at)
    }

    /// What stands below the top value.
    pub(super) fn below_top(&self) -> Option<&Value> {
        self.stack.get(self.stack.len().checked_sub(2)?)
    }

    /// The container below the last mark takes what stands above it.
    pub(super) fn grow_below_mark(&mut self) {
        if let Some(&mark) = self.marks.last() {
            let (below, above) = self.stack.split_at_mut(mark);
            match below.last_mut() {
                Some(container) => container.grow(above.get(1..).unwrap_or_default()),
                None => self.underflow(),
            }
        }
        self.drop_to_mark();
    }

    /// The container below the top `n` values takes them.
    pub(super) fn grow_by(&mut self, n: usize) {
        let Some(at) = self.stack.len().checked_sub(n + 1) else {
            (0..n).for_each(|_| drop(self.pop()));
            return self.underflow();
        };
        let (below, above) = self.stack.split_at_mut(at + 1);
        if let Some(container) = below.last_mut() {
            container.grow(above);
        }
        (0..n).for_each(|_| drop(self.pop()));
    }

    /// Replaces the top `n` values by a tuple of them.
    pub(super) fn tuple(&mut self, n: usize) {
        let Some(at) = self.stack.len().checked_sub(n) else {
            self.stack.clear();
            self.marks.clear();
            self.underflow();
            return self.push(Value::Other);
        };
        let made = Value::tuple(self.stack.get(at..).unwrap_or_default());
        (0..n).for_each(|_| drop(self.pop()));
        self.push(made);
    }

    pub(super) fn duplicate(&mut self) {
        match self.top().cloned() {
            Some(value) => self.push(value),
            None => {
                self.underflow();
                self.push(Value::Other);
            }
        }
    }

    pub(super) fn top(&self) -> Option<&Value> {
        self.stack.last()
    }

    pub(super) fn top_is_global(&self) -> bool {
        matches!(self.top(), Some(Value::Global(_)))
    }

    /// Stores the top value; without an index, at the next one.
    pub(super) fn put(&mut self, index: Option<u64>) {
        match self.stack.last() {
            Some(top) => self.memo.put(index, top),
            None => {
                self.underflow();
                self.memo.put(index, &Value::Other);
            }
        }
    }

    pub(super) fn get(&mut self, index: u64) {
        let value = match self.memo.get(index) {
            Remembered::Value(value) => value,
            Remembered::Forgotten => Value::Other,
            Remembered::Missing => {
                self.fail("a memo entry that was never stored");
                Value::Other
            }
        };
        self.push(value);
    }

    fn underflow(&mut self) {
        if !self.cut {
            self.fail("an operand that is not on the stack");
        }
    }

    /// Notes that the real unpickler would stop here.
    pub(super) fn fail(&mut self, what: &'static str) {
        self.fault.get_or_insert(what);
    }

    /// What was noted since the last call.
    #[inline]
    pub(super) fn take_fault(&mut self) -> Option<&'static str> {
        self.fault.take()
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
        let in_dict = below.is_some_and(Value::is_dict);
        match frame {
            // Python writes a single item without a mark.
            [.., last] if last.is_wrapping() => return Place::Inside(at - 1),
            [.., last] if last.is_dict() => return Place::Unknown,
            [.., dict, Value::Text(key)] if dict.is_dict() => return Place::Key(key.clone()),
            // Arguments and parts of small tuples.
            [.., dict, Value::Text(key), _] if !in_dict && dict.is_dict() => {
                return Place::Key(key.clone());
            }
            [.., dict, Value::Text(key), _, _] if !in_dict && dict.is_dict() => {
                return Place::Key(key.clone());
            }
            [.., Value::Text(key)] if in_dict && frame.len() % 2 == 1 => {
                return Place::Key(key.clone());
            }
            _ if in_dict => return Place::Unknown,
            _ => {}
        }
        match (mark, below) {
            (Some(mark), Some(Value::List(_) | Value::Global(_))) => Place::Inside(mark - 1),
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
