//! How to take what blocks a push out of the commits, while they are only here.
//!
//! In: what blocks, and what is pushed. Out: commands to paste, with the ids
//! and refs of this repository in them.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::page::Page;
use super::advice::{Here, files};
use crate::finding::{Category, Finding, Origin, OriginKind};
use crate::report::{Tint, shell_word};

/// Digits of a commit in a command.
const SHORT: usize = 12;
/// Most commits named.
const COMMITS: usize = 3;

const TAKE_OUT: (Tint, &str) = (Tint::Fix, "take out");

pub(super) fn of_push(page: &mut Page, blocking: &[&Finding], here: &Here<'_>) {
    if blocking
        .iter()
        .any(|finding| finding.category == Category::Secret)
    {
        page.row(
            (Tint::Fix, "revoke"),
            "first, if it was ever pushed, uploaded or pasted anywhere",
        );
    }
    if blocking
        .iter()
        .any(|finding| finding.category == Category::StrayFile)
    {
        let files = files(&of_category(blocking, Category::StrayFile));
        page.row((Tint::Fix, "untrack"), &format!("git rm --cached {files}"));
    }
    tags(page, blocking, here);
    let commits = commits(blocking);
    if let Some(oldest) = commits.first() {
        let only_messages = origins(blocking)
            .filter(|origin| origin.kind != OriginKind::Tag)
            .all(|origin| origin.kind == OriginKind::CommitMessage);
        if commits.len() == 1 && here.resolve("HEAD").as_ref() == Some(oldest) {
            page.row(
                TAKE_OUT,
                if only_messages {
                    "git commit --amend # and change the message"
                } else {
                    "change the file, then: git commit --amend --all --no-edit"
                },
            );
            return;
        }
        let by_hand = !filter(page, blocking, here);
        rebase(page, by_hand, only_messages, &commits, here);
    }
}

fn of_category<'a>(blocking: &[&'a Finding], category: Category) -> Vec<&'a Finding> {
    let wanted = |finding: &&&Finding| finding.category == category;
    blocking.iter().filter(wanted).copied().collect()
}

/// By hand, the only way where the secrets cannot be listed.
fn rebase(page: &mut Page, only: bool, messages: bool, commits: &[String], here: &Here<'_>) {
    let short = |id: &String| id.chars().take(SHORT).collect::<String>();
    let oldest = &commits[0];
    // The first commit of all has none before it.
    let from = match here.resolve(&format!("{oldest}^")) {
        Some(_) => format!("{}^", short(oldest)),
        None => "--root".to_owned(),
    };
    let mut named: Vec<String> = commits.iter().take(COMMITS).map(short).collect();
    if commits.len() > COMMITS {
        named.push(format!("+{}", commits.len() - COMMITS));
    }
    let named = named.join(", ");
    let label = if only {
        TAKE_OUT
    } else {
        (Tint::Fix, "or by hand")
    };
    page.row(label, &format!("git rebase --interactive {from}"));
    let mark = if messages { "reword" } else { "edit" };
    page.row((Tint::Fix, ""), &format!("# and mark as `{mark}`: {named}"));
}

/// The message of a tag goes with the tag.
fn tags(page: &mut Page, blocking: &[&Finding], here: &Here<'_>) {
    let tagged = origins(blocking).filter(|origin| origin.kind == OriginKind::Tag);
    let names: BTreeSet<String> = tagged
        .flat_map(|origin| &origin.refs)
        .filter_map(|name| here.local(name)?.strip_prefix("refs/tags/"))
        .map(shell_word)
        .collect();
    for name in names.iter().take(COMMITS) {
        let command = format!("git tag --force --annotate {name} '{name}^{{}}'");
        page.row(TAKE_OUT, &format!("{command} # with another message"));
    }
}

/// All at once, where the secrets can be listed.
fn filter(page: &mut Page, blocking: &[&Finding], here: &Here<'_>) -> bool {
    let in_files = origins(blocking).any(|origin| origin.kind == OriginKind::Commit);
    let in_messages = origins(blocking).any(|origin| origin.kind == OriginKind::CommitMessage);
    let refs: BTreeSet<&str> = origins(blocking)
        .filter(|origin| origin.kind != OriginKind::Tag)
        .flat_map(|origin| &origin.refs)
        .filter_map(|name| here.local(name))
        .filter(|name| name.starts_with("refs/"))
        .collect();
    let Some(path) = here.expressions.filter(|_| !refs.is_empty()) else {
        return false;
    };
    let refs: Vec<String> = refs.into_iter().map(shell_word).collect();
    let list = home_relative(path);
    page.row(
        TAKE_OUT,
        "stash what you work on (`pip install git-filter-repo`), then:",
    );
    page.code(&format!(
        "git filter-repo --force --refs {} \\",
        refs.join(" ")
    ));
    if in_files {
        let end = if in_messages { " \\" } else { "" };
        page.code(&format!("  --replace-text {list}{end}"));
    }
    if in_messages {
        page.code(&format!("  --replace-message {list}"));
    }
    page.row(
        (Tint::Fix, ""),
        "# only you can read that list; it goes when a push passes",
    );
    in_files || in_messages
}

impl Here<'_> {
    fn resolve(&self, revision: &str) -> Option<String> {
        Some(self.repository.as_ref()?.resolve(revision)?.to_string())
    }

    /// What a ref of the remote is called here.
    fn local(&self, remote_ref: &str) -> Option<&str> {
        let found = self.refs.iter().find(|(there, _)| there == remote_ref);
        found.map(|(_, here)| here.as_str())
    }
}

/// A path as a word of a command; below the home folder, with `~`.
fn home_relative(path: &Path) -> String {
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
    match home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned)) {
        Some(inside) => format!("~/{}", shell_word(&inside.display().to_string())),
        None => shell_word(&path.display().to_string()),
    }
}

/// The commits that brought it, the oldest first.
fn commits(blocking: &[&Finding]) -> Vec<String> {
    let mut commits: Vec<(u32, &str)> = origins(blocking)
        .filter(|origin| origin.kind != OriginKind::Tag)
        .filter_map(|origin| Some((origin.sequence?, origin.commit.as_deref()?)))
        .collect();
    commits.sort_unstable();
    commits.dedup();
    commits.into_iter().map(|(_, id)| id.to_owned()).collect()
}

fn origins<'a>(blocking: &'a [&Finding]) -> impl Iterator<Item = &'a Origin> {
    blocking.iter().flat_map(|finding| &finding.origins)
}
