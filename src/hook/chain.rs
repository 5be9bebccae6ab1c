//! What git will run as a hook, one after the other.
//!
//! In: a repository and a hook. Out: the files that run, in order, those that
//! are there and do not, and whether ours is among the first.

use std::path::{Path, PathBuf};

use super::install::legacy;
use super::keep::kept;
use super::nature::{Nature, look};
use super::program::on_path;
use super::repository::run;
use super::{Hook, HookError, Repository, global};

/// One hook that runs.
#[derive(Clone, Debug)]
pub struct Step {
    /// The file.
    pub file: PathBuf,
    /// Whose it is.
    pub nature: Nature,
    /// Is it run by one of ours and has no file of its own?
    pub implied: bool,
}

/// What becomes of a hook.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Settings of git 2.54 and newer that run before any file, by name.
    pub configured: Vec<String>,
    /// What runs, in order.
    pub steps: Vec<Step>,
    /// What is there and does not run, and why.
    pub idle: Vec<(PathBuf, Nature, &'static str)>,
}

impl Chain {
    /// The step that is ours.
    pub fn ours(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.nature.is_ours())
    }

    /// Does a hook of this very repository, not the global one, sweep?
    pub fn has_own_sweep(&self) -> bool {
        self.steps
            .iter()
            .any(|step| matches!(step.nature, Nature::Ours { global: false, .. }))
    }

    fn push(&mut self, file: &Path, nature: Nature) {
        self.steps.push(Step {
            file: file.to_owned(),
            nature,
            implied: false,
        });
    }

    fn is_known(&self, file: &Path) -> bool {
        self.steps.iter().any(|step| step.file == file)
            || self.idle.iter().any(|(path, ..)| path == file)
    }
}

/// No chain that a person made is longer; a circle of links is.
const DEEPEST: usize = 8;

struct Walk<'a> {
    repository: &'a Repository,
    hook: Hook,
    chain: Chain,
    /// Is the pre-commit framework running already?
    legacy: bool,
    depth: usize,
}

/// What git runs as `hook`.
pub fn follow(repository: &Repository, hook: Hook) -> Result<Chain, HookError> {
    let file = repository.hook_file(hook);
    let mut walk = Walk {
        repository,
        hook,
        chain: Chain {
            configured: configured(repository, hook),
            ..Chain::default()
        },
        legacy: false,
        depth: 0,
    };
    walk.enter(&file, false)?;
    walk.leftovers(&file)?;
    Ok(walk.chain)
}

impl Walk<'_> {
    /// `read` by a shell, a file need not be executable.
    fn enter(&mut self, file: &Path, read: bool) -> Result<(), HookError> {
        let Some(found) = look(file)? else {
            return Ok(());
        };
        if self.depth > DEEPEST {
            return Ok(());
        }
        if !found.runs && !read {
            let why = "not executable";
            self.chain.idle.push((file.to_owned(), found.nature, why));
            return Ok(());
        }
        self.depth += 1;
        let folder = file.parent().unwrap_or(Path::new(""));
        match found.nature {
            // Husky runs one file, and nothing beside it.
            Nature::Ours { .. } if read => {
                self.chain.push(file, found.nature);
                if has_more(&found.text) {
                    self.chain.push(file, Nature::Other);
                }
            }
            Nature::Ours { .. } => {
                self.chain.push(file, found.nature);
                self.before(folder)?;
            }
            Nature::PassThrough => {
                let own = self.repository.own_hooks().join(self.hook.name());
                let runs = look(&own)?.is_some_and(|own| own.runs);
                self.enter(&own, false)?;
                if !runs {
                    self.git_lfs();
                }
            }
            Nature::PreCommit => {
                if !std::mem::replace(&mut self.legacy, true) {
                    self.enter(&legacy(folder, self.hook), false)?;
                }
                self.chain.push(file, found.nature);
            }
            Nature::Husky => {
                let user = folder.parent().unwrap_or(folder).join(self.hook.name());
                self.enter(&user, true)?;
            }
            nature => self.chain.push(file, nature),
        }
        self.depth -= 1;
        Ok(())
    }

    /// The hooks that ours runs after itself.
    fn before(&mut self, folder: &Path) -> Result<(), HookError> {
        let mut any = false;
        for (path, found) in kept(folder, self.hook)? {
            if self.legacy && found.nature == Nature::PreCommit {
                let why = "the framework runs already";
                self.chain.idle.push((path, found.nature, why));
                continue;
            }
            any |= found.runs;
            self.enter(&path, false)?;
        }
        if !any {
            self.git_lfs();
        }
        Ok(())
    }

    /// Ours calls git-lfs where no hook does.
    fn git_lfs(&mut self) {
        let used = self.repository.common().join("lfs").is_dir();
        if self.hook == Hook::PrePush && used && on_path("git-lfs").is_some() {
            self.chain.steps.push(Step {
                file: PathBuf::from("git lfs pre-push"),
                nature: Nature::GitLfs,
                implied: true,
            });
        }
    }

    /// Hooks beside the one that runs, in the repository's own folder, and in
    /// the global one.
    fn leftovers(&mut self, file: &Path) -> Result<(), HookError> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let own = self.repository.own_hooks();
        let mut files = vec![(legacy(folder, self.hook), "nothing runs it")];
        for folder in [folder, &own] {
            let beside = kept(folder, self.hook)?;
            files.extend(
                beside
                    .into_iter()
                    .map(|(path, _)| (path, "nothing runs it")),
            );
        }
        let shadowed = "core.hooksPath leads git elsewhere";
        files.push((own.join(self.hook.name()), shadowed));
        if let Some(folder) = global::configured()? {
            files.push((
                folder.join(self.hook.name()),
                "the repository's core.hooksPath comes first",
            ));
        }
        for (path, why) in files {
            if let Some(found) = look(&path)?
                && !self.chain.is_known(&path)
                && found.nature != Nature::PassThrough
            {
                self.chain.idle.push((path, found.nature, why));
            }
        }
        Ok(())
    }
}

/// Is there anything but our lines in a file of husky's?
fn has_more(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let after = text.rsplit_once("# hubsweep hook v1: end");
    after.is_some_and(|(_, rest)| !rest.trim().is_empty())
}

/// Hooks that git 2.54 and newer run from settings, before the file.
fn configured(repository: &Repository, hook: Hook) -> Vec<String> {
    let args = ["config", "-z", "--get-regexp", r"^hook\..*\.event$"];
    let Ok(Some(said)) = run(repository.common(), &args, None) else {
        return Vec::new();
    };
    String::from_utf8_lossy(&said)
        .split('\0')
        .filter_map(|entry| entry.split_once('\n'))
        .filter(|(_, event)| *event == hook.name())
        .filter_map(|(key, _)| key.strip_prefix("hook.")?.strip_suffix(".event"))
        .map(str::to_owned)
        .collect()
}
