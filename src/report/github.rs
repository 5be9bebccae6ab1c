//! `github`: workflow commands that GitHub shows as annotations.
//!
//! In: a report. Out: at most [`MOST`] commands, worst first, and one plain
//! line that sums up.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::provenance::Provenance;
use super::text::verdict;
use super::wording::{evidence, from_here, inside, one_line, place, skipped_place};
use super::{Style, Weight};
use crate::finding::{Finding, Report, Skip, printable};

/// GitHub shows few annotations a step; more would only bury the worst.
const MOST: usize = 50;

/// Further places named in one annotation.
const PLACES: usize = 10;

/// Refs named in one annotation.
const REFS: usize = 5;

/// One annotation, its properties and message not yet escaped.
struct Annotation {
    command: &'static str,
    path: String,
    line: Option<u64>,
    column: Option<u64>,
    title: String,
    message: String,
}

/// Write the annotations and the verdict.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| {
        Reverse((Weight::of(finding), finding.severity, finding.confidence))
    });
    let blocking = findings.iter().filter(|finding| finding.blocks()).count();
    let (blocking, others) = findings.split_at(blocking);
    // What was not read may hide something worse than the warnings.
    let annotations = blocking
        .iter()
        .map(|finding| of_finding(finding))
        .chain(
            report
                .skipped
                .iter()
                .filter(|skip| skip.is_incomplete())
                .map(of_skip),
        )
        .chain(report.notices.iter().map(|notice| of_notice(notice)))
        .chain(others.iter().map(|finding| of_finding(finding)));
    let mut left_out = 0;
    for (index, mut annotation) in annotations.enumerate() {
        if index < MOST {
            annotation.path = from_here(&annotation.path, &report.roots);
            annotation.write(out)?;
        } else {
            left_out += 1;
        }
    }
    let mut summary = verdict(report, style);
    if left_out > 0 {
        let _ = write!(summary, " · {left_out} more not annotated");
    }
    writeln!(out, "hubsweep: {summary}")
}

fn of_finding(finding: &Finding) -> Annotation {
    let command = match (Weight::of(finding), finding.severity) {
        (Weight::Block, _) => "error",
        (Weight::Warning, severity) if severity >= crate::finding::Severity::Medium => "warning",
        _ => "notice",
    };
    let mut message = one_line(&finding.description);
    if let Some(secret) = &finding.secret {
        let _ = write!(message, " {secret}");
    }
    if finding.location.route.is_some() || finding.location.line.is_none() {
        let inside = inside(&finding.location);
        if !inside.is_empty() {
            let _ = write!(message, " at {}", inside.trim_start());
        }
    }
    let evidence = evidence(finding);
    if !evidence.is_empty() {
        let _ = write!(message, " ({evidence})");
    }
    let _ = write!(message, " [{}]", printable(&finding.rule));
    for (label, text) in [("", &finding.why), ("fix: ", &finding.remediation)] {
        if !text.is_empty() {
            let _ = write!(message, "\n{label}{}", one_line(text));
        }
    }
    for also in finding.also.iter().take(PLACES) {
        let _ = write!(message, "\nalso at {}", place(also));
    }
    if let Some(provenance) = Provenance::of_finding(finding) {
        let _ = write!(message, "\ncommit {}", provenance.words(REFS));
        if !provenance.published.is_empty() {
            let _ = write!(message, "; already on {}", provenance.remotes());
        }
    }
    Annotation {
        command,
        path: printable(&finding.location.path),
        line: finding.location.line,
        column: finding.location.column,
        title: one_line(&finding.description),
        message,
    }
}

fn of_skip(skip: &Skip) -> Annotation {
    Annotation {
        command: "warning",
        path: printable(&skip.path),
        line: None,
        column: None,
        title: "not fully read".to_owned(),
        message: format!(
            "{}: {} ({})",
            skipped_place(skip),
            one_line(&skip.why),
            skip.class.as_str()
        ),
    }
}

/// A change that lowers the gate is what a reviewer has to see.
fn of_notice(notice: &str) -> Annotation {
    let lowers = notice.contains("lowers the gate");
    Annotation {
        command: if lowers { "warning" } else { "notice" },
        path: String::new(),
        line: None,
        column: None,
        title: "hubsweep".to_owned(),
        message: one_line(notice),
    }
}

impl Annotation {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "::{} ", self.command)?;
        if !self.path.is_empty() {
            write!(out, "file={},", property(&self.path))?;
        }
        if let Some(line) = self.line {
            write!(out, "line={line},")?;
            if let Some(column) = self.column {
                write!(out, "col={column},")?;
            }
        }
        writeln!(
            out,
            "title={}::{}",
            property(&self.title),
            data(&self.message)
        )
    }
}

/// A command's message: `%` first, then what would end the line.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A command's property: also what would end the property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_command_is_escaped() {
        assert_eq!(data("50%\r\nx: a,b"), "50%25%0D%0Ax: a,b");
        assert_eq!(property("a%:b,c\n"), "a%25%3Ab%2Cc%0A");
    }
}
