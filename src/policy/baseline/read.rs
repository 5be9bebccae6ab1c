//! Reading a baseline, line by line: what a merge left behind is told with its
//! line, and comments stay with the entry they stand above.
//!
//! In: text. Out: a [`Baseline`] in order, or the first fault.

use serde::Deserialize;

use super::{Baseline, BaselineError, Bound, Entry, Fault};
use crate::finding::{Confidence, FingerprintKey, Severity};
use crate::policy::allow::Used;
use crate::policy::error::shown;

const MARKERS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

#[derive(Deserialize)]
struct Line {
    entry: Row,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    fingerprint: String,
    rule: String,
    path: String,
    count: Option<usize>,
    severity: Option<Severity>,
    confidence: Option<Confidence>,
    #[serde(default)]
    history: bool,
    owner: Option<String>,
    reason: Option<String>,
    expires: Option<toml::value::Datetime>,
}

/// Where in the file a line stands.
#[derive(PartialEq, Eq)]
enum Part {
    Head,
    Entries,
    Tail,
}

impl Baseline {
    /// Parse the text of a file; messages name it as `origin`.
    pub fn parse(text: &str, origin: &str) -> Result<Self, BaselineError> {
        let invalid = |line: usize, fault: Fault| BaselineError::Invalid {
            origin: origin.to_owned(),
            line,
            fault,
        };
        let mut baseline = Self::empty(origin, &FingerprintKey::default());
        let mut part = Part::Head;
        let mut header = Header::default();
        let mut comments: Vec<String> = Vec::new();
        let mut last = 1;
        for (at, raw) in text.lines().enumerate() {
            last = at + 1;
            let failed = |fault| invalid(last, fault);
            let line = raw.trim();
            if let Some(marker) = MARKERS.into_iter().find(|marker| line.starts_with(marker)) {
                return Err(failed(Fault::Conflict(marker)));
            }
            if line.is_empty() || line.starts_with('#') {
                comments.push(line.to_owned());
                continue;
            }
            match part {
                Part::Head => {
                    baseline.head.append(&mut comments);
                    if let Some(rest) = header.take(line).map_err(failed)? {
                        part = rest;
                    }
                }
                Part::Entries if line == "]" => part = Part::Tail,
                Part::Entries => {
                    let lead = std::mem::take(&mut comments);
                    let entry = entry(line, last, lead).map_err(failed)?;
                    baseline.entries.push(entry);
                }
                Part::Tail => return Err(failed(Fault::Below)),
            }
        }
        baseline.tail = comments;
        baseline.key = header.finish(&part).map_err(|fault| invalid(last, fault))?;
        baseline
            .order()
            .map_err(|(line, fault)| invalid(line, fault))?;
        Ok(baseline)
    }

    /// Put the entries in order; a union merge may leave them in another.
    fn order(&mut self) -> Result<(), (usize, Fault)> {
        self.entries
            .sort_by(|a, b| (&a.fingerprint, a.line).cmp(&(&b.fingerprint, b.line)));
        let twice = self
            .entries
            .windows(2)
            .filter(|pair| pair[0].fingerprint == pair[1].fingerprint)
            .min_by_key(|pair| pair[1].line);
        twice.map_or(Ok(()), |pair| {
            Err((
                pair[1].line,
                Fault::Duplicate {
                    first: pair[0].line,
                },
            ))
        })
    }
}

/// What must stand above the entries.
#[derive(Default)]
struct Header {
    version: bool,
    key: Option<String>,
}

impl Header {
    /// One line; the part that begins below it, if another does.
    fn take(&mut self, line: &str) -> Result<Option<Part>, Fault> {
        let code = line.split('#').next().unwrap_or_default();
        let (key, value) = code.split_once('=').ok_or(Fault::Header)?;
        match (key.trim(), value.trim()) {
            ("version", "1") => self.version = true,
            ("version", _) => return Err(Fault::Version),
            ("key", check) => {
                let digits = check.trim_matches('"');
                if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    return Err(Fault::Key);
                }
                self.key = Some(digits.to_ascii_lowercase());
            }
            ("entries", "[") => return Ok(Some(Part::Entries)),
            ("entries", "[]") => return Ok(Some(Part::Tail)),
            _ => return Err(Fault::Header),
        }
        Ok(None)
    }

    /// The check of the key, once all is read.
    fn finish(self, part: &Part) -> Result<String, Fault> {
        match part {
            _ if !self.version => Err(Fault::Version),
            Part::Head => Err(Fault::NoHeader("entries")),
            Part::Entries => Err(Fault::Open),
            Part::Tail => self.key.ok_or(Fault::NoHeader("key")),
        }
    }
}

fn entry(text: &str, line: usize, lead: Vec<String>) -> Result<Entry, Fault> {
    let (table, rest) = text.split_at(table_end(text).ok_or(Fault::Entry)?);
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(',').unwrap_or(rest).trim();
    if !rest.is_empty() && !rest.starts_with('#') {
        return Err(Fault::Entry);
    }
    let parsed: Result<Line, _> = toml::from_str(&format!("entry = {table}"));
    let row = parsed.map_err(|error| explain(error.message()))?.entry;
    // As it is written, or as a report shows it.
    let digits = row.fingerprint.replace(':', "").to_ascii_lowercase();
    if digits.len() != 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Fault::Fingerprint);
    }
    let at = match (row.count, row.severity, row.confidence) {
        (None, None, None) => None,
        (Some(count @ 1..), Some(severity), Some(confidence)) => Some(Bound {
            count,
            severity,
            confidence,
        }),
        _ => return Err(Fault::Bound),
    };
    let expires = row.expires.map(|day| day.to_string().parse());
    Ok(Entry {
        line,
        fingerprint: digits,
        rule: row.rule,
        path: row.path,
        at,
        history: row.history,
        owner: row.owner.filter(|owner| !owner.trim().is_empty()),
        reason: row.reason.filter(|reason| !reason.trim().is_empty()),
        expires: expires.transpose().map_err(|_| Fault::Expires)?,
        lead,
        trail: (!rest.is_empty()).then(|| rest.to_owned()),
        used: Used::default(),
    })
}

/// One past the brace that closes the table a line begins with.
fn table_end(line: &str) -> Option<usize> {
    if !line.starts_with('{') {
        return None;
    }
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some('"'), _) if escaped => escaped = false,
            (Some('"'), '\\') => escaped = true,
            (Some(open), c) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '}') => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Our words for an error of the TOML reader, whose own quote the file.
fn explain(message: &str) -> Fault {
    let quoted = || shown(message.split('`').nth(1).unwrap_or_default());
    if message.starts_with("unknown field") {
        Fault::UnknownKey(quoted())
    } else if message.starts_with("missing field") {
        Fault::MissingKey(quoted())
    } else {
        Fault::Entry
    }
}
