//! `hubsweep hook run`: what the hooks call.
//!
//! In: the arguments and the standard input that git gives a hook. Out: an
//! exit code; anything but 0 stops git.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::super::Exit;
use super::super::args::Output;
use super::super::own_rules::OwnRules;
use super::super::reports::Target;
use super::sweep;
use crate::finding::printable;
use crate::git::leads_to_hub;
use crate::hook::{self, Hook, Repository};

#[derive(Debug, Subcommand)]
pub(super) enum Run {
    /// Sweep what a push would send; its refs come on standard input
    PrePush {
        #[command(flatten)]
        caller: Caller,
        /// Name of the remote, or its URL; pre-commit, the framework, tells it
        /// by its environment
        remote: Option<String>,
        /// Its URL
        url: Option<String>,
    },
    /// Sweep what a commit would hold
    PreCommit {
        #[command(flatten)]
        caller: Caller,
    },
    /// Sweep the message of a commit
    CommitMsg {
        #[command(flatten)]
        caller: Caller,
        /// The file that holds it
        file: PathBuf,
    },
}

/// Who calls.
#[derive(Debug, Args)]
pub(super) struct Caller {
    /// A hook for every repository: mind only what leads to the Hub
    #[arg(long, hide = true)]
    global_hook: bool,
    #[command(flatten)]
    added: OwnRules,
    /// FORMAT or FORMAT=FILE, repeatable, as for `hubsweep scan`
    #[arg(long = "report", value_name = "FORMAT[=FILE]")]
    reports: Vec<Target>,
}

impl Run {
    fn name(&self) -> &'static str {
        match self {
            Self::PrePush { .. } => Hook::PrePush.name(),
            Self::PreCommit { .. } => Hook::PreCommit.name(),
            Self::CommitMsg { .. } => "commit-msg",
        }
    }

    fn caller(&self) -> &Caller {
        let (Self::PrePush { caller, .. }
        | Self::PreCommit { caller }
        | Self::CommitMsg { caller, .. }) = self;
        caller
    }

    /// Reports other than what a hook prints.
    pub(super) fn reports(&self) -> &[Target] {
        &self.caller().reports
    }

    /// Rules beside the built-in ones.
    pub(super) fn added(&self) -> &OwnRules {
        &self.caller().added
    }

    /// Is it none of a global hook's business?
    fn is_idle(&self) -> anyhow::Result<bool> {
        if !self.caller().global_hook {
            return Ok(false);
        }
        let repository = Repository::discover(Path::new("."))?;
        let (to_hub, hook) = match self {
            Self::PrePush { url, .. } => {
                let url = url.as_deref().unwrap_or_default();
                (leads_to_hub(url), Some(Hook::PrePush))
            }
            Self::PreCommit { .. } => (repository.has_hub_remote(), Some(Hook::PreCommit)),
            Self::CommitMsg { .. } => (repository.has_hub_remote(), None),
        };
        // The repository's own hook of ours runs after this one: once is enough.
        let again = match hook {
            Some(hook) => hook::follow(&repository, hook)?.has_own_sweep(),
            None => false,
        };
        Ok(!to_hub || again)
    }
}

pub(super) fn run(run: &Run, output: &Output) -> anyhow::Result<Exit> {
    if run.is_idle()? || is_skipped(run)? {
        return Ok(Exit::Clean);
    }
    sweep::run(run, output)
}

/// Did the user say, with a reason, to let this one through?
fn is_skipped(run: &Run) -> anyhow::Result<bool> {
    let Some(reason) = std::env::var_os("HUBSWEEP_SKIP") else {
        return Ok(false);
    };
    let reason = printable(reason.to_string_lossy().trim());
    if reason.is_empty() {
        return Ok(false);
    }
    writeln!(io::stderr(), "hubsweep: skipped, HUBSWEEP_SKIP={reason}")?;
    let logged = Repository::discover(Path::new("."))
        .and_then(|repository| hook::log_skip(&repository, run.name(), &reason));
    // The user asked for a way past: a full disk is no reason to close it.
    if let Err(error) = logged {
        writeln!(io::stderr(), "hubsweep: this is not logged: {error}")?;
    }
    Ok(true)
}
