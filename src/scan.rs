//! The conductor of a sweep: source → blob → fragments → matches → findings →
//! verdicts → report.
//!
//! In: [`Sweep`], everything a sweep needs. Out: one judged [`Report`]. Bytes
//! never cross a thread; findings do. One thread and many give the same
//! report.

mod base;
mod collect;
mod columns;
mod distinct;
mod file;
mod guessable;
mod inspect;
mod keep;
mod lines;
mod merge;
mod names;
mod origins;
mod pairs;
mod people;
mod profile;
mod recognised;
mod told;
mod tree;
mod veil;

use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use thiserror::Error;

use crate::blob::{Blob, Limits};
use crate::engine::Engine;
use crate::finding::{Finding, OriginKind, Report, Secret, Skip};
use crate::policy::Policy;
use crate::recogniser::Recogniser;
use crate::source::{Item, Link, Root, Source, SourceError};
pub use base::Base;
use collect::Collector;
pub use inspect::{Witness, inspect};
pub use names::shown_names;
pub use profile::profile;
use veil::{Names, Veil};

/// Why a sweep cannot run.
#[derive(Debug, Error)]
pub enum ScanError {
    /// A source cannot name its blobs.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The worker threads cannot be started.
    #[error("cannot start {threads} worker threads: {source}")]
    Threads {
        /// How many.
        threads: usize,
        /// Why.
        source: rayon::ThreadPoolBuildError,
    },
}

/// Everything a sweep needs.
pub struct Sweep<'a> {
    /// Where bytes come from.
    pub sources: Vec<Box<dyn Source + 'a>>,
    /// Folders and files that are swept as they lie on disk.
    pub roots: Vec<Root>,
    /// What was asked for, as given.
    pub asked: Vec<String>,
    /// The rules.
    pub engine: &'a Engine,
    /// What counts.
    pub policy: &'a Policy,
    /// How far readers go into artifacts.
    pub limits: Limits,
    /// Worker threads; 0 for one a core.
    pub threads: usize,
    /// Is this everything that would be sent, so that unused allows show?
    pub whole: bool,
    /// Does what a remote has already only warn?
    pub published_passes: bool,
    /// Of a range of commits that is not trusted: where it begins.
    pub base: Option<&'a dyn Base>,
    /// Hears what readers learn of artifacts.
    pub witness: Option<&'a (dyn Witness + Sync)>,
    /// Looks for personal data too.
    pub recogniser: Option<&'a Mutex<Recogniser>>,
    /// Hears of progress.
    pub progress: &'a (dyn Progress + Sync),
    /// Set to stop early.
    pub interrupt: &'a AtomicBool,
}

/// Hears how far a sweep is.
pub trait Progress {
    /// The work ahead: files and bytes.
    fn total(&self, files: u64, bytes: u64);
    /// So many more bytes are done.
    fn done(&self, bytes: u64);
}

/// What the sources named.
#[derive(Debug, Default)]
struct Inventory {
    blobs: Vec<Blob>,
    /// Where in `blobs` those of each source begin.
    starts: Vec<usize>,
    links: Vec<Link>,
    skips: Vec<Skip>,
}

impl Inventory {
    /// The files of the work tree.
    fn on_disk(&self) -> impl Iterator<Item = &Blob> {
        self.blobs.iter().filter(|blob| blob.key.is_none())
    }
}

/// Run a sweep.
pub fn scan(sweep: &Sweep<'_>) -> Result<Report, ScanError> {
    let inventory = take_inventory(sweep)?;
    let known = |blob: &Blob| sweep.sources.iter().any(|source| source.is_known(blob));
    let places = 0..inventory.blobs.len();
    let places: Vec<usize> = places
        .filter(|&place| !known(&inventory.blobs[place]))
        .collect();
    let bytes = places
        .iter()
        .map(|&place| inventory.blobs[place].size)
        .sum();
    sweep.progress.total(places.len() as u64, bytes);
    let reused = (inventory.blobs.len() - places.len()) as u64;
    let pool = workers(sweep)?;
    // What git keeps lies in no folder, whatever its path.
    let on_disk: Vec<&Blob> = inventory.on_disk().collect();
    let folders: Vec<tree::Folder> = sweep
        .roots
        .iter()
        .filter(|root| root.is_dir)
        .map(|root| tree::Folder::new(root, &on_disk))
        .collect();
    let tasks = tasks(&inventory.blobs, places);
    let keeper = keep::Keeper::default();
    let swept: Vec<file::Swept> = pool.install(|| {
        tasks
            .par_iter()
            .with_max_len(1)
            .flat_map_iter(|task| task.iter())
            .filter(|_| !sweep.interrupt.load(Ordering::Relaxed))
            .map(|&place| {
                let blob = &inventory.blobs[place];
                let mut around = folders.iter().filter(|_| blob.key.is_none());
                let folder = around.find(|folder| folder.holds(&blob.path));
                let mut swept = file::sweep(sweep, folder, blob, place);
                if blob.key.is_some() {
                    let findings = std::mem::take(&mut swept.findings);
                    swept.kept = keeper.keep(findings, &blob.path);
                }
                swept
            })
            .collect()
    });
    drop(keeper);
    let traced = origins::trace(sweep, &inventory, swept)?;
    let mut inventory = inventory;
    inventory.skips.extend(traced.skips);
    let mut audited = tree::audit(sweep, &folders, &inventory);
    audited.extend(traced.findings);
    let mut report = report(sweep, inventory, audited, traced.swept);
    report.notices.extend(traced.notice);
    report.coverage.reused = reused;
    Ok(report)
}

