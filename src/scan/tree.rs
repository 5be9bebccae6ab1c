//! The folders of a sweep: in whose place each is read, and the audits of a
//! tree as a whole.
//!
//! In: the roots, and what the sources named. Out: what the file audits need
//! to know of a folder, and the tree audits' findings.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{Inventory, Sweep};
use crate::audit::{self, Target};
use crate::blob::{Blob, Content};
use crate::finding::{Finding, Origin, OriginKind};
use crate::git::WorkTree;
use crate::source::{As, Root};

/// A folder that is swept whole.
#[derive(Debug)]
pub(super) struct Folder {
    /// What the paths of its blobs begin with.
    prefix: String,
    path: PathBuf,
    sends: As,
    /// Paths under an LFS rule; of git only.
    lfs: BTreeSet<String>,
    /// Is it to become a Hub repository?
    hub: bool,
}

/// The card of a Hub repository.
const CARD: &str = "README.md";
/// Longest card read.
const LONGEST_CARD: u64 = 1 << 20;

impl Folder {
    /// What must be known of `root` before its files are swept.
    pub(super) fn new(root: &Root, blobs: &[&Blob]) -> Self {
        let worktree = (root.sends == As::Git)
            .then(|| WorkTree::discover(&root.path).ok().flatten())
            .flatten();
        let mut folder = Self {
            prefix: root.prefix.clone(),
            path: root.path.clone(),
            sends: root.sends,
            lfs: BTreeSet::new(),
            hub: match &worktree {
                Some(worktree) => worktree.has_hub_remote(),
                None => root.sends == As::Upload,
            },
        };
        if let Some(worktree) = &worktree {
            folder.lfs = folder.lfs_paths(worktree, blobs);
        }
        folder
    }

    pub(super) fn holds(&self, path: &str) -> bool {
        path.starts_with(&self.prefix)
    }

    /// A path as this folder alone would show it; the tree audits know only
    /// their own root.
    fn inside<'a>(&self, path: &'a str) -> Option<&'a str> {
        path.strip_prefix(&self.prefix)
    }

    pub(super) fn is_git(&self) -> bool {
        self.sends == As::Git
    }

    /// Does an LFS rule hold for `path`? Only git knows.
    pub(super) fn is_lfs(&self, path: &str) -> Option<bool> {
        self.is_git().then(|| self.lfs.contains(path))
    }

    fn lfs_paths(&self, worktree: &WorkTree, blobs: &[&Blob]) -> BTreeSet<String> {
        // Attributes are looked up only where there can be any.
        let top = worktree.root();
        let rules = top.join(".gitattributes").exists()
            || top.join(".git/info/attributes").exists()
            || blobs
                .iter()
                .any(|blob| blob.path.ends_with(".gitattributes"));
        if !rules {
            return BTreeSet::new();
        }
        let is_lfs = |path: &Path| {
            let relative = path.strip_prefix(top).ok()?;
            Some(worktree.attribute(relative, "filter")? == "lfs")
        };
        blobs
            .iter()
            .filter(|blob| self.holds(&blob.path))
            .filter(|blob| match &blob.content {
                Content::File(path) => is_lfs(path).unwrap_or(false),
                Content::Bytes(_) | Content::Stored(..) => false,
            })
            .map(|blob| blob.path.clone())
            .collect()
    }

    /// Was there a card that is not to be sent? Then nothing is said of cards.
    fn leaves_card_out(&self, inventory: &Inventory) -> bool {
        let path = format!("{}{CARD}", self.prefix);
        let sent = inventory.on_disk().any(|blob| blob.path == path)
            || inventory.links.iter().any(|link| link.path == path);
        !sent && self.path.join(CARD).exists()
    }

    fn card(&self) -> Option<String> {
        let mut card = Vec::new();
        File::open(self.path.join(CARD))
            .ok()?
            .take(LONGEST_CARD)
            .read_to_end(&mut card)
            .ok()?;
        Some(String::from_utf8_lossy(&card).into_owned())
    }

    /// Files of an upload that a `.gitignore` below the root names: the Hub
    /// honours only the root's.
    fn gitignored(&self, blobs: &[&Blob]) -> Vec<String> {
        if self.sends != As::Upload {
            return Vec::new();
        }
        let nested: Vec<(String, Gitignore)> = blobs
            .iter()
            .filter(|blob| self.holds(&blob.path) && blob.path.ends_with("/.gitignore"))
            .filter_map(|blob| {
                let Content::File(file) = &blob.content else {
                    return None;
                };
                let mut builder = GitignoreBuilder::new(file.parent()?);
                builder.add(file);
                let folder = blob.path.trim_end_matches(".gitignore").to_owned();
                Some((folder, builder.build().ok()?))
            })
            .collect();
        let ignored = |blob: &&&Blob| {
            let Content::File(file) = &blob.content else {
                return false;
            };
            nested.iter().any(|(folder, rules)| {
                blob.path.starts_with(folder)
                    && rules.matched_path_or_any_parents(file, false).is_ignore()
            })
        };
        blobs
            .iter()
            .filter(ignored)
            .map(|blob| blob.path.clone())
            .collect()
    }
}

/// What kind of repository the card says it is.
fn target(card: Option<&str>) -> Target {
    let front = card
        .and_then(|card| card.strip_prefix("---"))
        .and_then(|rest| rest.split("\n---").next());
    let has =
        |key: &str| front.is_some_and(|front| front.lines().any(|line| line.starts_with(key)));
    if has("sdk:") {
        Target::Space
    } else if has("dataset_info:") || has("configs:") || has("task_categories:") {
        Target::Dataset
    } else {
        Target::Model
    }
}

/// Run the tree audits on every folder.
pub(super) fn audit(sweep: &Sweep<'_>, folders: &[Folder], inventory: &Inventory) -> Vec<Finding> {
    let mut findings = Vec::new();
    let on_disk: Vec<&Blob> = inventory.on_disk().collect();
    for folder in folders {
        let card = folder.card();
        let files: Vec<(String, u64)> = inventory
            .on_disk()
            .filter_map(|blob| Some((folder.inside(&blob.path)?.to_owned(), blob.size)))
            .collect();
        let links: Vec<audit::Link> = inventory
            .links
            .iter()
            .filter_map(|link| {
                Some(audit::Link {
                    path: folder.inside(&link.path)?.to_owned(),
                    target: link.target.clone(),
                    escapes: link.escapes,
                    folder: link.is_dir,
                })
            })
            .collect();
        let gitignored: Vec<String> = folder
            .gitignored(&on_disk)
            .iter()
            .filter_map(|path| Some(folder.inside(path)?.to_owned()))
            .collect();
        let tree = audit::Tree {
            files: &files,
            links: &links,
            target: (folder.hub && !folder.leaves_card_out(inventory))
                .then(|| target(card.as_deref())),
            git: folder.is_git(),
            card: card.as_deref(),
            gitignored: &gitignored,
        };
        audit::tree(&tree, &mut |mut finding| {
            let path = &mut finding.location.path;
            match path.as_str() {
                "." if folder.prefix.is_empty() => {}
                "." => path.replace_range(.., folder.prefix.trim_end_matches('/')),
                _ => path.insert_str(0, &folder.prefix),
            }
            findings.push(finding);
        });
    }
    findings.retain(|finding| !sweep.policy.is_disabled(&finding.rule));
    for finding in &mut findings {
        finding.origins = vec![Origin::of(OriginKind::Tree)];
        sweep.policy.judge(finding, &[]);
    }
    findings
}
