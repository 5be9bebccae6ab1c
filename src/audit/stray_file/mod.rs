//! Files that do not belong in a Hub repository: credentials, caches, logs,
//! tracker data, training leftovers.
//!
//! In: one file's path and first bytes, and the classes of
//! `patterns/stray-files.toml`. Out: at most one finding a file, of the first
//! class that applies; a credential file with a value inside is high.

#[allow(dead_code, unreachable_pub)]
mod schema;

mod globs;

use std::sync::{LazyLock, OnceLock};

use globs::Globs;
use regex::bytes::Regex;

use super::credential_value::{self, Form};
use super::{Doc, File};
use crate::finding::{Category, Finding, Severity};

/// A class of files.
struct Class {
    doc: Doc,
    globs: &'static [&'static str],
    not: &'static [&'static str],
    head: Option<&'static str>,
    harmless: Option<&'static str>,
    value: Option<Form>,
    keys: &'static [&'static str],
    value_only: bool,
    ignore: Option<&'static str>,
}

include!(concat!(env!("OUT_DIR"), "/stray_files.rs"));

/// What the classes' globs and regexes compile to.
struct Compiled {
    globs: Globs,
    /// Class of each glob, and whether it is an exception.
    owners: Vec<(usize, bool)>,
    heads: Vec<[OnceLock<Option<Regex>>; 2]>,
}

static COMPILED: LazyLock<Compiled> = LazyLock::new(|| {
    let mut globs = Globs::default();
    let mut owners = Vec::new();
    for (index, class) in CLASSES.iter().enumerate() {
        let fits = class.globs.iter().map(|glob| (glob, false));
        for (glob, exception) in fits.chain(class.not.iter().map(|glob| (glob, true))) {
            globs.add(glob);
            owners.push((index, exception));
        }
    }
    Compiled {
        globs,
        owners,
        heads: CLASSES.iter().map(|_| <[_; 2]>::default()).collect(),
    }
});

/// Classes whose globs fit the path, in the file's order.
fn by_path(path: &str) -> impl Iterator<Item = (usize, &'static Class)> {
    let (mut fits, mut excepted) = (Vec::new(), Vec::new());
    for number in COMPILED.globs.fitting(path) {
        let (class, exception) = COMPILED.owners[number];
        if exception { &mut excepted } else { &mut fits }.push(class);
    }
    fits.sort_unstable();
    fits.dedup();
    fits.retain(|class| !excepted.contains(class));
    fits.into_iter().map(|index| (index, &CLASSES[index]))
}

fn regex_matches(cell: &OnceLock<Option<Regex>>, pattern: &str, head: &[u8]) -> bool {
    cell.get_or_init(|| Regex::new(pattern).ok())
        .as_ref()
        .is_some_and(|regex| regex.is_match(head))
}

impl Class {
    /// Do the first bytes allow this class?
    fn admits(&self, index: usize, head: &[u8]) -> bool {
        let [wanted, harmless] = &COMPILED.heads[index];
        self.head
            .is_none_or(|pattern| regex_matches(wanted, pattern, head))
            && self
                .harmless
                .is_none_or(|pattern| !regex_matches(harmless, pattern, head))
    }
}

/// Look one file up among the classes.
pub(super) fn file(file: &File, sink: &mut dyn FnMut(Finding)) {
    for (index, class) in by_path(file.path) {
        if !class.admits(index, file.head) {
            continue;
        }
        let value = class
            .value
            .and_then(|form| credential_value::find(form, class.keys, file.head));
        if value.is_none() && class.value_only {
            continue;
        }
        let mut finding = class.doc.at(file.path);
        if let Some(value) = value {
            finding.severity = Severity::High;
            finding.evidence.push(value);
        } else if class.value.is_some() {
            finding
                .evidence
                .push("no value under a secret's name, or placeholders only".to_owned());
        }
        sink(finding);
        return;
    }
}

/// The `.gitignore` line that would keep this leftover out.
pub(super) fn ignore_line(path: &str) -> Option<&'static str> {
    by_path(path)
        .filter(|(_, class)| class.head.is_none() && !class.value_only)
        .find_map(|(_, class)| class.ignore)
}

/// The number of the first class whose globs fit.
pub(super) fn class_of(path: &str) -> Option<u16> {
    by_path(path).next().map(|(index, _)| index as u16)
}

/// What is to be said about each class.
pub(super) fn docs() -> impl Iterator<Item = Doc> {
    CLASSES.iter().map(|class| class.doc)
}

#[cfg(test)]
mod tests;
