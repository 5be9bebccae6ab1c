//! `hubsweep hook status`.
//!
//! In: the repository here. Out: what git will run before a push and before a
//! commit, what it will not, and 0 only if pushes are swept.

use std::path::Path;

use super::super::Exit;
use super::super::args::Output;
use super::super::page::Page;
use crate::finding::Severity;
use crate::hook::{self, Calls, Chain, Hook, Nature, Repository, Step};
use crate::report::Tint;

const WARN: Tint = Tint::Level(Severity::Medium);

pub(super) fn run(output: &Output) -> anyhow::Result<Exit> {
    let repository = Repository::discover(Path::new("."))?;
    let mut page = Page::new(output);
    let mut exit = Exit::Blocked;
    for hook in Hook::ALL {
        let chain = hook::follow(&repository, hook)?;
        let sweeps = show(&mut page, &repository, hook, &chain);
        if hook == Hook::PrePush && sweeps {
            exit = Exit::Clean;
        }
    }
    if let Some(other) = repository.hooks_path() {
        page.heading("core.hooksPath");
        page.row((Tint::Faint, "is"), &repository.shown(&other.folder));
        let from = format!("{} configuration, {}", other.scope, other.file);
        page.row((Tint::Faint, "set in"), &from);
    }
    page.blank();
    page.row(verdict(exit), verdict_text(exit));
    page.print()?;
    Ok(exit)
}

fn verdict(exit: Exit) -> (Tint, &'static str) {
    if exit == Exit::Clean {
        (Tint::Good, "pushes")
    } else {
        (Tint::Bad, "pushes")
    }
}

fn verdict_text(exit: Exit) -> &'static str {
    if exit == Exit::Clean {
        "are swept before anything leaves"
    } else {
        "are not swept: hubsweep hook install"
    }
}

/// Show one hook; does it sweep?
fn show(page: &mut Page, repository: &Repository, hook: Hook, chain: &Chain) -> bool {
    page.heading(hook.name());
    for name in &chain.configured {
        page.row((WARN, "before"), &format!("hook.{name}, set in git's configuration; git 2.54 and newer run it before this file"));
    }
    let mut sweeps = false;
    for (index, step) in chain.steps.iter().enumerate() {
        let label = if index == 0 { "runs" } else { "then" };
        let tint = if step.nature
            == chain
                .ours()
                .map_or(Nature::Other, |ours| ours.nature.clone())
        {
            Tint::Good
        } else {
            Tint::Faint
        };
        page.row((tint, label), &described(repository, step));
        if let Nature::Ours { calls, global } = &step.nature {
            sweeps |= program(page, repository, calls);
            if *global && !repository.has_hub_remote() {
                page.row(
                    (WARN, "note"),
                    "no remote here leads to the Hub, so it lets everything pass",
                );
            }
        }
    }
    if chain.steps.is_empty() {
        let file = repository.shown(&repository.hook_file(hook));
        page.row((Tint::Bad, "runs"), &format!("nothing: there is no {file}"));
    }
    for (path, nature, why) in &chain.idle {
        let text = format!("{} ({}): {why}", repository.shown(path), nature.name());
        page.row((WARN, "does not"), &text);
    }
    sweeps
}

fn described(repository: &Repository, step: &Step) -> String {
    if step.implied {
        let text = step.file.display();
        return format!("{text}, which git-lfs left to the hook that was here first");
    }
    format!("{} ({})", repository.shown(&step.file), step.nature.name())
}

/// Is the program there? If not, the hook blocks, which is safe but no sweep.
fn program(page: &mut Page, repository: &Repository, calls: &Calls) -> bool {
    let inside: Vec<&Path> = repository
        .work_tree()
        .into_iter()
        .chain([repository.common()])
        .collect();
    let program = match calls {
        Calls::Path(path) => Some((path.clone(), "")),
        Calls::Name => repository.program(),
    };
    let Some((path, how)) = program else {
        page.row(
            (Tint::Bad, "program"),
            "hubsweep is not on PATH: the hook blocks; run `hubsweep hook install`",
        );
        return false;
    };
    let shown = path.display();
    if !path.is_file() {
        page.row((Tint::Bad, "program"), &format!("{shown} is gone: the hook looks on PATH and then blocks; run `hubsweep hook install`"));
        return false;
    }
    let own = env!("CARGO_PKG_VERSION");
    match hook::version(&path, &inside) {
        Some(version) if version == own => {
            page.row(
                (Tint::Faint, "program"),
                &format!("{shown}{how}, version {version}"),
            );
        }
        Some(version) => {
            let text = format!(
                "{shown}{how}, version {version}; this one is {own}: run `hubsweep hook install`"
            );
            page.row((WARN, "program"), &text);
        }
        None => {
            page.row(
                (WARN, "program"),
                &format!("{shown}{how}, which does not tell its version"),
            );
        }
    }
    true
}
