//! Reports: one format, one file.
//!
//! In: a judged [`Report`] and the [`Style`] of the terminal or file it goes
//! to. Out: bytes. Nothing here decides anything; secrets arrive masked and
//! leave masked.

mod facts;
mod github;
mod gitlab;
pub mod inspection;
mod json;
mod jsonl;
mod markdown;
mod plan;
pub mod profile;
mod provenance;
mod sarif;
#[cfg(test)]
mod tests;
mod text;
mod wording;

pub(crate) use plan::shell::word as shell_word;
pub(crate) use text::labelled;
pub(crate) use text::line::{Line, Prose, Tint, keep_start};
pub(crate) use text::verdict;

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use thiserror::Error;

use crate::finding::{Finding, Report, Severity, Verdict};

/// A word that names no report format.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("unknown report format `{0}`\nhelp: use one of {all}", all = words())]
pub struct UnknownFormat(String);

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For a person at a terminal.
    Text,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitHub workflow commands, which become annotations.
    Github,
    /// GitLab's code quality report.
    GitlabCodequality,
    /// GitLab's secret detection report.
    GitlabSecretDetection,
    /// For a person: the report of an audit, with its clean-up plan.
    Markdown,
}

impl Format {
    /// All formats, in the order they are documented.
    pub const ALL: &'static [Self] = &[
        Self::Text,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Github,
        Self::GitlabCodequality,
        Self::GitlabSecretDetection,
        Self::Markdown,
    ];

    /// The format's word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::GitlabCodequality => "gitlab-codequality",
            Self::GitlabSecretDetection => "gitlab-secret-detection",
            Self::Markdown => "markdown",
        }
    }
}

/// The words of all formats, as a list.
fn words() -> String {
    let words: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
    words.join(", ")
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .iter()
            .copied()
            .find(|format| format.as_str() == word)
            .ok_or_else(|| UnknownFormat(word.to_owned()))
    }
}

/// How much a text report says, and how.
#[derive(Clone, Debug)]
pub struct Style {
    /// Columns to fill; a report is never narrower than 40.
    pub width: usize,
    /// Use terminal colours?
    pub color: bool,
    /// List warnings, notes and skips one by one?
    pub verbose: bool,
    /// Only what blocks, and the verdict?
    pub quiet: bool,
    /// Commands to try next, shown before the verdict.
    pub hints: Vec<String>,
    /// The gate in words: `high, medium confidence`.
    pub gate: String,
    /// The time a format prints that must have one, in seconds since 1970.
    pub time: i64,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            width: 80,
            color: false,
            verbose: false,
            quiet: false,
            hints: Vec::new(),
            gate: String::new(),
            time: 0,
        }
    }
}

/// Write a report; only [`Format::Text`] looks at all of the style. Only
/// [`Format::GitlabSecretDetection`] prints a time.
pub fn write(
    report: &Report,
    format: Format,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::write(report, style, out),
        Format::Json => json::write(report, out),
        Format::Jsonl => jsonl::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(report, style, out),
        Format::GitlabCodequality => gitlab::code_quality::write(report, out),
        Format::GitlabSecretDetection => gitlab::secret_detection::write(report, style.time, out),
        Format::Markdown => markdown::write(report, style, out),
    }
}

/// What a finding asks of its reader, in the scale all formats share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// Worth knowing.
    Note,
    /// Below the gate, but to be looked at.
    Warning,
    /// At or above the gate.
    Block,
}

impl Weight {
    fn of(finding: &Finding) -> Self {
        match (&finding.verdict, finding.severity) {
            (Verdict::Block, _) => Self::Block,
            (_, Severity::Info) => Self::Note,
            _ => Self::Warning,
        }
    }
}
