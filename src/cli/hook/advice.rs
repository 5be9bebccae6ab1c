//! What to do about a blocked push or commit.
//!
//! In: a judged report. Out: a few lines: how to take it out while it is still
//! only here, how to allow it, how to go past it once.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::args::Output;
use super::super::page::Page;
use super::run::Run;
use crate::finding::{Category, Finding, Origin, Report};
use crate::report::{Prose, Tint, shell_word as word};

/// Put together here, so that this file holds no marker.
const MARKER: &str = concat!("hubsweep", ":allow");

/// Most files named in a command.
const MOST: usize = 3;
/// Digits of a commit in a command.
const SHORT: usize = 12;

/// What is known of the repository.
pub(super) struct Here<'a> {
    /// The commit that is checked out, in hex.
    pub(super) head: Option<String>,
    /// A file of expressions for `git filter-repo`.
    pub(super) expressions: Option<&'a Path>,
}

pub(super) fn print(
    run: &Run,
    report: &Report,
    here: &Here<'_>,
    output: &Output,
) -> anyhow::Result<()> {
    let mut page = Page::new(output);
    let blocking: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.blocks())
        .collect();
    if !blocking.is_empty() {
        title(
            &mut page,
            match run {
                Run::PrePush { .. } => "It is still only here. Before you push again",
                Run::PreCommit { .. } => "Nothing is committed yet",
                Run::CommitMsg { .. } => "The commit was not made",
            },
        );
        match run {
            Run::PrePush { .. } => of_push(&mut page, &blocking, here),
            Run::PreCommit { .. } => of_commit(&mut page, &blocking),
            Run::CommitMsg { file, .. } => {
                let file = file.display();
                page.row(PLAIN_FIX, &format!("git commit --edit --file={file}"));
            }
        }
        allow(&mut page, &blocking);
    } else if !report.is_complete() {
        title(
            &mut page,
            "Not everything could be read, so nobody can say that it is clean",
        );
        page.row(
            PLAIN_FIX,
            "see above; or accept it in hubsweep.toml: [[allow-skip]] path, class, reason",
        );
    } else {
        return Ok(());
    }
    let again = match run {
        Run::PrePush { .. } => "git push",
        Run::PreCommit { .. } | Run::CommitMsg { .. } => "git commit",
    };
    let bypass = format!("HUBSWEEP_SKIP=reason {again}, which is logged; or {again} --no-verify");
    page.row((Tint::Faint, "bypass"), &bypass);
    page.print()
}

/// A heading below the report.
fn title(page: &mut Page, text: &str) {
    page.blank();
    page.prose(0, &Prose::default().text(Tint::Strong, text));
}

const PLAIN_FIX: (Tint, &str) = (Tint::Fix, "fix");

fn of_push(page: &mut Page, blocking: &[&Finding], here: &Here<'_>) {
    if blocking
        .iter()
        .any(|finding| finding.category == Category::Secret)
    {
        page.row(
            (Tint::Fix, "revoke"),
            "first, if it was ever pushed, uploaded or pasted anywhere",
        );
    }
    let commits = commits(blocking);
    let label = (Tint::Fix, "take out");
    if matches!((&commits[..], &here.head), ([only], Some(head)) if only == head) {
        page.row(
            label,
            "edit the file, then: git commit --amend --all --no-edit",
        );
    } else if let Some(oldest) = commits.first() {
        let short = oldest.get(..SHORT).unwrap_or(oldest);
        let edit = format!("git rebase --interactive {short}^ # mark it `edit`, amend, continue");
        page.row(label, &edit);
    }
    if let Some(path) = here.expressions {
        let refs: Vec<String> = refs(blocking).iter().map(|name| word(name)).collect();
        let tips = refs.join(" ");
        page.row(
            (Tint::Fix, "or at once"),
            "with a list of the secrets that only you can read; it goes when a push passes:",
        );
        let path = path.display();
        page.code(&format!(
            "git filter-repo --force --refs {tips} --replace-text {path}"
        ));
    }
    if blocking
        .iter()
        .any(|finding| finding.category == Category::StrayFile)
    {
        let files = files(blocking);
        page.row((Tint::Fix, "untrack"), &format!("git rm --cached {files}"));
    }
    page.row(
        (Tint::Faint, "on the Hub"),
        "what was pushed before stays in old revisions: HfApi().super_squash_history(repo_id)",
    );
}

fn of_commit(page: &mut Page, blocking: &[&Finding]) {
    let files = files(blocking);
    page.row(
        PLAIN_FIX,
        &format!(
            "take it out of the file and `git add` it again, or: git restore --staged {files}"
        ),
    );
}

fn allow(page: &mut Page, blocking: &[&Finding]) {
    let Some(finding) = blocking.first() else {
        return;
    };
    let rule = &finding.rule;
    let text = if finding.location.line.is_some() {
        format!(
            "on its line: {MARKER} {rule} REASON; or in hubsweep.toml, see `hubsweep explain {rule}`"
        )
    } else {
        format!("in hubsweep.toml: [[allow]] rule, path, reason; see `hubsweep explain {rule}`")
    };
    page.row((Tint::Faint, "allow"), &text);
}

/// The commits that brought it, the oldest first.
fn commits(blocking: &[&Finding]) -> Vec<String> {
    let mut commits: Vec<(u32, &str)> = origins(blocking)
        .filter_map(|origin| Some((origin.sequence?, origin.commit.as_deref()?)))
        .collect();
    commits.sort_unstable();
    commits.dedup();
    commits.into_iter().map(|(_, id)| id.to_owned()).collect()
}

/// The branches and tags that would have been pushed.
fn refs(blocking: &[&Finding]) -> BTreeSet<String> {
    origins(blocking)
        .flat_map(|origin| origin.refs.clone())
        .collect()
}

fn origins<'a>(blocking: &'a [&Finding]) -> impl Iterator<Item = &'a Origin> {
    blocking.iter().flat_map(|finding| &finding.origins)
}

fn files(blocking: &[&Finding]) -> String {
    let files: BTreeSet<String> = blocking
        .iter()
        .map(|finding| word(&finding.location.path))
        .collect();
    let more = if files.len() > MOST { " …" } else { "" };
    let named: Vec<String> = files.into_iter().take(MOST).collect();
    named.join(" ") + more
}
