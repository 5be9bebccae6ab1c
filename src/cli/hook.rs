//! `hubsweep hook`: the git hooks.
//!
//! In: which hooks, for this repository or for all. Out: what was done, what
//! git will run, or, called by a hook, whether the push or commit may go on.

mod advice;
mod install;
mod run;
mod status;
mod sweep;
mod take_out;

use clap::{Args, Subcommand};

use super::Exit;
use super::args::Output;
use crate::hook::Hook as GitHook;

const AFTER: &str = "\
Examples:
  hubsweep hook install             in this repository
  hubsweep hook install --global    for every repository, minding the Hub's only
  hubsweep hook status              what git will really run
  HUBSWEEP_SKIP=reason git push     let one push through; it is logged

The hooks run hubsweep first and then whatever hook was there before, git-lfs's
too. Without --pre-push or --pre-commit, both are meant.";

#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Hook {
    #[command(subcommand)]
    command: HookCommand,
}

#[derive(Debug, Subcommand)]
enum HookCommand {
    /// Put the hooks in, before those that are there
    Install(Choice),
    /// Take the hooks out and put back what was there
    Uninstall(Choice),
    /// Tell what git will really run; 0 if pushes are swept, 1 if not
    Status,
    /// What the hooks call
    #[command(subcommand)]
    Run(run::Run),
}

#[derive(Debug, Args)]
struct Choice {
    /// The hook that sweeps what a push would send
    #[arg(long)]
    pre_push: bool,
    /// The hook that sweeps what a commit would hold
    #[arg(long)]
    pre_commit: bool,
    /// For every repository of yours, by the global core.hooksPath
    #[arg(long, conflicts_with = "local")]
    global: bool,
    /// For this repository, even where core.hooksPath leads git elsewhere
    #[arg(long)]
    local: bool,
}

impl Choice {
    fn hooks(&self) -> Vec<GitHook> {
        let both = self.pre_push == self.pre_commit;
        GitHook::ALL
            .into_iter()
            .filter(|hook| {
                both || match hook {
                    GitHook::PrePush => self.pre_push,
                    GitHook::PreCommit => self.pre_commit,
                }
            })
            .collect()
    }
}

pub(super) fn run(args: &Hook, output: &Output) -> anyhow::Result<Exit> {
    match &args.command {
        HookCommand::Install(choice) => install::install(choice, output),
        HookCommand::Uninstall(choice) => install::uninstall(choice, output),
        HookCommand::Status => status::run(output),
        HookCommand::Run(run) => run::run(run, output),
    }
}