/// The worker threads.
fn workers(sweep: &Sweep<'_>) -> Result<rayon::ThreadPool, ScanError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(sweep.threads)
        .build()
        .map_err(|source| ScanError::Threads {
            threads: sweep.threads,
            source,
        })
}

/// Objects in one task: neighbours in a pack build on each other.
const NEIGHBOURS: usize = 128;
/// Objects larger than this are tasks of their own.
const LARGE: u64 = 4 << 20;

/// The work in pieces: places of blobs. What is large comes first, so that
/// none of it runs alone at the end; objects of git keep their order.
fn tasks(blobs: &[Blob], places: Vec<usize>) -> Vec<Vec<usize>> {
    let (mut alone, together): (Vec<usize>, Vec<usize>) = places
        .into_iter()
        .partition(|&place| blobs[place].key.is_none() || blobs[place].size > LARGE);
    alone.sort_by(|&a, &b| {
        let (a, b) = (&blobs[a], &blobs[b]);
        b.size.cmp(&a.size).then_with(|| a.path.cmp(&b.path))
    });
    let alone = alone.into_iter().map(|place| vec![place]);
    alone
        .chain(together.chunks(NEIGHBOURS).map(<[usize]>::to_vec))
        .collect()
}

fn take_inventory(sweep: &Sweep<'_>) -> Result<Inventory, ScanError> {
    let mut inventory = Inventory::default();
    for source in &sweep.sources {
        inventory.starts.push(inventory.blobs.len());
        source.items(&mut |item| {
            match item {
                Item::Blob(blob) => inventory.blobs.push(blob),
                Item::Skip(skip) => inventory.skips.push(skip),
                Item::Link(link) => inventory.links.push(link),
            }
            if sweep.interrupt.load(Ordering::Relaxed) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
    }
    Ok(inventory)
}

fn report(
    sweep: &Sweep<'_>,
    inventory: Inventory,
    mut findings: Vec<Finding>,
    swept: Vec<file::Swept>,
) -> Report {
    let mut report = Report {
        roots: sweep.asked.clone(),
        rules: sweep.engine.rules().len(),
        interrupted: sweep.interrupt.load(Ordering::Relaxed),
        ..Report::default()
    };
    let secrets = swept.iter().flat_map(|file| &file.names);
    let names = names(sweep, &inventory, secrets);
    report.skipped = inventory.skips;
    let mut unused = Vec::new();
    for file in swept {
        findings.extend(file.findings);
        report.skipped.extend(file.skips);
        report.coverage.add(&file.coverage);
        unused.extend(file.unused);
    }
    findings.sort_by(|a, b| a.order().cmp(&b.order()));
    sweep.policy.apply_baseline(&mut findings);
    (report.suppressed, report.findings) = findings
        .into_iter()
        .partition(|finding| finding.verdict.suppresses());
    for skip in &mut report.skipped {
        sweep.policy.judge_skip(skip);
    }
    report.skipped.sort_by(|a, b| {
        (&a.path, &a.route, a.class, &a.why).cmp(&(&b.path, &b.route, b.class, &b.why))
    });
    report.notices = sweep.policy.notices();
    if sweep.whole && !report.interrupted {
        unused.extend(sweep.policy.unused());
        unused.sort_unstable();
        report.notices.extend(unused);
    }
    let findings = report.findings.iter_mut().chain(&mut report.suppressed);
    findings.for_each(|finding| names.cover(finding));
    for skip in &mut report.skipped {
        names.cover_skip(skip);
    }
    for text in report.roots.iter_mut().chain(&mut report.notices) {
        names.cover_text(text);
    }
    report
}

/// What the names of files may show: the workers looked at those that were
/// read, the rest is looked at here.
fn names<'a>(
    sweep: &Sweep<'_>,
    inventory: &Inventory,
    secrets: impl Iterator<Item = &'a Secret>,
) -> Names {
    let mut veil = Veil::default();
    for secret in secrets {
        veil.add(secret.reveal());
    }
    let skips = inventory.skips.iter().map(|skip| skip.path.as_str());
    let links = inventory.links.iter().map(|link| link.path.as_str());
    let unread = || skips.clone().chain(links.clone());
    let roots = sweep.asked.iter().map(String::as_str);
    let mut looker = Collector::new(sweep.engine.scanner(""), "", OriginKind::Tree);
    for name in unread().chain(roots) {
        looker.path_name(name);
    }
    for secret in looker
        .findings
        .iter()
        .filter_map(|found| found.secret.as_ref())
    {
        veil.add(secret.reveal());
    }
    let read = inventory.blobs.iter().map(|blob| blob.path.as_str());
    Names::new(veil, read.chain(unread()))
}
