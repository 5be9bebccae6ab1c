//! What is to be said about a shipment itself.
//!
//! In: a shipment. Out: one line each for what the rules of git do not keep
//! back, what leaves all the same, and what the client will refuse.

use crate::engine::Engine;
use crate::finding::printable;
use crate::git::{Standing, WorkTree};
use crate::scan::shown_names;
use crate::source::{Leaving, Outgoing, Shipment};

/// Names given as examples.
const NAMED: usize = 3;

/// The notices.
pub(super) fn of(engine: &Engine, shipment: &Shipment, reused: usize) -> Vec<String> {
    let mut notices = Vec::new();
    let refused: Vec<&str> = shipment.refused().map(|file| file.path.as_str()).collect();
    if !refused.is_empty() {
        notices.push(format!(
            "hf will fail because of {}: it sends nothing below .git, .cache or .., and no name that is no UTF-8; use --exclude",
            named(engine, &refused)
        ));
    }
    let ignored = ignored_but_sent(shipment);
    if !ignored.is_empty() {
        notices.push(format!(
            "git ignores {}, but {} sent: {}; the Hub heeds only the .gitignore at the root of the upload",
            files(ignored.len()),
            if ignored.len() == 1 { "it is" } else { "they are" },
            named(engine, &ignored)
        ));
    }
    if shipment.gitignore_unheard {
        notices.push(
            "the .gitignore of this folder does not hold: it does not become the root .gitignore of the upload"
                .to_owned(),
        );
    }
    let left = |file: &&Outgoing| file.leaving != Leaving::Whole;
    let partly = shipment.files.iter().filter(left).count();
    if partly > 0 {
        notices.push(format!(
            "the root .gitignore keeps {} out of the repository, but the Hub gets the name, size and first 512 bytes of each; --exclude keeps them here",
            files(partly)
        ));
    }
    if reused > 0 {
        notices.push(format!(
            "{} not read again: unchanged since a clean sweep (--no-cache reads everything)",
            files(reused)
        ));
    }
    notices
}

fn files(count: usize) -> String {
    format!("{count} file{}", if count == 1 { "" } else { "s" })
}

fn named(engine: &Engine, paths: &[&str]) -> String {
    let shown = shown_names(engine, &paths[..paths.len().min(NAMED)]);
    let shown = printable(&shown.join(", "));
    match paths.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Files that git would leave at home, by any of its rules. Who uploads a
/// folder that is ignored as a whole means to.
fn ignored_but_sent(shipment: &Shipment) -> Vec<&str> {
    let root = &shipment.root.path;
    let folder = if shipment.root.is_dir {
        Some(root.as_path())
    } else {
        root.parent()
    };
    let Some(tree) = folder.and_then(|folder| WorkTree::discover(folder).ok().flatten()) else {
        return Vec::new();
    };
    let inside = folder.and_then(|folder| folder.strip_prefix(tree.root()).ok());
    let whole = inside.filter(|inside| !inside.as_os_str().is_empty());
    if whole.is_some_and(|inside| tree.standing(inside, true) == Standing::Left) {
        return Vec::new();
    }
    let sent = |file: &&Outgoing| file.leaving == Leaving::Whole;
    let left = |file: &&Outgoing| {
        let inside = file.file.strip_prefix(tree.root());
        inside.is_ok_and(|inside| tree.standing(inside, false) == Standing::Left)
    };
    let files = shipment.files.iter().filter(sent).filter(left);
    files.map(|file| file.path.as_str()).collect()
}
