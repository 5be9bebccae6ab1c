//! `hubsweep hook status`.
//!
//! In: the repository here. Out: what git will run before a push and before a
//! commit, what it will not, and 0 only if pushes are swept.

use std::fs;
use std::path::Path;

use super::super::Exit;
use super::super::args::Output;
use super::super::page::Page;
use crate::finding::Severity;
use crate::hook::{self, Calls, Chain, Hook, Nature, Repository, Step};
use crate::report::Tint;

const WARN: Tint = Tint::Level(Severity::Medium);

/// Which pushes or commits are swept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sweep {
    None,
    /// By the pre-commit framework, one ref a push.
    Framework,
    Hub,
    All,
}

pub(super) fn run(output: &Output) -> anyhow::Result<Exit> {
    let repository = Repository::discover(Path::new("."))?;
    let mut page = Page::new(output);
    let mut sweep = Sweep::None;
    for hook in Hook::ALL {
        let chain = hook::follow(&repository, hook)?;
        let shown = show(&mut page, &repository, hook, &chain);
        if hook == Hook::PrePush {
            sweep = shown;
        }
    }
    if let Some(other) = repository.hooks_path() {
        page.heading("core.hooksPath");
        page.row((Tint::Faint, "is"), &repository.shown(&other.folder));
        let from = format!("{} configuration, {}", other.scope, other.file);
        page.row((Tint::Faint, "set in"), &from);
    }
    page.blank();
    page.row(
        match sweep {
            Sweep::None => (Tint::Bad, "pushes"),
            Sweep::Framework | Sweep::Hub | Sweep::All => (Tint::Good, "pushes"),
        },
        match sweep {
            Sweep::None => "are not swept: hubsweep hook install",
            Sweep::Framework => {
                "are swept by way of pre-commit, which names one ref a push; \
                 `hubsweep hook install` sweeps all of them"
            }
            Sweep::Hub => "to the Hub are swept before anything leaves",
            Sweep::All => "are swept before anything leaves",
        },
    );
    page.print()?;
    Ok(match sweep {
        Sweep::None => Exit::Blocked,
        Sweep::Framework | Sweep::Hub | Sweep::All => Exit::Clean,
    })
}

/// Show one hook; what does it sweep?
fn show(page: &mut Page, repository: &Repository, hook: Hook, chain: &Chain) -> Sweep {
    page.heading(hook.name());
    for name in &chain.configured {
        page.row((WARN, "before"), &format!("hook.{name}, set in git's configuration; git 2.54 and newer run it before this file"));
    }
    let mut sweep = Sweep::None;
    for (index, step) in chain.steps.iter().enumerate() {
        let label = if index == 0 { "runs" } else { "then" };
        let tint = match step.nature {
            Nature::Ours { .. } => Tint::Good,
            _ => Tint::Faint,
        };
        page.row((tint, label), &described(repository, step));
        if step.nature == Nature::PreCommit && hook == Hook::PrePush && by_framework(repository) {
            page.row(
                (Tint::Good, "calls"),
                "hubsweep, as .pre-commit-config.yaml says",
            );
            sweep = sweep.max(Sweep::Framework);
        }
        if let Nature::Ours { calls, global } = &step.nature {
            let found = if *global { Sweep::Hub } else { Sweep::All };
            if program(page, repository, calls) {
                sweep = sweep.max(found);
            }
            if *global && !repository.has_hub_remote() {
                page.row(
                    (WARN, "note"),
                    "no remote here leads to the Hub, so it lets everything pass",
                );
            }
        }
    }
    if chain.steps.is_empty() {
        let file = repository.hook_file(hook);
        let shown = repository.shown(&file);
        let text = if file.exists() {
            format!("nothing: {shown} leads to no hook")
        } else {
            format!("nothing: there is no {shown}")
        };
        page.row((Tint::Bad, "runs"), &text);
    }
    for (path, nature, why) in &chain.idle {
        let text = format!("{} ({}): {why}", repository.shown(path), nature.name());
        page.row((WARN, "does not"), &text);
    }
    sweep
}

/// Does the framework's configuration call the sweep of a push?
fn by_framework(repository: &Repository) -> bool {
    let Some(top) = repository.work_tree() else {
        return false;
    };
    let text = fs::read_to_string(top.join(".pre-commit-config.yaml")).unwrap_or_default();
    text.lines().map(str::trim).any(|line| {
        !line.starts_with('#')
            && (line == "- id: hubsweep" || line.contains("hubsweep hook run pre-push"))
    })
}

fn described(repository: &Repository, step: &Step) -> String {
    if step.implied {
        let text = step.file.display();
        return format!("{text}, since git-lfs puts no hook where another one is");
    }
    format!("{} ({})", repository.shown(&step.file), step.nature.name())
}

/// Is the program there? If not, the hook blocks, which is safe but no sweep.
fn program(page: &mut Page, repository: &Repository, calls: &Calls) -> bool {
    let fixed = match calls {
        Calls::Path(path) => Some(path),
        Calls::Name => None,
    };
    let there = fixed.filter(|path| path.is_file());
    let found = match there {
        Some(path) => Some((path.clone(), "")),
        None if fixed.is_some() => hook::on_path("hubsweep").map(|path| (path, " by PATH")),
        None => repository.program(),
    };
    if let Some(path) = fixed.filter(|_| there.is_none()) {
        let next = if found.is_some() {
            "the next is taken instead"
        } else {
            "the hook blocks"
        };
        let text = format!(
            "{} is gone: {next}; run `hubsweep hook install`",
            path.display()
        );
        page.row((Tint::Bad, "program"), &text);
    }
    let Some((path, how)) = found else {
        if fixed.is_none() {
            let text = "hubsweep is not on PATH: the hook blocks; run `hubsweep hook install`";
            page.row((Tint::Bad, "program"), text);
        }
        return false;
    };
    let folders = repository.work_tree().into_iter();
    let inside: Vec<&Path> = folders.chain([repository.common()]).collect();
    let shown = path.display();
    let own = env!("CARGO_PKG_VERSION");
    let (tint, text) = match hook::version(&path, &inside) {
        Some(version) if version == own => {
            (Tint::Faint, format!("{shown}{how}, version {version}"))
        }
        Some(version) => (
            WARN,
            format!(
                "{shown}{how}, version {version}; this one is {own}: run `hubsweep hook install`"
            ),
        ),
        None => (
            WARN,
            format!("{shown}{how}, which does not tell its version"),
        ),
    };
    page.row((tint, "program"), &text);
    true
}
