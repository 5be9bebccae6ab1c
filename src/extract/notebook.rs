//! Files inside a notebook: pictures of outputs and attachments, in base64.
//!
//! In: a notebook. Out: each such file as if it stood in a folder. The text of
//! the notebook is swept as any text is.

use std::io::{self, Cursor};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Inside, Sink, nested};
use crate::blob::ReadSeek;
use crate::finding::SkipClass;
use crate::format::json::{TokenKind, Tokens};
use crate::format::json_path::PathTracker;

/// What the key of such a value begins with.
const TYPES: [&str; 3] = ["image/", "application/pdf", "audio/"];

/// Longest value decoded; figures are well below.
const LONGEST: usize = 32 << 20;

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut tokens = Tokens::holding(reader, LONGEST);
    let mut tracker = PathTracker::new();
    let mut is_file = false;
    while let Some(token) = tokens.next_token()? {
        tracker.observe(&token);
        match token.kind {
            TokenKind::Key => {
                let key = token.raw.unwrap_or_default();
                is_file = TYPES.iter().any(|kind| key.starts_with(kind.as_bytes()));
            }
            TokenKind::Str if is_file => {
                let inner = at.child(tracker.path(false).as_str());
                match token.raw {
                    Some(raw) => file(raw, &inner, sink)?,
                    None => {
                        let why = "more than 32 MiB in base64".to_owned();
                        sink.skip(SkipClass::Limited, &inner.route, why);
                    }
                }
            }
            TokenKind::ObjectStart | TokenKind::ObjectEnd => is_file = false,
            _ => {}
        }
    }
    Ok(())
}

/// One value, its line breaks still escaped. What is no base64 (SVG is written
/// as text) was swept with the notebook.
fn file(raw: &[u8], at: &Inside, sink: &mut dyn Sink) -> io::Result<()> {
    let mut text = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(end) = memchr::memmem::find(rest, b"\\n") {
        text.extend_from_slice(&rest[..end]);
        rest = &rest[end + 2..];
    }
    text.extend_from_slice(rest);
    let Ok(bytes) = STANDARD.decode(&text) else {
        return Ok(());
    };
    let left = at.left.get();
    if bytes.len() as u64 > left {
        let why = "more than one file may hold of others".to_owned();
        sink.skip(SkipClass::Limited, &at.route, why);
        return Ok(());
    }
    at.left.set(left - bytes.len() as u64);
    nested(&mut Cursor::new(bytes), "", at, sink)
}
