//! Rewriting the history.
//!
//! In: the secrets, and the files that do not belong there. Out: one step with
//! the commands of `git filter-repo`, with the real paths in them.

use std::collections::BTreeSet;

use super::shell::with_paths;
use super::{Step, is_whole_file};
use crate::finding::{Finding, Location, OriginKind, Report, Route};
use crate::report::facts::{Leak, is_committed};

/// The step, where something is in a commit.
pub(super) fn rewrite(report: &Report, secrets: &[&Leak<'_>]) -> Option<Step> {
    let mut text_files = false;
    let mut whole: BTreeSet<&str> = BTreeSet::new();
    for leak in secrets {
        for (finding, place) in leak.places().filter(|(finding, _)| is_committed(finding)) {
            if !is_whole_file(finding) && is_plain_text(place) {
                text_files = true;
            } else {
                whole.insert(&place.path);
            }
        }
    }
    let blocking = |finding: &&Finding| is_whole_file(finding) && is_committed(finding);
    let strays = report.findings.iter().filter(blocking);
    let strays: BTreeSet<&str> = strays
        .map(|finding| finding.location.path.as_str())
        .filter(|path| !whole.contains(path))
        .collect();
    let messages = any_kind(secrets, &[OriginKind::CommitMessage, OriginKind::Tag]);
    let mut commands = Vec::new();
    if text_files {
        commands.push("git filter-repo --replace-text ../secrets.txt".to_owned());
    }
    if messages {
        commands.push("git filter-repo --replace-message ../secrets.txt".to_owned());
    }
    if !whole.is_empty() {
        commands.push(
            "# cannot be replaced inside these files: remove them, add clean ones".to_owned(),
        );
        commands.extend(with_paths(
            "git filter-repo --invert-paths",
            "--path",
            &whole,
        ));
    }
    if !strays.is_empty() {
        commands.push("# files that do not belong here, if their history is to go too".to_owned());
        commands.extend(with_paths(
            "git filter-repo --invert-paths",
            "--path",
            &strays,
        ));
    }
    if commands.is_empty() && !any_kind(secrets, OTHERS) {
        return None;
    }
    let published = secrets.iter().any(|leak| leak.is_published());
    Some(Step {
        id: "rewrite",
        title: "Rewrite the history",
        text: text(text_files || messages, published),
        items: others(secrets),
        commands: around(commands, published),
    })
}

const OTHERS: &[OriginKind] = &[
    OriginKind::CommitIdentity,
    OriginKind::Note,
    OriginKind::RefName,
];

fn text(replaces: bool, published: bool) -> String {
    let mut text = "Work in a fresh clone with `git filter-repo`; every commit after the first \
                    changed one gets a new id."
        .to_owned();
    if replaces {
        text.push_str(
            " `../secrets.txt` is yours to write and to delete afterwards: one line \
             `SECRET==>REMOVED` for each secret, which this report never shows.",
        );
    }
    text.push_str(if published {
        " Tell everyone who has a clone before you push: theirs must be made again."
    } else {
        " This clone knows of no remote that has any of it. Where one has, tell everyone who has \
         a clone of that, push by force, and see to its pull requests, forks and caches."
    });
    text
}

/// The clone before the rewriting, the check after it.
fn around(rewriting: Vec<String>, published: bool) -> Vec<String> {
    if rewriting.is_empty() {
        return rewriting;
    }
    let mut commands =
        vec!["git clone --mirror --no-local . ../clean.git && cd ../clean.git".to_owned()];
    commands.extend(rewriting);
    commands.push("git clone . ../checked && hubsweep audit ../checked".to_owned());
    if published {
        commands.push("# when that is clean, with the address of your remote:".to_owned());
        commands.push("git push --force --all REMOTE && git push --force --tags REMOTE".to_owned());
    }
    commands
}

/// Can `--replace-text` reach it: does it stand in the file as it is?
fn is_plain_text(place: &Location) -> bool {
    let route = place.route.as_ref().map_or("", Route::as_str);
    let text = place.line.is_some()
        || [".ipynb", ".json"]
            .iter()
            .any(|end| place.path.ends_with(end));
    // Behind a `!` stands an encoding.
    text && !route.contains('!')
}

fn any_kind(secrets: &[&Leak<'_>], kinds: &[OriginKind]) -> bool {
    let origins = secrets.iter().flat_map(|leak| leak.findings());
    origins
        .flat_map(|finding| &finding.origins)
        .any(|origin| kinds.contains(&origin.kind))
}

/// What files and messages do not hold.
fn others(secrets: &[&Leak<'_>]) -> Vec<String> {
    let said = [
        (
            OriginKind::CommitIdentity,
            "Authors and committers: `git filter-repo --mailmap FILE`",
        ),
        (
            OriginKind::Note,
            "Notes: `git notes remove COMMIT`, then push `refs/notes/*` with force",
        ),
        (
            OriginKind::RefName,
            "Names of refs: rename the branch or tag, delete the old one",
        ),
    ];
    let applies = |(kind, _): &(OriginKind, &str)| any_kind(secrets, &[*kind]);
    said.into_iter()
        .filter(applies)
        .map(|(_, text)| text.to_owned())
        .collect()
}
