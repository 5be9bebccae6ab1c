//! The account of a redaction.
//!
//! In: what became of each file. Out: lines that say it.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;

use crate::finding::printable;
use crate::redact::{Outcome, RedactError, Replaced};

/// What was done.
#[derive(Default)]
pub(super) struct Account {
    kinds: BTreeMap<String, u64>,
    /// Files rewritten, and copied as they were.
    rewritten: Vec<String>,
    copied: usize,
    /// Files that still hold something, why, and what to do.
    left: Vec<String>,
}

impl Account {
    /// A file was rewritten, copied or refused.
    pub(super) fn add(&mut self, path: &str, outcome: Result<Outcome, RedactError>) {
        match outcome {
            Ok(Outcome::Written(replaced)) if replaced.any() => {
                self.rewritten.push(summary(path, &replaced));
                for (kind, count) in replaced.kinds {
                    *self.kinds.entry(kind).or_default() += count;
                }
            }
            Ok(Outcome::Written(_)) => self.copied += 1,
            Ok(Outcome::Refused(refused)) => {
                self.leave(path, &format!("{}: {}", refused.what, refused.help));
            }
            Err(error) => self.leave(path, &error.to_string()),
        }
    }

    /// A file was left, for this reason; a second line of it says what helps.
    pub(super) fn leave(&mut self, path: &str, why: &str) {
        let why = why.replace("\nhelp: ", "; ");
        self.left
            .push(format!("{}: {}", printable(path), printable(&why)));
    }

    /// Is nothing left?
    pub(super) fn is_complete(&self) -> bool {
        self.left.is_empty()
    }

    /// Tell it on standard output.
    pub(super) fn print(&self, out_folder: Option<&Path>) -> anyhow::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        for line in &self.rewritten {
            writeln!(out, "{line}")?;
        }
        if let (Some(folder), 1..) = (out_folder, self.copied) {
            let count = files_of(self.copied);
            writeln!(out, "{count} copied to {} as they are", folder.display())?;
        }
        for line in &self.left {
            writeln!(out, "left: {line}")?;
        }
        let total: u64 = self.kinds.values().sum();
        let kinds: Vec<String> = self
            .kinds
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        let files = files_of(self.rewritten.len());
        let list = if kinds.is_empty() {
            String::new()
        } else {
            format!(": {}", kinds.join(", "))
        };
        writeln!(out, "{total} replaced in {files}{list}")?;
        out.flush().context("cannot write to standard output")
    }
}

fn files_of(count: usize) -> String {
    format!("{count} file{}", if count == 1 { "" } else { "s" })
}

fn summary(path: &str, replaced: &Replaced) -> String {
    let kinds = replaced.kinds.iter();
    let mut parts: Vec<String> = kinds
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    if !replaced.dropped.is_empty() {
        parts.push(format!("without {}", replaced.dropped.join(", ")));
    }
    format!("{}: {}", printable(path), printable(&parts.join(", ")))
}
