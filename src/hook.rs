//! The git hooks: which ones git runs, and how ours gets among them.
//!
//! In: a folder, the hooks wanted, our own program. Out: hook files that run
//! ours first and then whatever was there before, and the truth about what git
//! will run. The `git` program is asked for everything git decides, because
//! where a hook counts, that program is there, and it knows every format.

mod chain;
mod global;
mod husky;
mod install;
mod keep;
mod nature;
mod place;
mod program;
mod repository;
mod script;
mod skip;
mod uninstall;

use std::fmt;
use std::path::PathBuf;

pub use chain::{Chain, Step, follow};
pub use global::{State as GlobalState, install as install_global, uninstall as uninstall_global};
pub use install::{Change, Done, install};
pub use nature::{Calls, Nature};
pub use program::{current as current_program, on_path, version};
pub use repository::{HooksPath, Repository, Scope};
pub use skip::log_skip;
pub use uninstall::uninstall;

/// A hook that is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hook {
    /// Before anything is pushed.
    PrePush,
    /// Before a commit is made.
    PreCommit,
}

impl Hook {
    /// Every hook there is.
    pub const ALL: [Self; 2] = [Self::PrePush, Self::PreCommit];

    /// The name git runs it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::PrePush => "pre-push",
            Self::PreCommit => "pre-commit",
        }
    }
}

impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why hooks could not be read, installed or removed.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// There is no repository.
    #[error(
        "{} is in no git repository\n\
         help: run it in one, make one with `git init`, or cover every repository with `hubsweep hook install --global`",
        path.display()
    )]
    NoRepository {
        /// Where one was looked for.
        path: PathBuf,
    },
    /// There is no `git` program.
    #[error(
        "cannot run git: {source}\nhelp: install git 2.26 or newer, and see that `git --version` works"
    )]
    NoGit {
        /// What the system said.
        source: std::io::Error,
    },
    /// The `git` program failed.
    #[error("`git {command}` failed: {why}\nhelp: run it by hand: `git {command}`")]
    Git {
        /// Its arguments.
        command: String,
        /// The first line it printed on stderr.
        why: String,
    },
    /// Another folder's hooks run instead of the repository's own.
    #[error(
        "git runs the hooks in {} instead of this repository's ({scope} core.hooksPath, set in {file}), so a hook installed here would never run\n\
         help: `hubsweep hook install --global` adds it to that folder; if that folder runs the repositories' own hooks, `hubsweep hook install --local`",
        folder.display()
    )]
    Shadowed {
        /// The folder git takes hooks from.
        folder: PathBuf,
        /// Where that is set.
        scope: Scope,
        /// In which file.
        file: String,
    },
    /// `core.hooksPath` switches hooks off.
    #[error(
        "hooks are switched off: {scope} core.hooksPath is {}, which is no folder\n\
         help: `git config {flag} --unset core.hooksPath`, then install again",
        folder.display()
    )]
    Off {
        /// What it is set to.
        folder: PathBuf,
        /// Where that is set.
        scope: Scope,
        /// The option of `git config` for that.
        flag: &'static str,
    },
    /// The global `core.hooksPath` means another folder in each repository.
    #[error(
        "the global core.hooksPath is {value}, a folder in each repository, so there is no one place for a global hook\n\
         help: run `hubsweep hook install` in each repository"
    )]
    RelativeGlobal {
        /// What it is set to.
        value: String,
    },
    /// There is no folder for the user's own configuration.
    #[error(
        "there is no folder for global hooks: neither XDG_CONFIG_HOME nor HOME is set\nhelp: set HOME"
    )]
    NoHome,
    /// Hooks were put over ours so often that there is no name left to keep
    /// one under.
    #[error(
        "{} and its numbered companions are all taken\nhelp: remove those you do not need: `ls {}*`",
        path.display(), path.display()
    )]
    Full {
        /// The first of them.
        path: PathBuf,
    },
    /// A tracked hook is a link to somewhere else.
    #[error(
        "{} is a symbolic link and is not written through\n\
         help: put the lines of hooks/husky in hubsweep's repository at the top of the file it leads to",
        path.display()
    )]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// A path that a line of sh cannot hold.
    #[error(
        "{path:?} cannot be written to a hook: it holds a line break\nhelp: install hubsweep somewhere else"
    )]
    Unquotable {
        /// Which one.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("cannot {what} {}: {source}\nhelp: check its permissions with `ls -ld`", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl HookError {
    fn io(what: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }
}
