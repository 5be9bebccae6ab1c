//! What can be wrong with a configuration file, and where.
//!
//! In: problems met while a file is read. Out: [`ConfigError`]s that name file,
//! line, column and key, and never quote more of the file than that.

#[cfg(test)]
mod tests;

use std::io;

use thiserror::Error;

use crate::finding::printable;
use crate::rule::RuleError;

/// Why a configuration cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("could not read the configuration {origin}: {source}")]
    Read {
        /// The file.
        origin: String,
        /// Why not.
        source: io::Error,
    },
    /// The file says something that does not work.
    #[error("{origin}:{place}: {problem}")]
    Invalid {
        /// The file.
        origin: String,
        /// Where in the file.
        place: Place,
        /// What is wrong.
        problem: Box<Problem>,
    },
}

/// A place in a configuration file, 1-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// What is wrong at a place.
#[derive(Debug, Error)]
pub enum Problem {
    /// No valid TOML.
    #[error("{0}")]
    Syntax(String),
    /// A key that is none.
    #[error("unknown key `{key}`{}", did_you_mean(.near, .known))]
    UnknownKey {
        /// The key.
        key: String,
        /// Keys it may stand for.
        near: Vec<String>,
        /// All keys that may stand here.
        known: Vec<String>,
    },
    /// A key that must be there.
    #[error("`{0}` is missing")]
    MissingKey(String),
    /// A value of the wrong type.
    #[error("{}expected {expected}", of(.key.as_deref()))]
    Type {
        /// The key, where it can be told.
        key: Option<String>,
        /// What should be there.
        expected: String,
    },
    /// A word that is no level.
    #[error("`{key}`: unknown level `{given}`{}", did_you_mean(.near, .known))]
    Level {
        /// The key.
        key: &'static str,
        /// The word.
        given: String,
        /// Levels it may stand for.
        near: Vec<String>,
        /// All levels.
        known: Vec<String>,
    },
    /// A word that is no class of skip that can be accepted.
    #[error("`class`: expected limited, failed or missing")]
    SkipClass,
    /// A path pattern that cannot work.
    #[error("`{key}`: {why}\nhelp: write patterns as in a .gitignore, without `!`")]
    Glob {
        /// The key.
        key: &'static str,
        /// Why.
        why: String,
    },
    /// A regex that does not compile.
    #[error("`{key}`: not a valid regex: {why}")]
    Regex {
        /// The key.
        key: &'static str,
        /// Why.
        why: String,
    },
    /// A regex that would allow everything.
    #[error("`regex` matches the empty text, and so everything")]
    EmptyRegex,
    /// Not a fingerprint.
    #[error("`fingerprint`: expected the 32 hex digits that a report shows")]
    Fingerprint,
    /// Something is allowed without a reason.
    #[error("`reason` is missing or empty\nhelp: say why this is fine, for whoever reads it next")]
    NoReason,
    /// An allow that would allow everything.
    #[error("an allow needs at least one of `rule`, `path`, `fingerprint` and `regex`")]
    EmptyAllow,
    /// A rule id that cannot be named in an allow.
    #[error("a rule id consists of lower-case letters, digits and dashes")]
    RuleId,
    /// A rule that breaks the contract, or is there already.
    #[error(transparent)]
    Rule(RuleError),
    /// An `except` that does not work.
    #[error("`except`: {}", .0.trim_start_matches("`except`: "))]
    Except(String),
    /// An id that no rule and no audit has.
    #[error(
        "`{key}`: unknown rule `{id}`{}\nhelp: `hubsweep rules list` shows all of them",
        did_you_mean(.near, &[])
    )]
    UnknownRule {
        /// The key.
        key: &'static str,
        /// The id.
        id: String,
        /// Ids it may stand for.
        near: Vec<String>,
    },
    /// A kind of personal data that is none.
    #[error(
        "unknown personal data `{entity}`{}\nhelp: `hubsweep rules list` shows all kinds",
        did_you_mean(.near, &[])
    )]
    UnknownEntity {
        /// The name.
        entity: String,
        /// Names it may stand for.
        near: Vec<String>,
    },
}

/// A word of the file as it may stand in a message: printable, and too short
/// to show the whole of a secret that was put in the wrong place.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 24;
    let mut shown: String = printable(text).chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

fn of(key: Option<&str>) -> String {
    key.map_or_else(String::new, |key| format!("`{key}`: "))
}

fn did_you_mean(near: &[String], known: &[String]) -> String {
    let (lead, words, tail) = match (near, known) {
        ([], []) => return String::new(),
        ([], known) => ("\nhelp: use one of ", known, ""),
        (near, _) => (", did you mean ", near, "?"),
    };
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    let joint = if tail.is_empty() { ", " } else { " or " };
    format!("{lead}{}{tail}", quoted.join(joint))
}
