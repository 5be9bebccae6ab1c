//! The text of a baseline: one entry a line, in the order of the fingerprints.
//!
//! In: entries. Out: TOML. The order is as good as random, so that what two
//! branches add rarely meets on neighbouring lines and merges cleanly.

use std::fmt::{self, Write as _};

use super::{Baseline, Entry};
use crate::finding::printable;

const HEAD: &str = "\
# hubsweep baseline: findings that were known when they were written down, and do
# not block. No secret is in here, and no hash of anything that can be guessed.
# An entry may carry owner = \"…\", reason = \"…\" and expires = 2026-12-31.
# After a merge, `hubsweep baseline update` puts the entries in order again.";

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.head.is_empty() {
            writeln!(f, "{HEAD}")?;
        }
        self.head
            .iter()
            .try_for_each(|line| writeln!(f, "{line}"))?;
        writeln!(f, "version = 1\nkey = \"{}\"\nentries = [", self.key)?;
        for entry in &self.entries {
            entry
                .lead
                .iter()
                .try_for_each(|line| writeln!(f, "  {line}"))?;
            entry.write(f)?;
        }
        writeln!(f, "]")?;
        self.tail.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl Entry {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {{ fingerprint = \"{}\"", grouped(&self.fingerprint))?;
        text(f, "rule", Some(&self.rule))?;
        text(f, "path", Some(&self.path))?;
        if let Some(at) = &self.at {
            write!(
                f,
                ", severity = \"{}\", confidence = \"{}\", count = {}",
                at.severity, at.confidence, at.count
            )?;
        }
        if self.history {
            f.write_str(", history = true")?;
        }
        text(f, "owner", self.owner.as_deref())?;
        text(f, "reason", self.reason.as_deref())?;
        if let Some(day) = self.expires {
            write!(f, ", expires = {day}")?;
        }
        f.write_str(" },")?;
        if let Some(comment) = &self.trail {
            write!(f, " {comment}")?;
        }
        f.write_char('\n')
    }
}

/// `0a1b2c3d:…`: 32 hex digits in a row, beside the name of a provider, are
/// what other scanners take for a key of it.
fn grouped(digits: &str) -> String {
    let mut grouped = String::with_capacity(35);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 8 == 0 {
            grouped.push(':');
        }
        grouped.push(digit);
    }
    grouped
}

/// A key with a basic string, which is always on one line.
fn text(f: &mut fmt::Formatter<'_>, key: &str, value: Option<&str>) -> fmt::Result {
    let Some(value) = value else { return Ok(()) };
    write!(f, ", {key} = \"")?;
    for c in printable(value).chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}
