//! The conductor of an upload: what would leave → sweep → what changed
//! meanwhile → sweep that → the client.
//!
//! In: a [`Setup`], the request in it asked for anew each time. Out: judged
//! reports, and whether anything changed since. Nothing here touches the
//! network; only [`client`] starts the program that does.

pub mod arguments;
pub mod cache;
pub mod client;
pub mod destination;
mod merge;
mod notices;
pub mod plan;
mod samples;
mod stamp;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use thiserror::Error;

use crate::blob::{Blob, Content};
use crate::engine::Engine;
use crate::finding::{OriginKind, Report};
use crate::policy::Policy;
use crate::scan::{self, Progress, ScanError, Sweep};
use crate::source::{
    Item, Leaving, Listed, Outgoing, Request, Root, Shipment, Source, SourceError, What,
};
use arguments::ArgumentError;
use cache::Cache;
use plan::PlanError;
use stamp::Stamp;

/// Why an upload cannot be prepared.
#[derive(Debug, Error)]
pub enum UploadError {
    /// The arguments do not say what would be sent.
    #[error(transparent)]
    Argument(#[from] ArgumentError),
    /// The plan does not.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The files cannot be listed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The sweep cannot run.
    #[error(transparent)]
    Scan(#[from] ScanError),
}

/// Everything the sweeps before an upload need.
pub struct Setup<'a> {
    /// What would be sent; asked before every listing, as a wildcard, a plan
    /// or a missing folder may mean something else by then.
    pub request: &'a dyn Fn() -> Result<Request, UploadError>,
    /// The rules.
    pub engine: &'a Engine,
    /// What counts.
    pub policy: &'a Policy,
    /// Worker threads; 0 for one a core.
    pub threads: usize,
    /// Hears of progress.
    pub progress: &'a (dyn Progress + Sync),
    /// Set to stop early.
    pub interrupt: &'a AtomicBool,
}

/// A shipment and what its sweep said.
pub struct Swept {
    /// What would leave.
    pub shipment: Shipment,
    /// The judgement.
    pub report: Report,
    /// Each file as it was before it was read.
    stamps: Stamps,
}

/// By the place on disk: two names can be shown alike.
type Stamps = BTreeMap<PathBuf, (Leaving, Stamp)>;

/// List and sweep everything that would leave. Files that the cache knows are
/// not read again.
pub fn sweep(setup: &Setup<'_>, mut cache: Option<&mut Cache>) -> Result<Swept, UploadError> {
    if let Some(cache) = &mut cache {
        cache.begin();
    }
    let request = (setup.request)()?;
    let shipment = Shipment::list(&request)?;
    let stamps = stamps(&shipment);
    let known: BTreeSet<PathBuf> = match &cache {
        Some(cache) => stamps
            .iter()
            .filter(|(path, (leaving, stamp))| {
                *leaving == Leaving::Whole && cache.knows(path, stamp)
            })
            .map(|(path, _)| path.clone())
            .collect(),
        None => BTreeSet::new(),
    };
    let reused = known.len();
    let whole = matches!(&request.what, What::Folder { include, exclude, .. }
        if include.is_empty() && exclude.is_empty());
    let mut report = run(setup, &shipment, known.clone(), whole)?;
    report
        .notices
        .extend(notices::of(setup.engine, &shipment, reused));
    if let Some(cache) = cache {
        remember(setup, cache, &shipment, &stamps, &known, &report);
        report.notices.extend(cache.take_notice());
    }
    Ok(Swept {
        shipment,
        report,
        stamps,
    })
}

/// Sweep what is new or no longer what it was when `before` was swept; `None`
/// if there is no such file.
pub fn sweep_changed(setup: &Setup<'_>, before: &Swept) -> Result<Option<Swept>, UploadError> {
    let request = (setup.request)()?;
    let shipment = Shipment::list(&request)?;
    let stamps = stamps(&shipment);
    let same = |path: &PathBuf| stamps.get(path) == before.stamps.get(path);
    let known: BTreeSet<PathBuf> = stamps.keys().filter(|path| same(path)).cloned().collect();
    // A file that cannot be read has no stamp, and stays a skip.
    let unreadable = shipment.files.len() != stamps.len();
    if known.len() == stamps.len() && !unreadable {
        return Ok(None);
    }
    let report = run(setup, &shipment, known, false)?;
    Ok(Some(Swept {
        shipment,
        report,
        stamps,
    }))
}

impl Swept {
    /// Files that are not what they were when they were swept.
    pub fn changed(&self) -> Vec<&str> {
        let files = self.shipment.files.iter();
        files
            .filter(|file| Stamp::of(&file.file) != self.stamp(file))
            .map(|file| file.path.as_str())
            .collect()
    }

    /// Put what a second sweep of the changed files said in the place of what
    /// was said of them before.
    pub fn absorb(&mut self, again: Self) {
        let changed = again.stamps.iter();
        let changed = changed.filter(|(file, stamp)| self.stamps.get(*file) != Some(*stamp));
        let changed: BTreeSet<&PathBuf> = changed.map(|(file, _)| file).collect();
        let files = again.shipment.files.iter();
        let paths = files
            .filter(|file| changed.contains(&file.file))
            .map(|file| file.path.as_str())
            .collect();
        merge::replace(&mut self.report, again.report, &paths);
        self.shipment = again.shipment;
        self.stamps = again.stamps;
    }

