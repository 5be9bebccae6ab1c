//! Chat templates that reach out of the template into Python.
//!
//! In: files in which tokenizers keep their templates, and the metadata of
//! GGUF files. Out: a finding for each template with a sign of it. Programs
//! that render templates outside of a sandbox run what such a template says:
//! CVE-2024-34359 of llama-cpp-python is one of many.

mod gadget;
mod jinja;

use super::{Doc, File, file_name, json_strings, line_of};
use crate::blob::{Fact, Kind, MOST_VALUE};
use crate::finding::{Category, Confidence, Finding, Route, Severity};
use gadget::{Sign, Weight, signs};

pub(super) const DOC: Doc = Doc {
    id: "chat-template-escape",
    description: "Chat template that reaches out of the template",
    category: Category::UnsafeFile,
    group: "code that loaders run",
    severity: Severity::Critical,
    why: "Whoever renders the template outside of a sandbox runs what it says, with the first message of a chat.",
    fix: "Take the template of the base model, or remove what is named.",
};

pub(super) const UNREAD: Doc = Doc {
    id: "chat-template-not-read",
    description: "Chat template not wholly looked at",
    category: Category::UnsafeFile,
    group: "code that loaders run",
    severity: Severity::Info,
    why: "Only the first 64 KiB of a template, or of the file around it, are looked at for code.",
    fix: "Move the template to a `chat_template.jinja` of its own, and look at its end.",
};

/// JSON files with a `chat_template`: a text, or a list of named ones.
const FILES: &[&str] = &[
    "tokenizer_config.json",
    "chat_template.json",
    "processor_config.json",
];

/// Most signs told of one template.
const SHOWN: usize = 6;

pub(super) fn file(file: &File, sink: &mut dyn FnMut(Finding)) {
    if !matches!(file.kind, Kind::Text(_)) {
        return;
    }
    if is_template(file.path) {
        let text = String::from_utf8_lossy(file.head);
        if let Some(mut finding) = judge(file.path, "", &text) {
            let first = signs(&text).first().map_or(0, |sign| sign.at);
            finding.location.line = Some(line_of(text.as_bytes(), first));
            sink(finding);
        }
        if file.size > file.head.len() as u64 {
            sink(UNREAD.at(file.path));
        }
    } else if FILES.contains(&file_name(file.path)) {
        // A template found is all there is: the key stands there once.
        let met = json(file.path, "", file.head, sink);
        if !met && file.size > file.head.len() as u64 {
            sink(UNREAD.at(file.path));
        }
    }
}

pub(super) fn fact(path: &str, route: &Route, fact: &Fact<'_>, sink: &mut dyn FnMut(Finding)) {
    match fact {
        Fact::Metadata { key, value } if key.starts_with("tokenizer.chat_template") => {
            let route = route.join(&format!("@{key}"));
            let text = String::from_utf8_lossy(value);
            judge(path, route.as_str(), &text)
                .into_iter()
                .for_each(&mut *sink);
            if value.len() >= MOST_VALUE {
                sink(UNREAD.inside(path, route.as_str()));
            }
        }
        Fact::Document { name, text } if is_template(name) => {
            let text = String::from_utf8_lossy(text);
            judge(path, route.as_str(), &text)
                .into_iter()
                .for_each(&mut *sink);
        }
        Fact::Document { name, text } if FILES.contains(&file_name(name)) => {
            json(path, route.as_str(), text, sink);
        }
        _ => {}
    }
}

/// Is a file one template, by its name?
fn is_template(path: &str) -> bool {
    let Some(stem) = path.strip_suffix(".jinja") else {
        return false;
    };
    file_name(stem).contains("chat_template") || stem.contains("chat_templates/")
}

/// The templates of a configuration; were there any?
fn json(path: &str, route: &str, text: &[u8], sink: &mut dyn FnMut(Finding)) -> bool {
    let mut met = false;
    json_strings::visit(text, &mut |string| {
        if !string.route.contains("/chat_template") {
            return;
        }
        met = true;
        let route = format!("{route}{}", string.route);
        if let Some(mut finding) = judge(path, &route, &string.value) {
            finding.location.line = Some(line_of(text, string.at));
            sink(finding);
        }
    });
    met
}

/// What is to be said of one template.
fn judge(path: &str, route: &str, template: &str) -> Option<Finding> {
    let signs = signs(template);
    let worst = signs.first()?;
    let mut finding = DOC.inside(path, route);
    finding.severity = match (worst.weight, worst.sure) {
        (Weight::Runs, _) => Severity::Critical,
        (Weight::Reaches, _) => Severity::High,
        (Weight::Odd, true) => Severity::Medium,
        (Weight::Odd, false) => Severity::Low,
    };
    finding.confidence = if worst.sure {
        Confidence::High
    } else {
        Confidence::Medium
    };
    let told = |sign: &Sign| {
        let line = line_of(template.as_bytes(), sign.at);
        format!("{} in line {line} of the template", sign.text)
    };
    finding.evidence = signs.iter().take(SHOWN).map(told).collect();
    Some(finding)
}

#[cfg(test)]
mod tests;
