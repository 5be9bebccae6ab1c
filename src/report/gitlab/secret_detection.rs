//! `gitlab-secret-detection`: GitLab's security report of type
//! `secret_detection`, schema 15.2.4.
//!
//! In: a report, and the time to print: GitLab refuses a report without one,
//! which makes this the only format with a time in it. Out: one document with
//! every place of every secret. What is no secret (paths, stray files, e-mail
//! addresses) is in the other format.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Place, places};
use crate::finding::{Category, Report, Severity};
use crate::report::json::Defused;
use crate::report::provenance::Provenance;
use crate::report::wording::{keep_characters, one_line, place as shown, rfc3339, skipped_place};

/// The schema's version.
const SCHEMA: &str = "15.2.4";
/// What GitLab's own analyzer writes where no commit is known.
const NO_COMMIT: &str = "0000000";
/// Most characters of a name, by the schema.
const NAME: usize = 255;
/// Most characters of a solution, by the schema.
const SOLUTION: usize = 7000;
/// Skips told one by one.
const MESSAGES: usize = 50;
/// Refs named of one place.
const REFS: usize = 10;

/// Write the document. `time` is in seconds since 1970.
pub(in crate::report) fn write(report: &Report, time: i64, out: &mut dyn Write) -> io::Result<()> {
    // The schema wants the time without its zone, which is UTC.
    let time = rfc3339(time).trim_end_matches('Z').to_owned();
    let tool = json!({
        "id": env!("CARGO_PKG_NAME"),
        "name": env!("CARGO_PKG_NAME"),
        "url": env!("CARGO_PKG_REPOSITORY"),
        "vendor": { "name": env!("CARGO_PKG_NAME") },
        "version": env!("CARGO_PKG_VERSION"),
    });
    let secrets = places(report, |finding| finding.category == Category::Secret);
    let document = json!({
        "version": SCHEMA,
        "scan": {
            "analyzer": tool,
            "scanner": tool,
            "type": "secret_detection",
            "start_time": time,
            "end_time": time,
            "status": if report.is_complete() { "success" } else { "failure" },
            "messages": messages(report),
        },
        "vulnerabilities": secrets.iter().map(vulnerability).collect::<Vec<_>>(),
        "remediations": [],
    });
    serde_json::to_writer_pretty(Defused(&mut *out), &document)?;
    writeln!(out)
}

fn vulnerability(place: &Place<'_>) -> Value {
    let finding = place.finding;
    let mut description = place.what();
    if !finding.why.is_empty() {
        description = format!("{description}. {}", one_line(&finding.why));
    }
    let mut value = json!({
        "id": uuid(&place.identity),
        "category": "secret_detection",
        "name": keep_characters(&one_line(&finding.description), NAME),
        "description": description,
        "severity": severity(finding.severity),
        "location": {
            "file": place.path,
            "start_line": place.line(),
            "commit": commit(place),
        },
        "identifiers": [{
            "type": "hubsweep_rule_id",
            "name": format!("hubsweep rule {}", finding.rule),
            "value": finding.rule,
        }],
        "details": details(place),
    });
    if !finding.remediation.is_empty() {
        value["solution"] = json!(keep_characters(&one_line(&finding.remediation), SOLUTION));
    }
    let links: Vec<Value> = finding
        .references
        .iter()
        .filter(|link| link.starts_with("https://"))
        .map(|link| json!({ "url": link }))
        .collect();
    if !links.is_empty() {
        value["links"] = json!(links);
    }
    // GitLab means the line as it is; ours never leaves unmasked.
    if let Some(snippet) = &finding.snippet {
        value["raw_source_code_extract"] = json!(snippet);
    }
    value
}

fn commit(place: &Place<'_>) -> Value {
    let Some(provenance) = Provenance::of_finding(place.finding) else {
        return json!({ "sha": NO_COMMIT });
    };
    let mut commit = json!({ "sha": provenance.first.commit });
    if let Some(time) = provenance.first.time {
        commit["date"] = json!(rfc3339(time));
    }
    commit
}

/// What GitLab shows as a table below the description.
fn details(place: &Place<'_>) -> Value {
    let finding = place.finding;
    let mut rows = vec![
        ("place", "Place", shown(place.location)),
        ("confidence", "Confidence", finding.confidence.to_string()),
        (
            "fingerprint",
            "Fingerprint",
            finding.fingerprint.to_string(),
        ),
    ];
    if let Some(provenance) = Provenance::of_finding(finding) {
        rows.push(("refs", "On", provenance.named(REFS).join(", ")));
        if let Some(head) = provenance.head() {
            rows.push(("head", "State", head.to_owned()));
        }
        if !provenance.published.is_empty() {
            rows.push(("published", "Already on", provenance.remotes()));
        }
    }
    let rows = rows.into_iter().map(|(key, name, value)| {
        let row = json!({ "type": "text", "name": name, "value": value });
        (key.to_owned(), row)
    });
    Value::Object(rows.collect::<Map<_, _>>())
}

/// What kept the sweep from being complete, and what the user must know.
fn messages(report: &Report) -> Vec<Value> {
    let warn = |text: String| json!({ "level": "warn", "value": text });
    let unread = report.skipped.iter().filter(|skip| skip.is_incomplete());
    let mut all: Vec<Value> = unread
        .clone()
        .take(MESSAGES)
        .map(|skip| {
            let class = skip.class.as_str();
            warn(format!(
                "{} ({class}): {}",
                skipped_place(skip),
                one_line(&skip.why)
            ))
        })
        .collect();
    let more = unread.count().saturating_sub(MESSAGES);
    if more > 0 {
        all.push(warn(format!("{more} more were not fully read")));
    }
    if report.interrupted {
        all.push(warn("interrupted: results are partial".to_owned()));
    }
    all.extend(report.notices.iter().map(|notice| warn(one_line(notice))));
    all
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Info => "Info",
    }
}

/// 32 hex digits as a UUID of version 8, the one made by a rule of one's own.
fn uuid(hex: &str) -> String {
    let mut text = String::with_capacity(36);
    for (index, digit) in hex.chars().enumerate() {
        if [8, 12, 16, 20].contains(&index) {
            text.push('-');
        }
        text.push(match index {
            12 => '8',
            16 => char::from(b"89ab"[(digit.to_digit(16).unwrap_or(0) % 4) as usize]),
            _ => digit,
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_becomes_a_uuid() {
        assert_eq!(
            uuid("0123456789abcdef0123456789abcdef"),
            "01234567-89ab-8def-8123-456789abcdef"
        );
    }
}
