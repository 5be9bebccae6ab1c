//! A stream, redacted as it flows: logs, prompts, model outputs.
//!
//! In: bytes as they come. Out: whole lines as soon as they are there, redacted
//! and flushed. A key that spans lines is held until its end; nothing else is,
//! and a line without an end only up to a limit.

use std::io::{self, Read, Write};

use super::find::Finder;
use super::redactor::Redactor;
use super::rows::Values;
use super::{RedactError, Replaced, text};
use crate::blob::{Kind, Text};
use crate::format::rows::Rows;

/// Bytes asked for at a time.
const CHUNK: usize = 256 * 1024;
/// Most bytes held for the end of a line or of a key.
const HELD: usize = 1 << 20;
/// Longest private key that is waited for.
const LONGEST_KEY: usize = 64 << 10;
/// Earlier bytes that words are looked for in.
const CONTEXT: usize = 256;

/// Which fields of structured logs are redacted.
#[derive(Clone, Debug, Default)]
pub struct Fields(pub Vec<String>);

impl Fields {
    /// Is this column one of them, or inside one? All are, if none is named.
    fn name(&self, column: &str) -> bool {
        let holds = |field: &String| {
            let rest = column.strip_prefix(field.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.0.is_empty() || self.0.iter().any(holds)
    }
}

/// Copy a stream, redacted.
pub fn filter(
    redactor: &mut Redactor,
    fields: &Fields,
    input: &mut dyn Read,
    output: &mut dyn Write,
) -> Result<Replaced, RedactError> {
    let mut replaced = Replaced::default();
    let mut held = Vec::new();
    let mut context = Vec::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = match input.read(&mut chunk) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        let first = held.is_empty() && context.is_empty();
        if first && crate::format::compressed::looks_like(&chunk[..read]).is_some() {
            return Err(RedactError::Packed);
        }
        held.extend_from_slice(&chunk[..read]);
        let end = if read == 0 { held.len() } else { ready(&held) };
        let lines: Vec<u8> = held.drain(..end).collect();
        for block in blocks(&lines) {
            let mut one = Block {
                redactor: &mut *redactor,
                fields,
                replaced: &mut replaced,
            };
            one.write(&context, block, output)?;
            let kept = block.len().saturating_sub(CONTEXT);
            block[kept..].clone_into(&mut context);
        }
        output.flush()?;
        if read == 0 {
            return Ok(replaced);
        }
    }
}

/// How much of what is held can go: whole lines, up to a private key that is
/// not over.
fn ready(held: &[u8]) -> usize {
    let lines = memchr::memrchr(b'\n', held).map_or(0, |at| at + 1);
    let near = lines.saturating_sub(LONGEST_KEY);
    let begun = memchr::memmem::rfind(&held[near..lines], b"PRIVATE KEY")
        .and_then(|at| memchr::memmem::rfind(&held[..near + at], b"-----BEGIN "))
        .filter(|at| memchr::memmem::find(&held[*at..lines], b"-----END ").is_none());
    let lines = match begun {
        Some(at) => memchr::memrchr(b'\n', &held[..at]).map_or(0, |at| at + 1),
        None => lines,
    };
    if lines > 0 || held.len() < HELD {
        return lines;
    }
    // No end in sight: up to the last space between words, since numbers have
    // spaces inside.
    let word = |byte: u8| byte.is_ascii_lowercase();
    let between = |three: &[u8]| matches!(three, [a, b' ', b] if word(*a) && word(*b));
    let cut = held.windows(3).rposition(between);
    cut.map_or(held.len(), |at| at + 2)
}

/// Lines that are JSON and lines that are not, each a block of its own.
fn blocks(lines: &[u8]) -> Vec<&[u8]> {
    let is_json = |line: &[u8]| line.trim_ascii_start().starts_with(b"{");
    let mut blocks = Vec::new();
    let (mut start, mut at) = (0, 0);
    let mut before = None;
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let json = is_json(line);
        if before.is_some_and(|before| before != json) {
            blocks.push(&lines[start..at]);
            start = at;
        }
        before = Some(json);
        at += line.len();
    }
    if start < at {
        blocks.push(&lines[start..at]);
    }
    blocks
}

/// Lines of one sort.
struct Block<'b> {
    redactor: &'b mut Redactor,
    fields: &'b Fields,
    replaced: &'b mut Replaced,
}

impl Block<'_> {
    fn write(
        &mut self,
        context: &[u8],
        lines: &[u8],
        output: &mut dyn Write,
    ) -> Result<(), RedactError> {
        let (engine, stand_ins) = self.redactor.parts();
        let finder = Finder::new(engine, "text", None);
        let mut rows = Rows::json();
        let mut values = Values::default();
        if lines.trim_ascii_start().starts_with(b"{") {
            let fields = self.fields;
            let mut looked = 0;
            let mut take = |value: crate::format::rows::RowValue<'_>| {
                if fields.name(value.name) {
                    looked += 1;
                    values.push(&value);
                }
            };
            rows.push(lines, &mut take);
            rows.finish(&mut take);
            self.replaced.fields += looked;
            let edits = values.edits(rows.delimiter(), finder, stand_ins, self.replaced)?;
            super::rows::splice(lines, 0, lines.len() as u64, &edits, output)?;
            return Ok(());
        }
        let kind = Kind::Text(Text::Plain);
        let more = text::rewrite_behind(context, lines, kind, finder, stand_ins, output)?;
        self.replaced.merge(&more);
        Ok(())
    }
}
