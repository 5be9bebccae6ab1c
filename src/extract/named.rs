//! Values that stand under a name.
//!
//! In: a key and its value, from whatever container. Out: the fragment
//! `key = "value"` under the route `@key`, so that rules which need a name
//! beside a value find it here too.

use std::io;

use super::{Inside, Sink, stream};
use crate::blob::{Kind, Text};

/// Longest key put before its value.
const LONGEST_KEY: usize = 64;

/// Builds the fragments; keeps one buffer for all of them.
#[derive(Debug, Default)]
pub(super) struct Named {
    text: Vec<u8>,
}

impl Named {
    /// Deliver one value. `raw` is its place counted from where `at` begins,
    /// where its bytes stand there as they are.
    pub(super) fn deliver(
        &mut self,
        key: Option<&str>,
        value: &[u8],
        raw: Option<u64>,
        at: &Inside,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        let key = key.filter(|key| !key.is_empty());
        let shown = key.filter(|key| key.len() <= LONGEST_KEY);
        self.text.clear();
        if let Some(key) = shown {
            self.text.extend_from_slice(key.as_bytes());
            self.text.extend_from_slice(b" = \"");
        }
        let lead = self.text.len() as u64;
        self.text.extend_from_slice(value);
        if shown.is_some() {
            self.text.push(b'"');
        }
        let inner = Inside {
            // The name stands before the value here only, so the text begins
            // that much before the value's place.
            raw: at
                .raw
                .zip(raw)
                .and_then(|(base, offset)| (base + offset).checked_sub(lead)),
            ..shown.map_or_else(|| at.clone(), |key| at.part(&format!("@{key}")))
        };
        stream::text(&self.text, Kind::Text(Text::Plain), &inner, sink)
    }
}

/// Deliver one value; see [`Named::deliver`].
pub(super) fn text(
    key: &str,
    value: &[u8],
    raw: Option<u64>,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    Named::default().deliver(Some(key), value, raw, at, sink)
}
