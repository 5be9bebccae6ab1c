//! The result of one sweep.
//!
//! In: findings, skips and counts from the conductor. Out: what the report
//! formats print and what the exit code is made of.

use serde::Serialize;

use super::{Finding, Route};

/// Why something was not, or not wholly, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipClass {
    /// The user said so.
    Excluded,
    /// Not read on purpose: tensor bytes, image data.
    ByDesign,
    /// A limit was hit.
    Limited,
    /// Unreadable, corrupt or encrypted.
    Failed,
    /// Known but not here: an LFS object, a submodule.
    Missing,
}

impl SkipClass {
    /// Does a skip of this class make the scan incomplete?
    pub fn is_incomplete(self) -> bool {
        matches!(self, Self::Limited | Self::Failed | Self::Missing)
    }

    /// The class's word in every output and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Excluded => "excluded",
            Self::ByDesign => "by-design",
            Self::Limited => "limited",
            Self::Failed => "failed",
            Self::Missing => "missing",
        }
    }
}

/// Something that was not, or not wholly, read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skip {
    /// Why, as a class.
    pub class: SkipClass,
    /// Path with `/`, relative to what was scanned.
    pub path: String,
    /// Part of the file, where it is a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
    /// Why, in words.
    pub why: String,
    /// Reason given by an `[[allow-skip]]` that accepts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
}

impl Skip {
    /// A skip of a whole file.
    pub fn new(class: SkipClass, path: &str, why: impl Into<String>) -> Self {
        Self {
            class,
            path: path.to_owned(),
            route: None,
            why: why.into(),
            accepted: None,
        }
    }

    /// Does this skip make the scan incomplete?
    pub fn is_incomplete(&self) -> bool {
        self.class.is_incomplete() && self.accepted.is_none()
    }
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Files opened.
    pub files: u64,
    /// Distinct objects read (the same as files outside git history).
    pub objects: u64,
    /// Files an earlier sweep found nothing in, and that were not read again.
    pub reused: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Files without a reader, swept as raw bytes.
    pub raw: u64,
    /// Fragments scanned.
    pub fragments: u64,
}

/// One sweep, judged.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What was scanned, as given.
    pub roots: Vec<String>,
    /// Number of rules that ran.
    pub rules: usize,
    /// Reported findings, in report order.
    pub findings: Vec<Finding>,
    /// Findings an allow suppressed.
    pub suppressed: Vec<Finding>,
    /// What was not, or not wholly, read.
    pub skipped: Vec<Skip>,
    /// What was read.
    pub coverage: Coverage,
    /// Things to tell the user about the run itself (unused allows, …).
    pub notices: Vec<String>,
    /// Was the sweep interrupted?
    pub interrupted: bool,
}

impl Report {
    /// Was everything read that should be?
    pub fn is_complete(&self) -> bool {
        !self.interrupted && !self.skipped.iter().any(Skip::is_incomplete)
    }

    /// Does any finding hit the gate?
    pub fn blocks(&self) -> bool {
        self.findings.iter().any(Finding::blocks)
    }
}

impl Coverage {
    /// Count what another part read.
    pub fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.objects += other.objects;
        self.reused += other.reused;
        self.bytes += other.bytes;
        self.raw += other.raw;
        self.fragments += other.fragments;
    }
}
