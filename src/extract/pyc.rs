//! Compiled Python: its strings.
//!
//! In: a `.pyc`. Out: a fragment a string, so that no letter of the format
//! touches a value.

use std::io;

use super::named::Named;
use super::{Inside, Sink, fall_back};
use crate::blob::ReadSeek;
use crate::format::pyc::strings;

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut named = Named::default();
    let mut failed = Ok(());
    let at_part = Inside {
        lines: false,
        ..at.clone()
    };
    let mut deliver = |offset: u64, text: &[u8]| {
        if text.len() > 1 && failed.is_ok() {
            failed = named.deliver(None, text, Some(offset), &at_part, sink);
        }
    };
    let walked = strings(&mut *reader, &mut deliver);
    failed?;
    match walked {
        Ok(()) => Ok(()),
        Err(error) => fall_back(reader, &error, at, sink),
    }
}
