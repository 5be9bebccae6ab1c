//! File names outside a report: lists and messages of a command.
//!
//! In: paths. Out: the same paths as they may be printed, secrets in them
//! masked as in a report.

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::collect::Collector;
use super::veil::{Names, Veil};
use crate::engine::Engine;
use crate::finding::{Finding, OriginKind};

/// The paths with secrets masked, in the same order. A terminal needs
/// [`crate::finding::printable`] besides.
pub fn shown_names(engine: &Engine, paths: &[&str]) -> Vec<String> {
    let found: Vec<Finding> = paths
        .par_iter()
        .flat_map_iter(|path| {
            let mut looker = Collector::new(engine.scanner(path), path, OriginKind::Tree);
            looker.path_name(path);
            looker.findings
        })
        .collect();
    let mut veil = Veil::default();
    for secret in found.iter().filter_map(|finding| finding.secret.as_ref()) {
        veil.add(secret.reveal());
    }
    let names = Names::new(veil, paths.iter().copied());
    let show = |path: &&str| {
        let mut shown = (*path).to_owned();
        names.path(&mut shown);
        shown
    };
    paths.iter().map(show).collect()
}
