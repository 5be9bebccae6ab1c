//! `hubsweep rules list|show|check|import`.
//!
//! In: the built-in rules and audits, or files of rules. Out: lists, one rule
//! whole, or what is wrong with rules.

mod check;
mod import;

use std::io::{self, Write as _};

use serde::Serialize;
use serde_json::json;

use super::Exit;
use super::args::{Format, Output, Rules, RulesCommand};
use super::own_rules::OwnRules;
use super::page::Page;
use super::subject::{self, Entry, Subject};
use crate::report::{Line, Prose, Tint, keep_start};
use crate::rule::{Boundary, Rule};

pub(super) fn run(args: &Rules, output: &Output) -> anyhow::Result<Exit> {
    match &args.command {
        RulesCommand::List {
            word,
            tags,
            format,
            own,
        } => list(word.as_deref(), tags, *format, own, output),
        RulesCommand::Show { id, format, own } => show(id, *format, own, output),
        RulesCommand::Check { files, strict } => check::run(files, *strict),
        RulesCommand::Import { file, output } => import::run(file, output.as_deref()),
    }
}

fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(io::stdout().write_all(text.as_bytes())?)
}

fn list(
    word: Option<&str>,
    tags: &[String],
    format: Format,
    own: &OwnRules,
    output: &Output,
) -> anyhow::Result<Exit> {
    let mut subjects = subject::all(own)?;
    if let Some(word) = word {
        subjects.retain(|subject| subject.answers_to(word));
    }
    subjects.retain(|subject| {
        let own = subject.entry().tags;
        tags.iter().all(|tag| own.iter().any(|word| word == tag))
    });
    let entries: Vec<Entry<'_>> = subjects.iter().map(Subject::entry).collect();
    if format == Format::Json {
        print_json(&entries)?;
        return Ok(Exit::Clean);
    }
    let mut page = Page::new(output);
    for kind in ["rule", "audit"] {
        families(&mut page, kind, &entries);
    }
    if !entries.is_empty() {
        page.blank();
    }
    let number = |kind| entries.iter().filter(|entry| entry.kind == kind).count();
    let plural = |count| if count == 1 { "" } else { "s" };
    let (rules, audits) = (number("rule"), number("audit"));
    let counts = format!(
        "{rules} rule{}, {audits} audit{}",
        plural(rules),
        plural(audits)
    );
    page.prose(0, &Prose::default().text(Tint::Strong, &counts));
    page.print()?;
    Ok(Exit::Clean)
}

