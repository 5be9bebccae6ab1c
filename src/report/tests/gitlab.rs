//! The two GitLab formats: their snapshots, and what GitLab asks of them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::audited::audited;
use super::{style, written};
use crate::finding::Report;
use crate::report::{Format, Style};

/// A report with a time, parsed.
fn parsed(report: &Report, format: Format) -> Value {
    let style = Style {
        time: 1_772_366_400,
        ..style(80)
    };
    serde_json::from_str(&written(report, format, &style)).unwrap()
}

fn assert_valid(schema: &Value, document: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// What GitLab documents of a code quality report.
fn code_quality_schema() -> Value {
    json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": { "type": "string", "minLength": 1 },
                "check_name": { "type": "string", "minLength": 1 },
                "fingerprint": { "type": "string", "pattern": "^[0-9a-f]{32}$" },
                "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": { "type": "string", "pattern": "^[^/.]|^\\.[^/]" },
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": { "begin": { "type": "integer", "minimum": 1 } }
                        }
                    }
                }
            }
        }
    })
}

/// What schema 15.2.4 of the secret detection report asks of the parts that are
/// written here.
fn secret_detection_schema() -> Value {
    let name = json!({ "type": "string", "minLength": 1 });
    let time = json!({ "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$" });
    let tool = json!({
        "type": "object",
        "required": ["id", "name", "version", "vendor"],
        "properties": {
            "id": name, "name": name, "version": name,
            "url": { "type": "string", "pattern": "^https?://.+" },
            "vendor": { "type": "object", "required": ["name"], "properties": { "name": name } }
        }
    });
    json!({
        "type": "object",
        "required": ["scan", "version", "vulnerabilities"],
        "properties": {
            "version": { "type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$" },
            "scan": {
                "type": "object",
                "required": ["analyzer", "end_time", "scanner", "start_time", "status", "type"],
                "properties": {
                    "analyzer": tool, "scanner": tool,
                    "start_time": time, "end_time": time,
                    "status": { "enum": ["success", "failure"] },
                    "type": { "enum": ["secret_detection"] },
                    "messages": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["level", "value"],
                            "properties": { "level": { "enum": ["info", "warn", "fatal"] }, "value": name }
                        }
                    }
                }
            },
            "vulnerabilities": { "type": "array", "items": vulnerability_schema(&name) },
            "remediations": { "type": "array" }
        }
    })
}

fn vulnerability_schema(name: &Value) -> Value {
    let detail = json!({
        "type": "object",
        "required": ["name", "type", "value"],
        "properties": { "name": name, "type": { "const": "text" }, "value": { "type": "string" } }
    });
    json!({
        "type": "object",
        "required": ["id", "identifiers", "location"],
        "properties": {
            "id": { "type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" },
            "name": { "type": "string", "maxLength": 255 },
            "description": { "type": "string", "maxLength": 1_048_576 },
            "severity": { "enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"] },
            "solution": { "type": "string", "maxLength": 7000 },
            "identifiers": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["type", "name", "value"],
                    "properties": { "type": name, "name": name, "value": name }
                }
            },
            "links": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["url"],
                    "properties": { "url": { "type": "string", "pattern": "^(https?|ftp)://.+" } }
                }
            },
            "details": { "type": "object", "additionalProperties": detail },
            "location": {
                "type": "object",
                "required": ["commit"],
                "properties": {
                    "file": { "type": "string" },
                    "start_line": { "type": "number" },
                    "commit": {
                        "type": "object",
                        "required": ["sha"],
                        "properties": { "sha": name, "date": { "type": "string" } }
                    }
                }
            },
            "raw_source_code_extract": { "type": "string" }
        }
    })
}

fn distinct<'a>(list: &'a Value, key: &str) -> BTreeSet<&'a str> {
    let entries = list.as_array().unwrap();
    let all: BTreeSet<&str> = entries
        .iter()
        .map(|entry| entry[key].as_str().unwrap())
        .collect();
    assert_eq!(all.len(), entries.len(), "{key} is not unique");
    all
}

#[test]
fn code_quality_is_what_gitlab_reads() {
    let issues = parsed(&audited(), Format::GitlabCodequality);
    assert_valid(&code_quality_schema(), &issues);
    distinct(&issues, "fingerprint");
    insta::assert_json_snapshot!(issues);
    assert_eq!(
        parsed(&Report::default(), Format::GitlabCodequality),
        json!([])
    );
}

#[test]
fn secret_detection_is_what_gitlab_reads() {
    let mut document = parsed(&audited(), Format::GitlabSecretDetection);
    assert_valid(&secret_detection_schema(), &document);
    distinct(&document["vulnerabilities"], "id");
    for tool in ["analyzer", "scanner"] {
        document["scan"][tool]["version"] = json!("VERSION");
    }
    insta::assert_json_snapshot!(document);
    let empty = parsed(&Report::default(), Format::GitlabSecretDetection);
    assert_valid(&secret_detection_schema(), &empty);
    assert_eq!(empty["scan"]["status"], "success");
}

#[test]
fn identities_stay_when_lines_move() {
    let mut moved = audited();
    for finding in &mut moved.findings {
        let also = finding.also.iter_mut();
        for place in also.chain(std::iter::once(&mut finding.location)) {
            place.line = place.line.map(|line| line + 3);
            place.span = None;
        }
    }
    for (format, list, key) in [
        (Format::GitlabCodequality, "", "fingerprint"),
        (Format::GitlabSecretDetection, "/vulnerabilities", "id"),
    ] {
        let before = parsed(&audited(), format);
        let after = parsed(&moved, format);
        assert_eq!(
            distinct(before.pointer(list).unwrap(), key),
            distinct(after.pointer(list).unwrap(), key)
        );
    }
}