    /// Is everything that would leave as it was in `other`?
    pub fn is_same(&self, other: &Self) -> bool {
        self.stamps == other.stamps
    }

    fn stamp(&self, file: &Outgoing) -> Option<Stamp> {
        self.stamps.get(&file.file).map(|(_, stamp)| *stamp)
    }
}

fn stamps(shipment: &Shipment) -> Stamps {
    let files = shipment.files.iter();
    files
        .filter_map(|file| {
            let stamp = Stamp::of(&file.file)?;
            Some((file.file.clone(), (file.leaving, stamp)))
        })
        .collect()
}

/// Sweep a shipment but for what is `known`: first what leaves in part, so
/// that an allow which is needed only there counts as used.
fn run(
    setup: &Setup<'_>,
    shipment: &Shipment,
    known: BTreeSet<PathBuf>,
    whole: bool,
) -> Result<Report, UploadError> {
    let samples = samples::take(shipment, &known);
    let mut skips = samples.unread;
    let partly = if samples.blobs.is_empty() {
        Report::default()
    } else {
        let items = samples.blobs.into_iter().map(Item::Blob).collect();
        let report = scan(setup, listed(items, BTreeSet::new()), Vec::new(), false)?;
        samples::judged(report, shipment, &samples.shifted)
    };
    skips.extend(shipment.skips.iter().cloned());
    let leaves_whole = |path: &str| {
        let at = shipment
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path));
        at.is_err() || at.is_ok_and(|at| shipment.files[at].leaving == Leaving::Whole)
    };
    let links = shipment.links.iter();
    let links = links.filter(|link| leaves_whole(&link.path)).cloned();
    let files = shipment.files.iter();
    let blobs = files
        .filter(|file| file.leaving == Leaving::Whole && !file.excluded)
        .map(|file| Item::Blob(blob(file)));
    let items = links
        .map(Item::Link)
        .chain(blobs)
        .chain(skips.into_iter().map(Item::Skip))
        .collect();
    let roots = vec![shipment.root.clone()];
    let mut report = scan(setup, listed(items, known), roots, whole)?;
    merge::add(&mut report, partly);
    Ok(report)
}

fn listed(items: Vec<Item>, known: BTreeSet<PathBuf>) -> Vec<Box<dyn Source>> {
    vec![Box::new(Listed { items, known })]
}

fn blob(file: &Outgoing) -> Blob {
    Blob {
        path: file.path.clone(),
        size: file.size,
        content: Content::File(file.file.clone()),
        origin: OriginKind::Tree,
        key: None,
    }
}

fn scan(
    setup: &Setup<'_>,
    sources: Vec<Box<dyn Source>>,
    roots: Vec<Root>,
    whole: bool,
) -> Result<Report, ScanError> {
    scan::scan(&Sweep {
        sources,
        asked: roots.iter().map(|root| root.given.clone()).collect(),
        roots,
        published_passes: false,
        base: None,
        engine: setup.engine,
        policy: setup.policy,
        limits: setup.policy.limits(),
        threads: setup.threads,
        whole,
        witness: None,
        recogniser: None,
        progress: setup.progress,
        interrupt: setup.interrupt,
    })
}

/// Tell the cache what was read to the end and holds nothing at all.
fn remember(
    setup: &Setup<'_>,
    cache: &mut Cache,
    shipment: &Shipment,
    stamps: &Stamps,
    known: &BTreeSet<PathBuf>,
    report: &Report,
) {
    if report.interrupted {
        return;
    }
    let findings = report.findings.iter().chain(&report.suppressed);
    let skips = report.skipped.iter().map(|skip| skip.path.as_str());
    let touched: BTreeSet<&str> = findings
        .map(|finding| finding.location.path.as_str())
        .chain(skips)
        .collect();
    let files: Vec<&Outgoing> = shipment
        .files
        .iter()
        .filter(|file| file.leaving == Leaving::Whole && !file.excluded)
        .collect();
    // A name that is shown masked is not the name a finding bears.
    let read = files.iter().filter(|file| !known.contains(&file.file));
    let paths: Vec<&str> = read.map(|file| file.path.as_str()).collect();
    let shown = scan::shown_names(setup.engine, &paths);
    let shown = paths.iter().zip(&shown);
    let masked: BTreeSet<&str> = shown
        .filter(|(path, shown)| **path != shown.as_str())
        .map(|(path, _)| *path)
        .collect();
    let clean = files.iter().filter_map(|file| {
        let (_, stamp) = stamps.get(&file.file)?;
        let path = file.path.as_str();
        let clean = !masked.contains(path)
            && !touched.contains(path)
            && Stamp::of(&file.file) == Some(*stamp);
        clean.then(|| (file.file.clone(), *stamp))
    });
    cache.replace(clean.collect());
}
