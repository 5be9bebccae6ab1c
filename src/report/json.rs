//! `json`: the whole sweep as one document.
//!
//! In: a report. Out: pretty JSON. The records here are the stable machine
//! form that `jsonl` shares; every key is always there, `null` where a thing
//! has no such property.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::facts::{self, Facts};
use super::plan::{self, Step};
use super::wording::rfc3339;
use crate::finding::{
    Class, Confidence, Coverage, Finding, Fingerprint, Location, Origin, OriginKind, Part, Report,
    Route, Secret, Severity, Skip, SkipClass, Snippet, Span, Values, Verdict, printable,
};

/// Version of the keys below.
pub(super) const SCHEMA: u32 = 1;

/// Write the document.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let leaks = facts::leaks(report);
    let document = Document {
        schema: SCHEMA,
        tool: Tool::of(report),
        roots: &report.roots,
        summary: Facts::of(report, &leaks),
        findings: Each(&report.findings),
        suppressed: Each(&report.suppressed),
        skipped: Each(&report.skipped),
        notices: &report.notices,
        coverage: CoverageRecord::of(report),
        plan: plan::steps(report, &leaks),
    };
    serde_json::to_writer_pretty(Defused(&mut *out), &document)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    tool: Tool,
    roots: &'a [String],
    summary: Facts,
    findings: Each<'a, Finding>,
    suppressed: Each<'a, Finding>,
    skipped: Each<'a, Skip>,
    notices: &'a [String],
    coverage: CoverageRecord,
    plan: Vec<Step>,
}

/// A list written record by record, never held as records.
pub(super) struct Each<'a, T>(pub(super) &'a [T]);

impl Serialize for Each<'_, Finding> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(FindingRecord::of))
    }
}

impl Serialize for Each<'_, Part> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(PartRecord::of))
    }
}

impl Serialize for Each<'_, Skip> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(SkipRecord::of))
    }
}

impl Serialize for Each<'_, Origin> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(OriginRecord::of))
    }
}

impl Serialize for Each<'_, Location> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(LocationRecord::of))
    }
}

/// Who made the report.
#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
    rules: usize,
}

impl Tool {
    pub(super) fn of(report: &Report) -> Self {
        Self::with(report.rules)
    }

    /// With so many rules.
    pub(super) fn with(rules: usize) -> Self {
        Self {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            rules,
        }
    }
}

/// A finding.
#[derive(Serialize)]
pub(super) struct FindingRecord<'a> {
    rule: &'a str,
    severity: Severity,
    confidence: Confidence,
    #[serde(flatten)]
    location: LocationRecord<'a>,
    also: Each<'a, Location>,
    secret: Option<&'a Secret>,
    parts: Each<'a, Part>,
    snippet: Option<&'a Snippet>,
    entity: Option<&'a str>,
    class: Option<Class>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<&'a Values>,
    size: Option<u64>,
    fingerprint: &'a Fingerprint,
    evidence: &'a [String],
    remediation: &'a str,
    origins: Each<'a, Origin>,
    verdict: &'static str,
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
}

impl<'a> FindingRecord<'a> {
    pub(super) fn of(finding: &'a Finding) -> Self {
        let (verdict, by, reason) = match &finding.verdict {
            Verdict::Block => ("block", None, None),
            Verdict::Report => ("report", None, None),
            Verdict::Allowed { by, reason } => ("allowed", Some(by.as_str()), reason.as_deref()),
            Verdict::Baselined { reason, owner } => {
                ("baselined", owner.as_deref(), reason.as_deref())
            }
        };
        Self {
            rule: &finding.rule,
            severity: finding.severity,
            confidence: finding.confidence,
            location: LocationRecord::of(&finding.location),
            also: Each(&finding.also),
            secret: finding.secret.as_ref(),
            parts: Each(&finding.parts),
            snippet: finding.snippet.as_ref(),
            entity: finding.entity.as_deref(),
            class: finding.class,
            values: finding.values.as_ref(),
            size: finding.size,
            fingerprint: &finding.fingerprint,
            evidence: &finding.evidence,
            remediation: &finding.remediation,
            origins: Each(&finding.origins),
            verdict,
            reason,
            by,
        }
    }
}

