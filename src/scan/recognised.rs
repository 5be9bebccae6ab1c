//! What an external recogniser says of a window.
//!
//! In: a window of text. Out: what it found there, to be added to the matches;
//! or why it could not look, which is a skip: the text is not taken for clean.

use std::sync::{Mutex, PoisonError};

use crate::blob::{Fragment, Kind, Sought, Text};
use crate::engine::Recognised;
use crate::recogniser::{Recogniser, RecogniserError, Span};

/// Ask about the owned range of a fragment, if it is text that somebody wrote.
pub(crate) fn ask(
    recogniser: &Mutex<Recogniser>,
    fragment: &Fragment<'_>,
) -> Result<Vec<Recognised>, RecogniserError> {
    let is_text = match fragment.kind {
        Kind::Text(Text::Vocabulary) => false,
        Kind::Text(_) => true,
        _ => false,
    };
    if !is_text || fragment.sought == Sought::Secrets {
        return Ok(Vec::new());
    }
    let start = fragment.owned.start;
    let text = fragment
        .text
        .get(fragment.owned.clone())
        .unwrap_or_default();
    // A thread that panicked held nothing but a pipe.
    let mut recogniser = recogniser.lock().unwrap_or_else(PoisonError::into_inner);
    let spans = recogniser.spans_in(text)?.into_iter();
    let told = |span: Span| Recognised {
        entity: span.entity,
        span: span.range.start + start..span.range.end + start,
        score: span.score,
    };
    Ok(spans.map(told).collect())
}
