//! `sarif`: SARIF 2.1.0, for code scanning and security dashboards.
//!
//! In: a report. Out: one run. Rules are those that found something, with help
//! in Markdown; a route is a logical location; a skip is a notification of the
//! tool; an allowed finding is a suppressed result.

mod rules;

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::Weight;
use super::json::{Defused, Each};
use super::wording::{evidence, one_line, skipped_place};
use crate::finding::{
    Finding, Location, Report, Route, Severity, Skip, SkipClass, Verdict, printable,
};
use rules::Rules;

/// Where SARIF paths start.
const ROOT: &str = "%SRCROOT%";

/// Write the log.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let rules = Rules::of(report);
    let roots: Vec<String> = report.roots.iter().map(|root| printable(root)).collect();
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: json!({ "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.descriptors(),
            }}),
            invocations: [json!({
                "executionSuccessful": !report.interrupted,
                "toolExecutionNotifications": notifications(report),
            })],
            bases: json!({ ROOT: {
                "description": { "text": format!("what was scanned: {}", roots.join(", ")) },
            }}),
            column_kind: "unicodeCodePoints",
            results: Results {
                report,
                rules: &rules,
            },
        }],
    };
    serde_json::to_writer_pretty(Defused(&mut *out), &log)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Value,
    invocations: [Value; 1],
    #[serde(rename = "originalUriBaseIds")]
    bases: Value,
    column_kind: &'static str,
    results: Results<'a>,
}

/// The results, written one by one.
struct Results<'a> {
    report: &'a Report,
    rules: &'a Rules<'a>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let findings = self.report.findings.iter().chain(&self.report.suppressed);
        serializer.collect_seq(findings.map(|finding| result(finding, self.rules)))
    }
}

/// The level of one finding.
fn level(finding: &Finding) -> &'static str {
    match (Weight::of(finding), finding.severity) {
        (Weight::Block, _) => "error",
        (Weight::Warning, severity) if severity >= Severity::Medium => "warning",
        _ => "note",
    }
}

fn result(finding: &Finding, rules: &Rules<'_>) -> Value {
    let mut text = one_line(&finding.description);
    if let Some(secret) = &finding.secret {
        let _ = write!(text, " {secret}");
    }
    let evidence = evidence(finding);
    if !evidence.is_empty() {
        let _ = write!(text, " ({evidence})");
    }
    if !finding.why.is_empty() {
        let _ = write!(text, ". {}", one_line(&finding.why));
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding),
        "level": level(finding),
        "message": { "text": message(&text) },
        "locations": [location(&finding.location)],
        "partialFingerprints": { "hubsweep/v1": finding.fingerprint },
        "properties": {
            "severity": finding.severity,
            "confidence": finding.confidence,
            "secret": finding.secret,
            "snippet": finding.snippet,
            "entity": finding.entity,
            "class": finding.class,
            "evidence": finding.evidence,
        },
    });
    // Outside git an origin says nothing that the location does not.
    if finding.origins.iter().any(|origin| origin.commit.is_some()) {
        result["properties"]["origins"] = json!(Each(&finding.origins));
    }
    if !finding.also.is_empty() {
        let also = finding.also.iter().enumerate().map(|(index, place)| {
            let mut related = location(place);
            related["id"] = json!(index + 1);
            related["message"] = json!({ "text": "the same secret" });
            related
        });
        result["relatedLocations"] = also.collect();
    }
    if let Some(suppression) = suppression(&finding.verdict) {
        result["suppressions"] = json!([suppression]);
    }
    result
}

fn suppression(verdict: &Verdict) -> Option<Value> {
    let (kind, by, reason) = match verdict {
        Verdict::Block | Verdict::Report => return None,
        Verdict::Allowed { by, reason } if by == "inline" => ("inSource", by.as_str(), reason),
        Verdict::Allowed { by, reason } => ("external", by.as_str(), reason),
        Verdict::Baselined { reason, .. } => ("external", "baseline", reason),
    };
    let mut suppression = json!({ "kind": kind, "properties": { "by": by } });
    if let Some(reason) = reason {
        suppression["justification"] = json!(reason);
    }
    Some(suppression)
}

fn location(location: &Location) -> Value {
    let mut region = Map::new();
    if let Some(line) = location.line {
        region.insert("startLine".to_owned(), json!(line));
        if let Some(column) = location.column {
            region.insert("startColumn".to_owned(), json!(column));
        }
    } else if let Some(span) = location.span {
        region.insert("byteOffset".to_owned(), json!(span.start));
        let length = span.end.saturating_sub(span.start);
        region.insert("byteLength".to_owned(), json!(length));
    }
    let mut value = place(&location.path, location.route.as_ref());
    if !region.is_empty() {
        value["physicalLocation"]["region"] = Value::Object(region);
    }
    value
}

fn place(path: &str, route: Option<&Route>) -> Value {
    let mut value = json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(path), "uriBaseId": ROOT },
    }});
    if let Some(route) = route.filter(|route| !route.is_root()) {
        value["logicalLocations"] = json!([{
            "name": route,
            "fullyQualifiedName": format!("{path}!{route}"),
        }]);
    }
    value
}

fn notifications(report: &Report) -> Vec<Value> {
    let mut all: Vec<Value> = report.skipped.iter().map(notification).collect();
    all.extend(report.notices.iter().map(
        |notice| json!({ "level": "note", "message": { "text": message(&one_line(notice)) } }),
    ));
    if report.interrupted {
        all.push(json!({
            "level": "error",
            "message": { "text": "the sweep was interrupted: results are partial" },
        }));
    }
    all
}

fn notification(skip: &Skip) -> Value {
    let mut text = format!(
        "{} ({}): {}",
        skipped_place(skip),
        skip.class.as_str(),
        one_line(&skip.why)
    );
    if let Some(reason) = &skip.accepted {
        let _ = write!(text, "; accepted: {}", one_line(reason));
    }
    let level = match skip.class {
        _ if skip.is_incomplete() => "warning",
        SkipClass::Excluded | SkipClass::ByDesign => "none",
        _ => "note",
    };
    json!({
        "descriptor": { "id": format!("skip/{}", skip.class.as_str()) },
        "level": level,
        "message": { "text": message(&text) },
        "locations": [place(&skip.path, skip.route.as_ref())],
    })
}

/// Message text: braces are placeholders and brackets are links in SARIF.
fn message(text: &str) -> String {
    text.replace('{', "{{")
        .replace('}', "}}")
        .replace('[', "\\[")
        .replace(']', "\\]")
}

/// A relative URI reference: everything but unreserved bytes and `/` escaped.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for &byte in path.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_relative_uris() {
        assert_eq!(uri("a b/ü:%.py"), "a%20b/%C3%BC%3A%25.py");
    }

    #[test]
    fn message_text_has_no_links_or_placeholders() {
        assert_eq!(message("a {0} [b](c)"), "a {{0}} \\[b\\](c)");
    }
}