#[derive(Serialize)]
struct LocationRecord<'a> {
    path: &'a str,
    route: Option<&'a Route>,
    line: Option<u64>,
    column: Option<u64>,
    span: Option<Span>,
}

impl<'a> LocationRecord<'a> {
    fn of(location: &'a Location) -> Self {
        Self {
            path: &location.path,
            route: location.route.as_ref(),
            line: location.line,
            column: location.column,
            span: location.span,
        }
    }
}

/// Another part of a secret.
#[derive(Serialize)]
struct PartRecord<'a> {
    rule: &'a str,
    line: Option<u64>,
    column: Option<u64>,
    span: Option<Span>,
    secret: Option<&'a Secret>,
}

impl<'a> PartRecord<'a> {
    fn of(part: &'a Part) -> Self {
        Self {
            rule: &part.rule,
            line: part.line,
            column: part.column,
            span: part.span,
            secret: part.secret.as_ref(),
        }
    }
}

/// Where bytes came from; the git properties have no value outside git.
#[derive(Serialize)]
struct OriginRecord<'a> {
    kind: OriginKind,
    commit: Option<&'a str>,
    time: Option<String>,
    refs: Option<&'a [String]>,
    path: Option<&'a str>,
    in_head: Option<bool>,
    published: Option<&'a [String]>,
}

impl<'a> OriginRecord<'a> {
    fn of(origin: &'a Origin) -> Self {
        // A list without entries says that there are none; outside git nothing
        // is known of any.
        let known = origin.commit.is_some();
        Self {
            kind: origin.kind,
            commit: origin.commit.as_deref(),
            time: origin.time.map(rfc3339),
            refs: known.then_some(&origin.refs[..]),
            path: origin.path.as_deref(),
            in_head: origin.in_head,
            published: known.then_some(&origin.published[..]),
        }
    }
}

/// Something that was not, or not wholly, read.
#[derive(Serialize)]
pub(super) struct SkipRecord<'a> {
    class: SkipClass,
    path: &'a str,
    route: Option<&'a Route>,
    why: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<&'a str>,
}

impl<'a> SkipRecord<'a> {
    pub(super) fn of(skip: &'a Skip) -> Self {
        Self {
            class: skip.class,
            path: &skip.path,
            route: skip.route.as_ref(),
            why: &skip.why,
            accepted: skip.accepted.as_deref(),
        }
    }
}

/// What was read, and whether that was everything.
#[derive(Serialize)]
pub(super) struct CoverageRecord {
    files: u64,
    objects: u64,
    reused: u64,
    bytes: u64,
    raw: u64,
    fragments: u64,
    skipped: usize,
    complete: bool,
}

impl CoverageRecord {
    pub(super) fn of(report: &Report) -> Self {
        let Coverage {
            files,
            objects,
            reused,
            bytes,
            raw,
            fragments,
        } = report.coverage;
        Self {
            files,
            objects,
            reused,
            bytes,
            raw,
            fragments,
            skipped: report.skipped.len(),
            complete: report.is_complete(),
        }
    }
}

/// Writes JSON that a terminal will not act on. Paths must stay exact for
/// machines, so what [`printable`] would replace becomes a `\u` escape. JSON
/// holds such characters inside strings only, and its writer never splits one.
pub(super) struct Defused<W>(pub(super) W);

impl<W: Write> Write for Defused<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_ascii() && !bytes.contains(&0x7f) {
            self.0.write_all(bytes)?;
            return Ok(bytes.len());
        }
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        for c in text.chars() {
            let mut utf8 = [0; 4];
            let shown: &str = c.encode_utf8(&mut utf8);
            if c.is_ascii_whitespace() || printable(shown) == shown {
                self.0.write_all(shown.as_bytes())?;
            } else {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(self.0, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
