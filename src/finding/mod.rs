//! What a sweep says: findings, skips, coverage, and the report that holds them.
//!
//! In: matches of the engine and results of the audits. Out: [`Report`], which
//! every format under `report/` prints and the gate judges. Nothing here reads
//! files or knows a rule.

mod fingerprint;
pub mod inspection;
mod location;
pub mod profile;
mod report;
mod secret;
mod severity;
mod snippet;

pub use fingerprint::{Basis, Fingerprint, FingerprintKey};
pub use inspection::{Column, Content, Entry, Import, Inspection, List, Member, Operator, Tensor};
pub use location::{Location, Origin, OriginKind, Route, Span};
pub use report::{Coverage, Report, Skip, SkipClass};
pub use secret::{Secret, printable};
pub use severity::{Confidence, Severity, UnknownLevel};
pub use snippet::Snippet;

use std::borrow::Cow;

use serde::Serialize;

/// What family a finding belongs to; decides how reports group it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// A credential.
    Secret,
    /// Something about a person: e-mail, later phone, card, national id.
    PersonalData,
    /// An absolute path, private bucket or internal host.
    HardcodedPath,
    /// A file that does not belong in a Hub repository.
    StrayFile,
    /// A model or data file that can run code when it is loaded, or whose shape
    /// no honest writer produces.
    UnsafeFile,
    /// The shape of the repository: card, licence, LFS rules, sizes, links.
    Repository,
}

/// Whose personal data it is; only [`Class::Real`] can block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// A person's own.
    Real,
    /// The author of the work, named on purpose.
    Author,
    /// A role mailbox such as `security@`.
    Role,
    /// Not an address of a person at all: `git@host`.
    Infra,
    /// Reserved for documentation.
    Placeholder,
    /// Of a private network: tells how one's own is built.
    Private,
}

/// What the policy made of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// At or above the gate.
    Block,
    /// Reported, below the gate.
    Report,
    /// Suppressed by an allow.
    Allowed {
        /// What allowed it: `inline`, or the file that holds the allow.
        by: String,
        /// The reason given there.
        reason: Option<String>,
    },
    /// Known to the baseline: it was there when the baseline was made.
    Baselined {
        /// The reason given there.
        reason: Option<String>,
        /// Who sees to it.
        owner: Option<String>,
    },
}

impl Verdict {
    /// Is a finding with this verdict counted instead of reported?
    pub fn suppresses(&self) -> bool {
        matches!(self, Self::Allowed { .. } | Self::Baselined { .. })
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Rule or audit id.
    pub rule: String,
    /// What was found, as a short noun phrase.
    pub description: String,
    /// Family, for grouping.
    pub category: Category,
    /// Label under which reports fold findings of this kind into one line.
    pub group: String,
    /// How bad it is if it is real.
    pub severity: Severity,
    /// How sure we are that it is real.
    pub confidence: Confidence,
    /// Identity that survives moved lines and renamed files.
    pub fingerprint: Fingerprint,
    /// Where it is.
    pub location: Location,
    /// The same secret in further places of the same file.
    pub also: Vec<Location>,
    /// The secret, masked in every output.
    pub secret: Option<Secret>,
    /// The text around it, every match on the line masked.
    pub snippet: Option<Snippet>,
    /// The other parts of a secret that has several, such as a key's id.
    pub parts: Vec<Part>,
    /// Personal data: what kind (`email`).
    pub entity: Option<Cow<'static, str>>,
    /// Personal data: whose.
    pub class: Option<Class>,
    /// Personal data of a column: how much of it.
    pub values: Option<Values>,
    /// Bytes of the file, where the finding is about the file as such.
    pub size: Option<u64>,
    /// What the checks said.
    pub evidence: Vec<String>,
    /// Why it matters on the Hub.
    pub why: String,
    /// What to do about it.
    pub remediation: String,
    /// Where to read more.
    pub references: Vec<String>,
    /// Where the bytes came from.
    pub origins: Vec<Origin>,
    /// What the policy made of it.
    pub verdict: Verdict,
}

/// How much of a column is personal data of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Values {
    /// Values of the column, empty ones left out.
    pub count: u64,
    /// Values that hold it.
    pub rows: u64,
    /// Different ones.
    pub distinct: u64,
    /// Is that number exact, rather than an estimate?
    pub exact: bool,
    /// Forms of some of them, letters and digits replaced.
    pub samples: Vec<String>,
}

/// A part of a secret that stands apart from it, in the same file.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The rule that found it.
    pub rule: String,
    /// Its line, from 1.
    pub line: Option<u64>,
    /// Its column, from 1.
    pub column: Option<u64>,
    /// Its bytes in the file.
    pub span: Option<Span>,
    /// The part, masked in every output.
    pub secret: Option<Secret>,
}

impl Finding {
    /// Does this finding hit the gate?
    pub fn blocks(&self) -> bool {
        self.verdict == Verdict::Block
    }

    /// Key of the order in which reports list findings: path, offset, rule.
    pub fn order(&self) -> (&str, u64, &str, &str) {
        let route = self.location.route.as_ref().map_or("", Route::as_str);
        let start = self.location.span.map_or(0, |span| span.start);
        (&self.location.path, start, route, &self.rule)
    }
}
