//! `hubsweep audit`: everything a repository holds.
//!
//! In: a repository on disk. Out: one judged report of its work tree, its whole
//! history with Git LFS, and its own configuration; as files too, if asked. What
//! the repository says about its own gate does not count unless it is trusted.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::Exit;
use super::args::{GATE, OUTPUT, Output, Scan, Thresholds};
use super::known::Known;
use super::own_rules::OwnRules;
use super::reports::{self, Target};
use super::scan::{self, sources};
use super::sweep::{self, Job};
use crate::finding::{Report, printable};
use crate::git::Repository;
use crate::policy::{Baseline, Config};
use crate::report::{Format, shell_word};
use crate::source::{History, Selection, Source, Tree};

const AFTER: &str = "\
Examples:
  hubsweep audit                          this repository
  hubsweep audit old-model --out report   writes hubsweep-audit.md and .json
  git clone --mirror URL m
  hubsweep audit m                        with the pull requests of the Hub

Its hubsweep.toml, baseline and inline allows count only with --trust: whoever
audits does not let the audited decide. Git LFS objects are read as far as this
clone has them; `git lfs fetch --all` brings the rest.";

#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Audit {
    /// The repository: a work tree, a bare or a mirror clone
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Also what no ref leads to any more
    #[arg(long)]
    unreachable: bool,
    #[command(flatten)]
    thresholds: Thresholds,
    #[command(flatten)]
    added: OwnRules,
    /// Let the repository's own configuration, baseline and allows count
    #[arg(long, help_heading = GATE)]
    trust: bool,
    /// Configuration of yours that decides instead
    #[arg(long, value_name = "FILE", env = "HUBSWEEP_POLICY", hide_env_values = true, help_heading = GATE)]
    policy: Option<PathBuf>,
    #[command(flatten)]
    known: Known,
    /// Folder to write hubsweep-audit.md and hubsweep-audit.json to
    #[arg(long, value_name = "FOLDER", help_heading = OUTPUT)]
    out: Option<PathBuf>,
    /// FORMAT or FORMAT=FILE, repeatable, as for `hubsweep scan`
    #[arg(long = "report", value_name = "FORMAT[=FILE]", help_heading = OUTPUT)]
    reports: Vec<Target>,
    /// Worker threads [default: one a core]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, help_heading = OUTPUT)]
    threads: usize,
    /// Look for every rule in every byte: slower, and finds the same
    #[arg(long, help_heading = OUTPUT)]
    exhaustive: bool,
}

pub(super) fn run(args: &Audit, output: &Output) -> anyhow::Result<Exit> {
    let repository = repository(&args.path)?;
    let outputs = reports::open(&targets(args)?)?;
    let interrupt = sweep::interrupt()?;
    let scan = arguments(args)?;
    let floor = match scan::floor(&scan)? {
        // A floor without a word in it: nothing of the repository loosens it.
        None if !args.trust => Some(Config::parse("", "of an audit without --trust")?),
        floor => floor,
    };
    let policy = scan::policy_under(&scan, floor, Baseline::with_history)?;
    let selection = Selection {
        config_exclude: policy.excludes().to_vec(),
        ..Selection::default()
    };
    let history = History::new(
        &args.path,
        &selection,
        args.unreachable,
        &sources::kind_of,
        &interrupt,
    )?;
    let mut job = Job {
        asked: vec![args.path.display().to_string()],
        whole: true,
        threads: args.threads,
        exhaustive: args.exhaustive,
        quiet: output.quiet,
        ..Job::default()
    };
    if let Some(top) = repository.work_dir() {
        let tree = Tree::new(&[top.to_owned()], &selection)?;
        job.roots = tree.roots().to_vec();
        job.sources.push(Box::new(tree) as Box<dyn Source>);
    }
    job.sources.push(Box::new(history));
    let mut report = sweep::run(job, &policy, &interrupt)?;
    report.notices.extend(sources::without_commits(&repository));
    let style = reports::style(output, sweep::gate(&policy), hints(args, &report));
    reports::write(&report, outputs, &style)?;
    Ok(sweep::exit(&report))
}

fn repository(path: &Path) -> anyhow::Result<Repository> {
    let given = path.to_string_lossy();
    if given.contains("://") && !path.exists() {
        let given = printable(&given);
        let url = match given.strip_prefix("hf://") {
            Some(name) => {
                let models = ["models/", "model/"];
                let name = models
                    .iter()
                    .find_map(|kind| name.strip_prefix(kind))
                    .unwrap_or(name);
                format!("https://huggingface.co/{name}")
            }
            None => given.clone(),
        };
        bail!(
            "an audit reads a repository on this machine, not {given}\n\
             help: clone it with its pull requests, then audit that: \
             `git clone --mirror {} clone`, `hubsweep audit clone`",
            shell_word(&url)
        );
    }
    Repository::discover(path)?.with_context(|| {
        format!(
            "{} is not in a git repository\n\
             help: `hubsweep scan` sweeps a folder; an audit reads a history",
            path.display()
        )
    })
}

/// What `hubsweep scan --history` would be told.
fn arguments(args: &Audit) -> anyhow::Result<Scan> {
    Ok(Scan {
        paths: vec![args.path.clone()],
        policy: args.policy.clone(),
        thresholds: args.thresholds.clone(),
        added: args.added.clone(),
        known: args.known.clone(),
        ..Scan::plain()?
    })
}

/// Both files of `--out`, and what else is asked for.
fn targets(args: &Audit) -> anyhow::Result<Vec<Target>> {
    let mut targets = args.reports.clone();
    let Some(folder) = &args.out else {
        return Ok(targets);
    };
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    if !folder.is_dir() {
        bail!("{} is not a folder", folder.display());
    }
    for (format, name) in [
        (Format::Markdown, "hubsweep-audit.md"),
        (Format::Json, "hubsweep-audit.json"),
    ] {
        targets.push(Target::file(format, folder.join(name)));
    }
    if args.reports.is_empty() {
        targets.push(Target::stdout(Format::Text));
    }
    Ok(targets)
}

fn hints(args: &Audit, report: &Report) -> Vec<String> {
    let mut hints = Vec::new();
    let worst = report.findings.iter().filter(|finding| finding.blocks());
    if let Some(worst) = worst.max_by_key(|finding| finding.severity) {
        hints.push(format!(
            "{} # step by step",
            args.added.explain(&worst.rule)
        ));
    }
    match &args.out {
        Some(folder) => hints.push(format!(
            "{} # the plan to clean up",
            folder.join("hubsweep-audit.md").display()
        )),
        None if report.findings.is_empty() => {}
        None => hints.push("hubsweep audit --out FOLDER # a report with a plan".to_owned()),
    }
    hints
}
