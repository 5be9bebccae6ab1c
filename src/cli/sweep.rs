//! One sweep, whichever command asks for it.
//!
//! In: sources and a policy. Out: a judged report; progress on stderr.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::Exit;
use super::progress::Bar;
use crate::audit;
use crate::blob::Limits;
use crate::engine::Engine;
use crate::finding::Report;
use crate::policy::Policy;
use crate::recogniser::Recogniser;
use crate::rule::Catalogue;
use crate::scan::{self, Base, ScanError, Sweep};
use crate::source::{Root, Source};

/// What to sweep, and how.
#[derive(Default)]
pub(super) struct Job<'a> {
    pub(super) sources: Vec<Box<dyn Source + 'a>>,
    /// Folders and files that are swept as they lie on disk.
    pub(super) roots: Vec<Root>,
    /// In words.
    pub(super) asked: Vec<String>,
    /// Is it everything that would be sent?
    pub(super) whole: bool,
    /// Does what a remote has already only warn?
    pub(super) published_passes: bool,
    /// Where a range begins that is not trusted.
    pub(super) base: Option<&'a dyn Base>,
    /// Rows to read of each column; all if not given.
    pub(super) sample: Option<u64>,
    /// Worker threads; 0 for one a core.
    pub(super) threads: usize,
    /// Are the gates of the engine left open?
    pub(super) exhaustive: bool,
    /// Looks for personal data too.
    pub(super) recogniser: Option<Mutex<Recogniser>>,
    /// No progress bar?
    pub(super) quiet: bool,
}

/// Sweep and judge.
pub(super) fn run(job: Job<'_>, policy: &Policy, interrupt: &AtomicBool) -> anyhow::Result<Report> {
    with(job, policy, interrupt, |sweep| scan::scan(&sweep))
}

/// Hand a sweep that is set up to what runs it.
pub(super) fn with<T>(
    job: Job<'_>,
    policy: &Policy,
    interrupt: &AtomicBool,
    run: impl FnOnce(Sweep<'_>) -> Result<T, ScanError>,
) -> anyhow::Result<T> {
    let catalogue = policy.catalogue(Catalogue::builtin()?, &audit::ids())?;
    let engine = Engine::of(&catalogue, job.exhaustive, policy.personal());
    let bar = Bar::new(job.quiet);
    let result = run(Sweep {
        sources: job.sources,
        roots: job.roots,
        asked: job.asked,
        engine: &engine,
        policy,
        limits: Limits {
            sample: job.sample,
            ..policy.limits()
        },
        threads: job.threads,
        whole: job.whole,
        published_passes: job.published_passes,
        base: job.base,
        witness: None,
        recogniser: job.recogniser.as_ref(),
        progress: &bar,
        interrupt,
    });
    bar.clear();
    Ok(result?)
}

/// The gate in words.
pub(super) fn gate(policy: &Policy) -> String {
    let gate = policy.gate();
    format!("{}, {} confidence", gate.fail_on, gate.min_confidence)
}

/// How a judged report ends the process: 1 wins over 3.
pub(super) fn exit(report: &Report) -> Exit {
    if report.interrupted {
        Exit::Interrupted
    } else if report.blocks() {
        Exit::Blocked
    } else if report.is_complete() {
        Exit::Clean
    } else {
        Exit::Incomplete
    }
}

/// A flag that the first Ctrl-C sets; the second one ends the process.
pub(super) fn interrupt() -> anyhow::Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&flag);
    ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::Relaxed) {
            #[allow(clippy::exit)] // the user asked twice
            std::process::exit(Exit::Interrupted as i32);
        }
    })?;
    Ok(flag)
}
