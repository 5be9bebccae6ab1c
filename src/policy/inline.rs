//! Inline allows: `hubsweep:allow RULE [reason]` beside what it allows.
//!
//! In: lines of text. Out: what a line allows, and [`Marker`]s that remember
//! whether they were used. A marker speaks for its own line; one that stands
//! alone on its line speaks for the next line too.

#[cfg(test)]
mod tests;

use std::fmt;

use super::allow::Used;
use crate::finding::{Category, Finding, printable};

/// Longest line a marker is looked for on: longer ones are data, in which a
/// marker was not written for us (source code held in a dataset).
const MAX_LINE: usize = 4096;
/// Most of a reason that is kept, in characters.
const MAX_REASON: usize = 120;
/// Longest word of a reason that is kept; longer ones may be a secret.
const MAX_WORD: usize = 20;

/// Whose syntax a marker is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// `hubsweep:allow`
    Hubsweep,
    /// `gitleaks:allow`, for every secret on its line, as gitleaks has it.
    Gitleaks,
}

const MARKERS: [(&str, Syntax); 2] = [
    ("hubsweep:allow", Syntax::Hubsweep),
    ("gitleaks:allow", Syntax::Gitleaks),
];

/// What one marker allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineAllow {
    /// Rule ids; none stands for every rule.
    pub rules: Vec<String>,
    /// The reason given.
    pub reason: Option<String>,
    /// Whose syntax it is.
    pub by: Syntax,
    /// Does it stand alone on its line, so that it speaks for the next one?
    pub alone: bool,
}

impl InlineAllow {
    fn covers(&self, finding: &Finding) -> bool {
        match self.by {
            Syntax::Hubsweep => self.rules.is_empty() || self.rules.contains(&finding.rule),
            Syntax::Gitleaks => finding.category == Category::Secret,
        }
    }
}

impl fmt::Display for InlineAllow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rules.is_empty() {
            f.write_str("all rules")
        } else {
            f.write_str(&self.rules.join(", "))
        }
    }
}

/// A marker on a line of one file.
#[derive(Debug)]
pub struct Marker {
    /// 1-based line it stands on.
    pub line: u64,
    /// What it allows.
    pub allow: InlineAllow,
    used: Used,
}

impl Marker {
    /// A marker nobody has used yet.
    pub fn new(line: u64, allow: InlineAllow) -> Self {
        Self {
            line,
            allow,
            used: Used::default(),
        }
    }

    /// Was it ever used?
    pub fn is_used(&self) -> bool {
        self.used.get()
    }

    pub(super) fn mark(&self) {
        self.used.mark();
    }

    /// Does it speak for a finding that stands on this line?
    pub(super) fn covers(&self, finding: &Finding, line: u64) -> bool {
        let near = line == self.line || (self.allow.alone && line == self.line.saturating_add(1));
        near && self.allow.covers(finding)
    }
}

/// May there be a marker in this text? Cheap, to spare files the line counting.
pub fn mentions(text: &[u8]) -> bool {
    memchr::memmem::find(text, b":allow").is_some()
}

/// All markers in a text whose first line has the given number.
pub fn markers(text: &[u8], first_line: u64) -> Vec<Marker> {
    if !mentions(text) {
        return Vec::new();
    }
    text.split(|&byte| byte == b'\n')
        .zip(first_line..)
        .flat_map(|(line, number)| allows(line).map(move |allow| Marker::new(number, allow)))
        .collect()
}

/// The first marker of a line.
pub fn parse(line: &[u8]) -> Option<InlineAllow> {
    allows(line).next()
}

fn allows(line: &[u8]) -> impl Iterator<Item = InlineAllow> {
    let line = if line.len() <= MAX_LINE { line } else { b"" };
    MARKERS.into_iter().flat_map(move |(word, by)| {
        memchr::memmem::find_iter(line, word.as_bytes())
            .filter_map(move |at| allow_at(&line[..at], &line[at + word.len()..], by))
    })
}

