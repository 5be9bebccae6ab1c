//! What to do about a blocked push or commit.
//!
//! In: a judged report. Out: a few lines: how to take it out while it is still
//! only here, how to allow it, how to go past it once.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::args::Output;
use super::super::page::Page;
use super::run::Run;
use super::take_out;
use crate::finding::{Category, Finding, Report};
use crate::git::Repository;
use crate::report::{Prose, Tint, shell_word};

/// Put together here, so that this file holds no marker.
const MARKER: &str = concat!("hubsweep", ":allow");

/// Most files named in a command.
const MOST: usize = 3;

/// What is known of the repository.
pub(super) struct Here<'a> {
    /// The repository.
    pub(super) repository: Option<Repository>,
    /// The refs to push: what each is called on the remote, and here.
    pub(super) refs: Vec<(String, String)>,
    /// A file of expressions for `git filter-repo`.
    pub(super) expressions: Option<&'a Path>,
}

/// The line above the report: among what git prints, it says who stops what.
pub(super) fn stops(run: &Run, report: &Report, output: &Output) -> anyhow::Result<()> {
    if !report.blocks() && report.is_complete() {
        return Ok(());
    }
    let what = match run {
        Run::PrePush { .. } => "push",
        Run::PreCommit { .. } | Run::CommitMsg { .. } => "commit",
    };
    let mut page = Page::new(output);
    let text = format!("hubsweep stops this {what}");
    page.prose(0, &Prose::default().text(Tint::Bad, &text));
    page.blank();
    page.print()
}

pub(super) fn print(
    run: &Run,
    report: &Report,
    here: &Here<'_>,
    output: &Output,
) -> anyhow::Result<()> {
    let mut page = Page::new(output);
    let all = report.findings.iter();
    let blocking: Vec<&Finding> = all.filter(|finding| finding.blocks()).collect();
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
            Run::PrePush { .. } => take_out::of_push(&mut page, &blocking, here),
            Run::PreCommit { .. } => of_commit(&mut page, &blocking),
            Run::CommitMsg { file, .. } => {
                let file = shell_word(&file.display().to_string());
                page.row(PLAIN_FIX, &format!("git commit --edit --file={file}"));
            }
        }
        allow(&mut page, run, &blocking);
    } else if !report.is_complete() {
        title(
            &mut page,
            "Not everything could be read, so nobody can say that it is clean",
        );
        page.row(
            PLAIN_FIX,
            "see above; or accept it in hubsweep.toml: [[allow-skip]] path, why, reason",
        );
    } else {
        return Ok(());
    }
    let again = match run {
        Run::PrePush { .. } => "git push",
        Run::PreCommit { .. } | Run::CommitMsg { .. } => "git commit",
    };
    let bypass = format!("once, logged in .git: HUBSWEEP_SKIP='your reason' {again}");
    page.row((Tint::Faint, "bypass"), &bypass);
    page.print()
}

/// A heading below the report.
fn title(page: &mut Page, text: &str) {
    page.blank();
    page.prose(0, &Prose::default().text(Tint::Strong, text));
}

const PLAIN_FIX: (Tint, &str) = (Tint::Fix, "fix");

fn of_commit(page: &mut Page, blocking: &[&Finding]) {
    let files = files(blocking);
    let is_stray = |finding: &&&Finding| finding.category == Category::StrayFile;
    if blocking.iter().any(|finding| !is_stray(&finding)) {
        page.row(
            PLAIN_FIX,
            "take it out of the file, then `git add` it again",
        );
    }
    page.row(
        (Tint::Fix, "leave out"),
        &format!("git restore --staged {files} # not in this commit"),
    );
}

/// A comment on the line, where the line can still change; else the
/// configuration.
fn allow(page: &mut Page, run: &Run, blocking: &[&Finding]) {
    let Some(finding) = blocking.first() else {
        return;
    };
    let rule = &finding.rule;
    let in_place = matches!(run, Run::PreCommit { .. }) && finding.location.line.is_some();
    let on_line = if in_place {
        format!("on its line: {MARKER} {rule} REASON; or ")
    } else {
        String::new()
    };
    let text = format!(
        "if it is no secret: {on_line}in hubsweep.toml, as `hubsweep explain {rule}` shows"
    );
    page.row((Tint::Faint, "allow"), &text);
}

/// The files, as words of a command.
pub(super) fn files(blocking: &[&Finding]) -> String {
    let files: BTreeSet<&str> = blocking
        .iter()
        .map(|finding| finding.location.path.as_str())
        .collect();
    let more = if files.len() > MOST { " …" } else { "" };
    let named: Vec<String> = files.into_iter().take(MOST).map(shell_word).collect();
    named.join(" ") + more
}
