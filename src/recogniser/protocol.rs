//! What is said to a recogniser, and what it answers.
//!
//! In: a text with its number, then a line of the command's output. Out: a line
//! for the command, then spans. Offsets in it count Unicode code points, as
//! Python does.

use serde::{Deserialize, Serialize};

use super::{RecogniserError, Span};

/// Longest name of an entity.
const LONGEST_NAME: usize = 64;

#[derive(Serialize)]
struct Question<'t> {
    id: u64,
    text: &'t str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'t str>,
}

#[derive(Deserialize)]
struct Answer {
    id: u64,
    #[serde(default)]
    spans: Option<Vec<Answered>>,
    #[serde(default)]
    error: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Answered {
    start: usize,
    end: usize,
    entity: String,
    score: f64,
}

/// The line that asks about a text.
pub(super) fn question(id: u64, text: &str, language: Option<&str>) -> Vec<u8> {
    let question = Question { id, text, language };
    // A struct of texts and numbers is always JSON.
    let mut line = serde_json::to_vec(&question).unwrap_or_default();
    line.push(b'\n');
    line
}

/// The spans a line tells of text `id`, `part`, which stands at `at`.
pub(super) fn answer(
    line: &[u8],
    id: u64,
    at: usize,
    part: &str,
) -> Result<Vec<Span>, RecogniserError> {
    let answer: Answer = serde_json::from_slice(line).map_err(|_| RecogniserError::Garbage(id))?;
    if answer.id != id {
        return Err(RecogniserError::Order(id));
    }
    if answer.error.is_some() {
        return Err(RecogniserError::Failed(id));
    }
    let spans = answer.spans.ok_or(RecogniserError::Garbage(id))?;
    // Byte offsets by code point, and the end.
    let places: Vec<usize> = part
        .char_indices()
        .map(|(at, _)| at)
        .chain([part.len()])
        .collect();
    let place = |point: usize| places.get(point).copied();
    let span = |span: Answered| {
        let (start, end) = place(span.start).zip(place(span.end))?;
        let sound = start < end && (0.0..=1.0).contains(&span.score);
        Some(Span {
            entity: entity(&span.entity).filter(|_| sound)?,
            range: at + start..at + end,
            score: span.score,
        })
    };
    let spans: Option<Vec<Span>> = spans.into_iter().map(span).collect();
    spans.ok_or(RecogniserError::Span(id))
}

/// A name as ours are: `PHONE_NUMBER` and "phone number" are `phone-number`.
fn entity(name: &str) -> Option<String> {
    let name: String = name
        .trim()
        .chars()
        .map(|letter| {
            if matches!(letter, '_' | ' ') {
                '-'
            } else {
                letter.to_ascii_lowercase()
            }
        })
        .collect();
    let sound = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    ((1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(sound)).then_some(name)
}
