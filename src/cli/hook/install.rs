//! `hubsweep hook install` and `hubsweep hook uninstall`.
//!
//! In: which hooks. Out: what was done to which file, and what is left to do.

use std::path::Path;

use anyhow::Context as _;

use super::super::Exit;
use super::super::args::Output;
use super::super::page::Page;
use super::Choice;
use crate::finding::Severity;
use crate::hook::{self, Change, Done, GlobalState, Hook, Nature, Repository};
use crate::report::Tint;

const WARN: Tint = Tint::Level(Severity::Medium);

pub(super) fn install(choice: &Choice, output: &Output) -> anyhow::Result<Exit> {
    let program = hook::current_program().context("cannot find hubsweep's own file")?;
    let hooks = choice.hooks();
    let mut page = Page::new(output);
    let next = if choice.global {
        let state = hook::install_global(&hooks, &program)?;
        global(&mut page, &state, None);
        "`hubsweep hook status` in a repository tells what runs there"
    } else {
        let repository = Repository::discover(Path::new("."))?;
        let done = hook::install(&repository, &hooks, &program, choice.local)?;
        list(&mut page, &done, Some(&repository));
        "`hubsweep hook status` tells what git will run"
    };
    if !output.quiet {
        page.blank();
        page.row((Tint::Faint, "calls"), &program.display().to_string());
        page.row((Tint::Faint, "next"), next);
    }
    page.print()?;
    Ok(Exit::Clean)
}

pub(super) fn uninstall(choice: &Choice, output: &Output) -> anyhow::Result<Exit> {
    let hooks = choice.hooks();
    let mut page = Page::new(output);
    if choice.global {
        let state = hook::uninstall_global(&hooks)?;
        global(&mut page, &state, Some("no longer set"));
    } else {
        let repository = Repository::discover(Path::new("."))?;
        // Only ours calls it: without it a push would send pointers alone.
        let chain = hook::follow(&repository, Hook::PrePush)?;
        let uploads = chain.steps.iter().any(|step| step.implied);
        let done = hook::uninstall(&repository, &hooks)?;
        list(&mut page, &done, Some(&repository));
        let left = hook::follow(&repository, Hook::PrePush)?;
        if uploads && left.steps.is_empty() {
            page.blank();
            page.row(
                (WARN, "git-lfs"),
                "has no hook here: run `git lfs update`, or pushes leave its files behind",
            );
        }
    }
    page.print()?;
    Ok(Exit::Clean)
}

fn global(page: &mut Page, state: &GlobalState, gone: Option<&str>) {
    list(page, &state.done, None);
    page.heading("every repository");
    page.row((Tint::Faint, "folder"), &state.folder.display().to_string());
    if state.changed {
        let set = gone.unwrap_or("set to this folder: git no longer looks into the repositories' own hooks, and the files here run those");
        page.row((Tint::Faint, "hooksPath"), set);
    }
    if !state.is_ours && gone.is_none() {
        page.row(
            (WARN, "note"),
            "this folder was the global core.hooksPath before; hubsweep was put among its hooks, and runs no repository's own",
        );
    }
    for file in &state.foreign {
        let note = format!(
            "{} is not hubsweep's: it runs in every repository and may hide its own",
            file.display()
        );
        page.row((WARN, "note"), &note);
    }
    if gone.is_none() && state.is_ours {
        page.row(
            (Tint::Faint, "acts on"),
            "huggingface.co, hf.co and HF_ENDPOINT; pushes to other hosts are left alone",
        );
    }
}

fn list(page: &mut Page, done: &[Done], repository: Option<&Repository>) {
    let shown = |path: &Path| match repository {
        Some(repository) => repository.shown(path),
        None => path.display().to_string(),
    };
    for done in done {
        page.heading(done.hook.name());
        let file = shown(&done.file);
        let (tint, label, text) = words(done.change);
        page.row((tint, label), &format!("{file}{text}"));
        let present = matches!(
            done.change,
            Change::Installed | Change::Updated | Change::Unchanged
        );
        let (label, tail) = if present {
            ("then", "")
        } else {
            (
                "left",
                ", no longer run by git: remove it, or merge it by hand",
            )
        };
        for (path, nature) in done
            .kept
            .iter()
            .filter(|(_, nature)| *nature != Nature::PassThrough || !present)
        {
            page.row(
                (Tint::Faint, label),
                &format!("{} ({}){tail}", shown(path), nature.name()),
            );
        }
        if let Some(other) = &done.shadow {
            let text = format!(
                "git takes its hooks from {} instead ({} core.hooksPath, set in {}): this one runs only if the hook there runs it",
                other.folder.display(),
                other.scope,
                other.file
            );
            page.row((WARN, "shadowed"), &text);
        }
        for note in &done.notes {
            page.row((WARN, "note"), note);
        }
    }
    shared(page, done);
}

/// Hooks that are committed are everybody's.
fn shared(page: &mut Page, done: &[Done]) {
    let changed =
        |done: &&Done| done.tracked && !matches!(done.change, Change::Absent | Change::Unchanged);
    let Some(first) = done.iter().find(changed) else {
        return;
    };
    let text = if matches!(first.change, Change::Removed | Change::Restored) {
        "these hooks are shared: commit the change"
    } else {
        "these hooks are shared: commit them. They hold nothing of this machine; `git config hubsweep.program`, which is not committed, says where hubsweep is."
    };
    page.blank();
    page.row((WARN, "commit"), text);
}

fn words(change: Change) -> (Tint, &'static str, &'static str) {
    match change {
        Change::Installed => (Tint::Good, "installed", ""),
        Change::Updated => (Tint::Good, "updated", ""),
        Change::Unchanged => (Tint::Good, "unchanged", ""),
        Change::Linked => (Tint::Good, "unchanged", ": a link to hubsweep's own script"),
        Change::Restored => (Tint::Good, "restored", ": what was there before hubsweep"),
        Change::Removed => (Tint::Good, "removed", ""),
        Change::Absent => (Tint::Faint, "nothing", ": hubsweep is not in it"),
    }
}