fn families(page: &mut Page, kind: &str, entries: &[Entry<'_>]) {
    let entries: Vec<&Entry<'_>> = entries.iter().filter(|entry| entry.kind == kind).collect();
    let mut names: Vec<&str> = Vec::new();
    for entry in &entries {
        if !names.contains(&entry.family) {
            names.push(entry.family);
        }
    }
    let longest = entries.iter().map(|entry| entry.id.len()).max();
    let column = longest.unwrap_or(0).min(page.width() / 2);
    for name in names {
        page.heading(&format!("{name} ({kind}s)"));
        for entry in entries.iter().filter(|entry| entry.family == name) {
            let line = row(entry, column, page.width());
            page.line(line);
        }
    }
}

/// `  hf-user-token    critical  Hugging Face user access token`
fn row(entry: &Entry<'_>, column: usize, width: usize) -> Line {
    let mut line = Line::default();
    line.push(Tint::Plain, &format!("  {}", entry.id));
    line.pad(2 + column);
    line.push(Tint::Plain, "  ");
    line.push(
        Tint::Level(entry.severity),
        &format!("{:<8}  ", entry.severity),
    );
    let room = width.saturating_sub(line.columns());
    line.push(Tint::Plain, &keep_start(entry.description, room));
    line
}

fn show(id: &str, format: Format, own: &OwnRules, output: &Output) -> anyhow::Result<Exit> {
    let subject = subject::find(id, own)?;
    if format == Format::Json {
        print_json(&whole(&subject)?)?;
        return Ok(Exit::Clean);
    }
    let mut page = Page::new(output);
    let title = Prose::default()
        .text(Tint::Strong, subject.description())
        .name(Tint::Faint, &format!("[{id}]"));
    page.prose(0, &title);
    let label = |word| (Tint::Faint, word);
    let severity = subject.severity();
    page.row(label("family"), subject.family());
    page.row((Tint::Level(severity), "severity"), severity.as_str());
    page.row(label("confidence"), subject.confidence().as_str());
    page.row(label("why"), subject.why());
    if let Subject::Rule(rule) = &subject {
        how(&mut page, rule);
    }
    page.row((Tint::Fix, "fix"), subject.remediation());
    for (index, reference) in subject.references().iter().enumerate() {
        page.verbatim(if index == 0 { "see" } else { "" }, reference);
    }
    if let Subject::Rule(rule) = &subject {
        page.row(label("tags"), &rule.tags.join(", "));
    }
    page.print()?;
    Ok(Exit::Clean)
}

/// How a rule finds what it finds.
fn how(page: &mut Page, rule: &Rule) {
    let detector = rule.detector.map(|detector| format!("{detector:?}"));
    if let Some(detector) = detector {
        page.verbatim("detector", &detector);
    } else {
        let label = if rule.is_keyword_rule() {
            "value"
        } else {
            "regex"
        };
        page.verbatim(label, &rule.pattern);
    }
    page.row((Tint::Faint, "keywords"), &rule.keywords.join(", "));
    if let Some(pair) = subject::pair(rule) {
        page.row((Tint::Faint, "pair"), &pair);
    }
    page.row((Tint::Faint, "literals"), &literals(rule).join(", "));
    page.row((Tint::Faint, "checks"), &checks(rule).join(", "));
    if let Some(path) = &rule.path {
        page.verbatim("path", path);
    }
    for (label, templates) in [("found", &rule.examples), ("silent", &rule.negatives)] {
        for (index, template) in templates.iter().enumerate() {
            page.verbatim(if index == 0 { label } else { "" }, template);
        }
    }
}

fn checks(rule: &Rule) -> Vec<String> {
    let Boundary { left, right } = rule.boundary;
    let boundary = match (left, right) {
        (true, true) => "boundary on both sides",
        (true, false) => "boundary before",
        (false, true) => "boundary after",
        (false, false) => "no boundary",
    };
    let names = rule.validators.iter().map(|(name, _)| name.to_string());
    let entropy = rule.entropy.map(|bits| format!("entropy from {bits}"));
    let boundary = rule.detector.is_none().then(|| boundary.to_owned());
    names.chain(entropy).chain(boundary).collect()
}

fn whole(subject: &Subject) -> anyhow::Result<serde_json::Value> {
    let mut value = serde_json::to_value(subject.entry())?;
    let common = json!({
        "why": subject.why(),
        "remediation": subject.remediation(),
        "references": subject.references(),
    });
    let own = match subject {
        Subject::Audit(doc) => json!({ "group": doc.group }),
        Subject::Rule(rule) => json!({
            "regex": (rule.detector.is_none() && !rule.is_keyword_rule()).then_some(&rule.pattern),
            "value": rule.is_keyword_rule().then_some(&rule.pattern),
            "secret_name": rule.near.as_ref().is_some_and(|near| near.secret_name),
            "requires": rule.requires,
            "alone": rule.alone,
            "detector": rule.detector.map(|detector| format!("{detector:?}")),
            "secret_group": rule.group,
            "keywords": rule.keywords,
            "literals": literals(rule),
            "checks": checks(rule),
            "path": rule.path,
            "examples": rule.examples,
            "negatives": rule.negatives,
        }),
    };
    if let Some(whole) = value.as_object_mut() {
        for more in [common, own] {
            whole.extend(more.as_object().cloned().unwrap_or_default());
        }
    }
    Ok(value)
}

fn literals(rule: &Rule) -> Vec<&str> {
    rule.literals
        .iter()
        .map(|literal| literal.text.as_ref())
        .collect()
}
