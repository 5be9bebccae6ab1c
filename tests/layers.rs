//! The house rules of the source tree: imports go down only, every file says
//! its duty and is short, no file is a drawer for odds and ends.

#![allow(clippy::unwrap_used)] // a test may panic, its helpers too

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Which floors each floor may name.
const FLOORS: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    ("lib", &[]),
    (
        "cli",
        &[
            "upload",
            "redact",
            "scan",
            "check",
            "source",
            "engine",
            "audit",
            "policy",
            "report",
            "rule",
            "blob",
            "personal",
            "recogniser",
            "finding",
            "git",
            "hook",
        ],
    ),
    (
        "upload",
        &[
            "scan", "source", "engine", "policy", "blob", "finding", "git",
        ],
    ),
    ("hook", &["git", "finding"]),
    (
        "scan",
        &[
            "source",
            "extract",
            "engine",
            "audit",
            "policy",
            "report",
            "rule",
            "blob",
            "finding",
            "format",
            "git",
            "validate",
            "recogniser",
        ],
    ),
    ("check", &["extract", "engine", "rule", "blob", "finding"]),
    ("source", &["blob", "git", "finding"]),
    ("extract", &["blob", "format", "finding"]),
    (
        "engine",
        &[
            "blob",
            "rule",
            "personal",
            "finding",
            "validate",
            "format::escape",
        ],
    ),
    (
        "audit",
        &["blob", "rule", "finding", "format", "git", "validate"],
    ),
    ("policy", &["finding", "rule", "personal", "blob::limits"]),
    ("report", &["finding", "rule"]),
    ("rule", &["personal", "finding", "validate"]),
    ("personal", &["validate"]),
    ("blob", &["finding", "format"]),
    (
        "redact",
        &["engine", "rule", "personal", "blob", "finding", "format"],
    ),
    ("recogniser", &[]),
    ("finding", &[]),
    ("format", &[]),
    ("validate", &[]),
    ("git", &[]),
];

const MOST_LINES: usize = 400;
const DRAWERS: &[&str] = &["util", "utils", "common", "helpers", "misc"];

struct Source {
    /// Path below `src/`, with `/`.
    name: String,
    text: String,
}

impl Source {
    /// The floor it belongs to: the first part of its path.
    fn floor(&self) -> &str {
        let first = self.name.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn is_test(&self) -> bool {
        self.name.ends_with("tests.rs") || self.name.contains("/tests/")
    }

    /// Lines of code outside comments and test modules.
    fn code(&self) -> impl Iterator<Item = &str> {
        let end = self
            .text
            .find("#[cfg(test)]\nmod tests {")
            .unwrap_or(self.text.len());
        self.text[..end]
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
    }

    /// What it names of the crate: `blob`, `format::escape`.
    fn imports(&self) -> BTreeSet<String> {
        let mut imports = BTreeSet::new();
        for line in self.code() {
            for (at, root) in line.match_indices("crate::") {
                let path = &line[at + root.len()..];
                if let Some(list) = path.strip_prefix('{') {
                    let names = list.split(['}', ',']).map(str::trim);
                    imports.extend(names.filter_map(module));
                } else {
                    imports.extend(module(path));
                }
            }
            for (at, root) in line.match_indices("hubsweep::") {
                imports.extend(module(&line[at + root.len()..]));
            }
        }
        imports
    }
}

/// The first two names of a path that are modules.
fn module(path: &str) -> Option<String> {
    let end = path
        .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_' && letter != ':')
        .unwrap_or(path.len());
    let is_module = |name: &&str| name.starts_with(|letter: char| letter.is_ascii_lowercase());
    let names: Vec<&str> = path[..end]
        .split("::")
        .take_while(is_module)
        .take(2)
        .collect();
    (!names.is_empty()).then(|| names.join("::"))
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
                sources.push(Source {
                    name: name.replace('\\', "/"),
                    text: fs::read_to_string(&path).unwrap(),
                });
            }
        }
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(sources.len() > 50, "the sources are somewhere else");
    sources
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_go_down_only() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !source.is_test()) {
        let floor = source.floor();
        let Some((_, below)) = FLOORS.iter().find(|(name, _)| *name == floor) else {
            wrong.push(format!(
                "{}: floor `{floor}` is not in the table",
                source.name
            ));
            continue;
        };
        for import in source.imports() {
            let allowed = |name: &str| {
                import == name
                    || import
                        .strip_prefix(name)
                        .is_some_and(|rest| rest.starts_with("::"))
            };
            if !allowed(floor) && !below.iter().any(|name| allowed(name)) {
                wrong.push(format!(
                    "{}: `{floor}` names `crate::{import}`",
                    source.name
                ));
            }
        }
    }
    assert_none(&wrong);
}

/// A floor's own root file has nothing of its floor above it.
#[test]
fn no_floor_is_reached_by_super() {
    let is_root = |name: &str| name.matches('/').count() == usize::from(name.ends_with("/mod.rs"));
    let reaches = |source: &Source| {
        source
            .code()
            .any(|line| line.contains("super::") && !line.contains("pub(super)"))
    };
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|source| !source.is_test() && is_root(&source.name) && reaches(source))
        .map(|source| format!("{}: reaches another floor by `super::`", source.name))
        .collect();
    assert_none(&wrong);
}

#[test]
fn every_file_says_its_duty_and_is_short() {
    let mut wrong = Vec::new();
    for source in sources() {
        if !source.text.starts_with("//! ") {
            wrong.push(format!("{}: opens without its duty (`//! …`)", source.name));
        }
        let lines = source.text.lines().count();
        if lines > MOST_LINES {
            wrong.push(format!(
                "{}: {lines} lines, more than {MOST_LINES}",
                source.name
            ));
        }
        let mut parts = source.name.trim_end_matches(".rs").split('/');
        if let Some(drawer) = parts.find(|part| DRAWERS.contains(part)) {
            wrong.push(format!(
                "{}: `{drawer}` says nothing about its duty",
                source.name
            ));
        }
    }
    assert_none(&wrong);
}