/// The marker between `before` and `after`, if it is one and not a mention.
fn allow_at(before: &[u8], after: &[u8], by: Syntax) -> Option<InlineAllow> {
    let before = String::from_utf8_lossy(before);
    let after = String::from_utf8_lossy(after);
    if before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '`') {
        return None;
    }
    if after.starts_with(is_id) && !after.starts_with("-->") {
        return None;
    }
    let (said, behind) = cut_at_closing(&after);
    // `<rule>`, `[RULE]` and the like: documentation shows the syntax.
    if said.trim_start().starts_with(['`', '<', '[', '{', '…']) {
        return None;
    }
    let (rules, reason) = match by {
        Syntax::Hubsweep => rules_and_reason(said)?,
        Syntax::Gitleaks => (Vec::new(), said),
    };
    Some(InlineAllow {
        rules,
        reason: cleaned(reason),
        by,
        alone: by == Syntax::Hubsweep && is_comment_lead(&before) && !behind.contains(is_word),
    })
}

/// What ends a comment or the string a marker is in; the backslash is an
/// escaped line end of a notebook.
const CLOSING: [&str; 8] = ["-->", "*/", "#}", "%>", "\"", "\\", "'''", "</"];

fn cut_at_closing(text: &str) -> (&str, &str) {
    let cut = CLOSING
        .into_iter()
        .filter_map(|mark| text.find(mark).map(|at| (at, mark)))
        .min();
    let Some((end, mark)) = cut else {
        return (text, "");
    };
    let behind = &text[end + mark.len()..];
    // The `\n",` of a notebook's source line says nothing more.
    let escape = if mark == "\\" {
        behind.strip_prefix(['n', 'r'])
    } else {
        None
    };
    (&text[..end], escape.unwrap_or(behind))
}

/// Rule ids, separated by commas, and the rest. `None` for the `RULE` of a
/// documentation: ids have no capitals.
fn rules_and_reason(said: &str) -> Option<(Vec<String>, &str)> {
    let mut rules = Vec::new();
    let mut rest = said.trim_start();
    loop {
        let end = rest.find(|c| !is_id(c)).unwrap_or(rest.len());
        let id = rest[..end].trim_matches('-');
        if id.is_empty() {
            break;
        }
        if id.chars().any(char::is_alphabetic) && !id.contains(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        rules.push(id.to_owned());
        rest = &rest[end..];
        let Some(more) = rest.trim_start().strip_prefix(',') else {
            break;
        };
        rest = more.trim_start();
    }
    if rules.iter().any(|id| id == "all") {
        rules.clear();
    }
    Some((rules, rest))
}

/// The reason, printable and short. It is shown in reports, and whatever else
/// stands on a line may end up in it: words that could be a secret are left out.
fn cleaned(reason: &str) -> Option<String> {
    let lead = |c: char| c.is_whitespace() || matches!(c, ':' | '#' | '-' | '–' | '—' | ',' | ';');
    let reason = printable(reason.trim());
    let words: Vec<&str> = reason
        .trim_start_matches(lead)
        .split_whitespace()
        .map(|word| {
            let shady = word.chars().count() > MAX_WORD || word.contains(['=', '@']);
            if shady { "…" } else { word }
        })
        .collect();
    let text: String = words.join(" ").chars().take(MAX_REASON).collect();
    let text = text.trim_end_matches([' ', ',', ';', '\'']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// Is this only what opens a comment (`#`, `//`, `<!--`, `"_comment": "`)?
fn is_comment_lead(before: &str) -> bool {
    before
        .split(|c: char| !is_word(c))
        .filter(|word| !word.is_empty())
        .all(|word| {
            let word = word.trim_matches('_');
            word.eq_ignore_ascii_case("comment") || word.eq_ignore_ascii_case("rem")
        })
}

fn is_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
