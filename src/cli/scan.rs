//! `hubsweep scan`.
//!
//! In: paths, filters, configuration. Out: reports and an exit code.

mod base;
pub(super) mod sources;

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::Exit;
use super::args::{Output, Scan};
use super::reports;
use super::sweep::{self, Job};
use crate::finding::{Report, Severity};
use crate::git::{Repository, WorkTree};
use crate::policy::{Baseline, Config, Policy, PolicyInputs};
use base::Revision;

/// Name of a repository's own configuration.
pub(super) const CONFIG_NAME: &str = "hubsweep.toml";

pub(super) fn run(args: &Scan, output: &Output) -> anyhow::Result<Exit> {
    let outputs = reports::open(&args.reports)?;
    let (policy, report) = judge(args, output)?;
    let style = reports::style(output, sweep::gate(&policy), hints(args, &report, output));
    reports::write(&report, outputs, &style)?;
    Ok(sweep::exit(&report))
}

/// Sweep and judge what the arguments name.
pub(super) fn judge(args: &Scan, output: &Output) -> anyhow::Result<(Policy, Report)> {
    let interrupt = sweep::interrupt()?;
    let Some(range) = sources::range(&args.git) else {
        let policy = policy(args)?;
        let job = sources::named(args, policy.excludes(), &interrupt)?;
        let mut report = sweep::run(set_up(job, args, output)?, &policy, &interrupt)?;
        if args.git.history || args.git.unreachable {
            let repository = Repository::discover(sources::repository(args)?)?;
            let none = repository.as_ref().and_then(sources::without_commits);
            report.notices.extend(none);
        }
        return Ok((policy, report));
    };
    let (base, tip) = range?;
    let path = sources::repository(args)?;
    let (base, tip) = (Revision::open(path, &base)?, Revision::open(path, &tip)?);
    let policy = policy_of(args, &base)?;
    let job = sources::named(args, policy.excludes(), &interrupt)?;
    let job = Job {
        base: Some(&base),
        published_passes: true,
        ..set_up(job, args, output)?
    };
    let mut report = sweep::run(job, &policy, &interrupt)?;
    let lowered = base::lowered(&base, &tip, &args.known.key()?);
    report.notices.extend(lowered);
    Ok((policy, report))
}

fn set_up<'a>(job: Job<'a>, args: &Scan, output: &Output) -> anyhow::Result<Job<'a>> {
    Ok(Job {
        sample: args.readers.sample,
        threads: args.threads,
        exhaustive: args.exhaustive,
        recogniser: args.thresholds.personal.recogniser()?,
        quiet: output.quiet,
        ..job
    })
}

/// The gate, the allows and the floor.
pub(super) fn policy(args: &Scan) -> anyhow::Result<Policy> {
    let known = if args.git.history || args.git.unreachable {
        Baseline::of_history
    } else {
        |baseline| baseline
    };
    policy_under(args, floor(args)?, known)
}

/// The same under a floor, and with a baseline told what the sweep reads.
pub(super) fn policy_under(
    args: &Scan,
    floor: Option<Config>,
    known: fn(Baseline) -> Baseline,
) -> anyhow::Result<Policy> {
    let own = match &args.own.config {
        Some(path) => Some(path.clone()),
        None if args.own.no_config => None,
        None => find_config(&args.paths)?,
    };
    let key = args.known.key()?;
    let baseline = args.known.load(&args.paths, &key)?;
    Ok(Policy::new(PolicyInputs {
        repository: own.as_deref().map(load).transpose()?,
        baseline: baseline.map(known),
        key,
        ..inputs(args, floor)?
    }))
}

/// The file of `--policy`.
pub(super) fn floor(args: &Scan) -> anyhow::Result<Option<Config>> {
    args.policy.as_deref().map(load).transpose()
}

/// The same of a range: what its base has, unless a file is named.
fn policy_of(args: &Scan, base: &Revision) -> anyhow::Result<Policy> {
    let own = match &args.own.config {
        Some(path) => Some(load(path)?),
        None if args.own.no_config => None,
        None => base.config()?,
    };
    let key = args.known.key()?;
    let baseline = if args.known.baseline.is_some() || args.known.no_baseline {
        args.known.load(&args.paths, &key)?
    } else {
        base.baseline(&key)?
    };
    Ok(Policy::new(PolicyInputs {
        repository: own,
        baseline: baseline.map(Baseline::of_part),
        key,
        ..inputs(args, floor(args)?)?
    }))
}

/// What the arguments alone say.
fn inputs(args: &Scan, floor: Option<Config>) -> anyhow::Result<PolicyInputs> {
    Ok(PolicyInputs {
        floor,
        added: args.added.load()?,
        fail_on: args.thresholds.fail_on,
        min_confidence: args.thresholds.min_confidence,
        personal: args.thresholds.personal.pii,
        ..PolicyInputs::default()
    })
}

fn load(path: &Path) -> anyhow::Result<Config> {
    let name = path.strip_prefix("./").unwrap_or(path);
    Ok(Config::load(path, &name.display().to_string())?)
}

/// The configuration at the root of what is scanned.
pub(super) fn find_config(paths: &[PathBuf]) -> anyhow::Result<Option<PathBuf>> {
    find_beside(paths, CONFIG_NAME, "--config")
}

/// A file at the root of what is scanned: of a folder, its own or its
/// repository's; of a file, its folder's.
pub(super) fn find_beside(
    paths: &[PathBuf],
    name: &str,
    flag: &str,
) -> anyhow::Result<Option<PathBuf>> {
    let mut found: Option<PathBuf> = None;
    for path in paths.iter().filter(|path| *path != Path::new("-")) {
        let folder = if path.is_dir() {
            path.clone()
        } else {
            path.parent().unwrap_or(Path::new("")).to_path_buf()
        };
        let own = folder.join(name);
        let config = if own.is_file() {
            Some(own)
        } else {
            repository_file(&folder, name)
        };
        match (&found, config) {
            (Some(first), Some(second)) if *first != second => bail!(
                "two files hold for these paths: {} and {}\nhelp: scan them apart, or choose one with {flag}",
                first.display(),
                second.display()
            ),
            (None, Some(config)) => found = Some(config),
            _ => {}
        }
    }
    Ok(found)
}

fn repository_file(folder: &Path, name: &str) -> Option<PathBuf> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let top = WorkTree::discover(folder).ok()??;
    Some(top.root().join(name)).filter(|path| path.is_file())
}

/// The commands that help from here.
fn hints(args: &Scan, report: &Report, output: &Output) -> Vec<String> {
    let mut hints = Vec::new();
    if let Some(worst) = report
        .findings
        .iter()
        .filter(|finding| finding.blocks())
        .max_by_key(|finding| finding.severity)
    {
        hints.push(format!(
            "{} # step by step",
            args.added.explain(&worst.rule)
        ));
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
