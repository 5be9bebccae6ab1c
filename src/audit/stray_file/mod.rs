//! Files that do not belong in a Hub repository: credentials, caches, logs,
//! tracker data, training leftovers.
//!
//! In: one file's path and first bytes, and the classes of
//! `patterns/stray-files.toml`. Out: at most one finding a file, of the first
//! class that applies; a credential file with a value inside is high.

#[allow(dead_code, unreachable_pub)]
mod schema;

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use globset::{Candidate, Glob, GlobSet, GlobSetBuilder};
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
    globs: GlobSet,
    /// Classes of the globs `folder/**`: as regexes they would cost more time
    /// at start-up than all others together.
    folders: HashMap<String, Vec<usize>>,
    /// Class of each glob, and whether it is an exception.
    owners: Vec<(usize, bool)>,
    heads: Vec<[OnceLock<Option<Regex>>; 2]>,
}

static COMPILED: LazyLock<Compiled> = LazyLock::new(|| {
    let mut builder = GlobSetBuilder::new();
    let mut owners = Vec::new();
    let mut folders: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, class) in CLASSES.iter().enumerate() {
        let globs = class.globs.iter().map(|glob| (glob, false));
        for (glob, exception) in globs.chain(class.not.iter().map(|glob| (glob, true))) {
            let glob = glob.to_ascii_lowercase();
            if let Some(folder) = folder_name(&glob) {
                folders.entry(folder.to_owned()).or_default().push(index);
                continue;
            }
            // The built-in globs are tested to compile.
            if let Ok(glob) = Glob::new(&format!("**/{glob}")) {
                builder.add(glob);
                owners.push((index, exception));
            }
        }
    }
    Compiled {
        globs: builder.build().unwrap_or_default(),
        folders,
        owners,
        heads: CLASSES.iter().map(|_| <[_; 2]>::default()).collect(),
    }
});

/// The folder a glob `folder/**` names, when it has no other wildcard.
fn folder_name(glob: &str) -> Option<&str> {
    glob.strip_suffix("/**")
        .filter(|folder| !folder.contains(['/', '*', '?', '[']))
}

/// Classes whose globs fit the path, in the file's order.
fn by_path(path: &str) -> impl Iterator<Item = (usize, &'static Class)> {
    let lower = path.to_ascii_lowercase();
    let hits = COMPILED.globs.matches_candidate(&Candidate::new(&lower));
    let folders = lower.split('/').rev().skip(1);
    let mut fits: Vec<usize> = folders
        .filter_map(|folder| COMPILED.folders.get(folder))
        .flatten()
        .copied()
        .collect();
    let mut excepted = vec![];
    for (class, exception) in hits.into_iter().map(|hit| COMPILED.owners[hit]) {
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
                .push("no value inside, or placeholders only".to_owned());
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

/// What is to be said about each class.
pub(super) fn docs() -> impl Iterator<Item = Doc> {
    CLASSES.iter().map(|class| class.doc)
}

#[cfg(test)]
mod tests;
