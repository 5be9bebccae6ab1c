//! The unpickler's memo.
//!
//! Values enter by index or by count; those that may matter later leave again.
//! Texts are kept side by side in one buffer, so that a pickle of millions of
//! strings costs little more than their bytes.

use std::rc::Rc;

use super::value::Value;

/// Most bytes of text; from `PLAIN` on only such as could be names.
const TEXT: usize = 128 << 20;
const PLAIN: usize = 32 << 20;

/// Most globals, and most other values.
const GLOBALS: usize = 1 << 18;
const OTHERS: usize = 1 << 16;

/// Memo indices from here on are not followed, nor those that run this far
/// ahead of the count: writers number densely.
const INDICES: u64 = 1 << 24;
const AHEAD: u64 = 1 << 16;

/// Values by index. Which indices were ever used is known exactly, because the
/// unpickler numbers by their count.
#[derive(Debug, Default)]
pub(super) struct Memo {
    entries: Vec<Entry>,
    text: Vec<u8>,
    values: Vec<Value>,
    others: usize,
    count: u64,
    lost: bool,
}

#[derive(Debug, Clone, Copy, Default)]
enum Entry {
    #[default]
    Unused,
    /// Stored, but not kept.
    Forgotten,
    Text {
        start: u32,
        length: u8,
    },
    Value(u32),
}

/// What a look-up says.
pub(super) enum Remembered {
    Value(Value),
    /// It was stored, but is not known.
    Forgotten,
    /// Nothing was ever stored there: the unpickler fails.
    Missing,
}

impl Memo {
    pub(super) fn put(&mut self, index: Option<u64>, value: &Value) {
        let index = index.unwrap_or(self.count);
        if self.lost || index >= INDICES.min(2 * self.count + AHEAD) {
            *self = Self {
                lost: true,
                ..Self::default()
            };
            return;
        }
        let at = index as usize;
        if self.entries.len() <= at {
            self.entries.resize(at + 1, Entry::Unused);
        }
        self.count += u64::from(matches!(self.entries[at], Entry::Unused));
        self.entries[at] = self.entry(value).unwrap_or(Entry::Forgotten);
    }

    fn entry(&mut self, value: &Value) -> Option<Entry> {
        match value {
            Value::Text(text) => {
                let full = self.text.len() + text.len() > TEXT;
                if full || (self.text.len() > PLAIN && !could_be_name(text)) {
                    return None;
                }
                let start = u32::try_from(self.text.len()).ok()?;
                let length = u8::try_from(text.len()).ok()?;
                self.text.extend_from_slice(text.as_bytes());
                Some(Entry::Text { start, length })
            }
            Value::Global(_) if self.values.len() < GLOBALS + OTHERS => self.keep(value),
            Value::Made(_)
            | Value::Tuple(_)
            | Value::Extension(_)
            | Value::Persistent
            | Value::Pickle
                if self.others < OTHERS =>
            {
                self.others += 1;
                self.keep(value)
            }
            _ => None,
        }
    }

    fn keep(&mut self, value: &Value) -> Option<Entry> {
        let at = u32::try_from(self.values.len()).ok()?;
        self.values.push(value.clone());
        Some(Entry::Value(at))
    }

    pub(super) fn get(&self, index: u64) -> Remembered {
        if self.lost {
            return Remembered::Forgotten;
        }
        let entry = usize::try_from(index)
            .ok()
            .and_then(|at| self.entries.get(at));
        match entry.copied().unwrap_or_default() {
            Entry::Unused => Remembered::Missing,
            Entry::Forgotten => Remembered::Forgotten,
            Entry::Text { start, length } => {
                let start = start as usize;
                let bytes = self.text.get(start..start + usize::from(length));
                match bytes.map(std::str::from_utf8) {
                    Some(Ok(text)) => Remembered::Value(Value::Text(Rc::from(text))),
                    _ => Remembered::Forgotten,
                }
            }
            Entry::Value(at) => match self.values.get(at as usize) {
                Some(value) => Remembered::Value(value.clone()),
                None => Remembered::Forgotten,
            },
        }
    }
}

/// Only these characters stand in names of modules and their contents.
fn could_be_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    text.bytes().all(allowed)
}
