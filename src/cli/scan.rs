//! `hubsweep scan`.
//!
//! In: paths, filters, configuration. Out: reports and an exit code.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::bail;

use super::Exit;
use super::args::{Output, Scan};
use super::progress::Bar;
use super::reports;
use crate::audit;
use crate::engine::Engine;
use crate::finding::{Report, Severity};
use crate::git::WorkTree;
use crate::policy::{Config, Policy, PolicyInputs};
use crate::rule::Catalogue;
use crate::scan::{self, Sweep};
use crate::source::{Selection, Source, Stdin, Tree};

/// Name of a repository's own configuration.
pub(super) const CONFIG_NAME: &str = "hubsweep.toml";

pub(super) fn run(args: &Scan, output: &Output) -> anyhow::Result<Exit> {
    let outputs = reports::open(&args.reports)?;
    let (policy, report) = judge(args, output)?;
    let style = reports::style(output, gate(&policy), hints(&report, output));
    reports::write(&report, outputs, &style)?;
    Ok(exit(&report))
}

/// Sweep and judge what the arguments name.
pub(super) fn judge(args: &Scan, output: &Output) -> anyhow::Result<(Policy, Report)> {
    let policy = policy(args)?;
    let report = sweep(args, output, &policy)?;
    Ok((policy, report))
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

fn sweep(args: &Scan, output: &Output, policy: &Policy) -> anyhow::Result<Report> {
    let catalogue = policy.catalogue(Catalogue::builtin()?, &audit::ids())?;
    let engine = Engine::new(&catalogue);
    let (stdin, paths): (Vec<&PathBuf>, Vec<&PathBuf>) =
        args.paths.iter().partition(|path| **path == Path::new("-"));
    let selection = Selection {
        as_kind: args.sender.map(Into::into),
        include: args.include.clone(),
        exclude: args.exclude.clone(),
        config_exclude: policy.excludes().to_vec(),
    };
    let paths: Vec<PathBuf> = paths.into_iter().cloned().collect();
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    let mut roots = Vec::new();
    if !paths.is_empty() {
        let tree = Tree::new(&paths, &selection)?;
        roots = tree.roots().to_vec();
        sources.push(Box::new(tree));
    }
    if !stdin.is_empty() {
        sources.push(Box::new(Stdin::new(args.stdin_name.clone())));
    } else if args.stdin_name.is_some() {
        bail!("--stdin-name names standard input, but `-` is not among the paths");
    }
    let whole = stdin.is_empty()
        && selection.include.is_empty()
        && selection.exclude.is_empty()
        && roots.iter().all(|root| root.is_dir);
    let interrupt = interrupt()?;
    let bar = Bar::new(output.quiet);
    let report = scan::scan(&Sweep {
        sources,
        roots,
        engine: &engine,
        policy,
        threads: args.threads,
        whole,
        progress: &bar,
        interrupt: &interrupt,
    });
    bar.clear();
    Ok(report?)
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

/// The gate, the allows and the floor.
fn policy(args: &Scan) -> anyhow::Result<Policy> {
    let own = match &args.config {
        Some(path) => Some(path.clone()),
        None if args.no_config => None,
        None => find_config(&args.paths)?,
    };
    let load = |path: PathBuf| {
        let name = path
            .strip_prefix("./")
            .unwrap_or(&path)
            .display()
            .to_string();
        Config::load(&path, &name)
    };
    Ok(Policy::new(PolicyInputs {
        repository: own.map(load).transpose()?,
        floor: args.policy.clone().map(load).transpose()?,
        fail_on: args.fail_on,
        min_confidence: args.min_confidence,
    }))
}

/// The configuration at the root of what is scanned: of a folder, its own or
/// its repository's; of a file, its folder's.
pub(super) fn find_config(paths: &[PathBuf]) -> anyhow::Result<Option<PathBuf>> {
    let mut found: Option<PathBuf> = None;
    for path in paths.iter().filter(|path| *path != Path::new("-")) {
        let folder = if path.is_dir() {
            path.clone()
        } else {
            path.parent().unwrap_or(Path::new("")).to_path_buf()
        };
        let own = folder.join(CONFIG_NAME);
        let config = if own.is_file() {
            Some(own)
        } else {
            repository_config(&folder)
        };
        match (&found, config) {
            (Some(first), Some(second)) if *first != second => bail!(
                "two configurations hold for these paths: {} and {}\nhelp: scan them apart, or choose one with --config",
                first.display(),
                second.display()
            ),
            (None, Some(config)) => found = Some(config),
            _ => {}
        }
    }
    Ok(found)
}

fn repository_config(folder: &Path) -> Option<PathBuf> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let top = WorkTree::discover(folder).ok()??;
    Some(top.root().join(CONFIG_NAME)).filter(|path| path.is_file())
}

/// The commands that help from here.
fn hints(report: &Report, output: &Output) -> Vec<String> {
    let mut hints = Vec::new();
    if let Some(worst) = report
        .findings
        .iter()
        .filter(|finding| finding.blocks())
        .max_by_key(|finding| finding.severity)
    {
        hints.push(format!("hubsweep explain {} # step by step", worst.rule));
    }
    let warns = report
        .findings
        .iter()
        .any(|finding| !finding.blocks() && finding.severity > Severity::Info);
    if warns && !output.verbose {
        hints.push("hubsweep scan -v # every warning, with its fix".to_owned());
    }
    if (warns || !hints.is_empty()) && report.suppressed.is_empty() {
        hints.push("hubsweep init # a file to allow findings in".to_owned());
    }
    hints
}
