//! The sweep of a hook.
//!
//! In: which hook, with its arguments and standard input. Out: a report of what
//! blocks, and what to do while it is still only here.

use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::Path;

use anyhow::bail;

use super::super::Exit;
use super::super::args::{GitSource, Output, Scan};
use super::super::reports;
use super::super::scan::{self, sources};
use super::super::sweep::{self, Job};
use super::advice::{self, Here};
use super::run::Run;
use crate::finding::Report;
use crate::git;
use crate::hook::{self, Repository};
use crate::policy::Policy;
use crate::report;
use crate::source::{Selection, Update, push};

// What pre-commit (the framework) says of a push: it reads git's lines itself.
const FRAMEWORK: &str = "PRE_COMMIT";
const FROM_REF: &str = "PRE_COMMIT_FROM_REF";
const TO_REF: &str = "PRE_COMMIT_TO_REF";
const LOCAL_BRANCH: &str = "PRE_COMMIT_LOCAL_BRANCH";
const REMOTE_BRANCH: &str = "PRE_COMMIT_REMOTE_BRANCH";
const REMOTE_NAME: &str = "PRE_COMMIT_REMOTE_NAME";
const REMOTE_URL: &str = "PRE_COMMIT_REMOTE_URL";

/// Sweep, report, and say whether git may go on.
pub(super) fn run(run: &Run, output: &Output) -> anyhow::Result<Exit> {
    let interrupt = sweep::interrupt()?;
    let args = arguments(run)?;
    let policy = scan::policy(&args)?;
    let (job, updates) = match run {
        Run::PrePush { remote, url, .. } => {
            let updates = updates(remote.is_some())?;
            let named = (remote.as_deref(), url.as_deref());
            (of_push(named, &updates, &policy)?, updates)
        }
        Run::PreCommit { .. } | Run::CommitMsg { .. } => {
            let job = sources::named(&args, policy.excludes(), &interrupt)?;
            (job, Vec::new())
        }
    };
    let job = Job {
        quiet: output.quiet,
        ..job
    };
    let report = sweep::run(job, &policy, &interrupt)?;
    show(run, output, &policy, &report, &updates)?;
    Ok(sweep::exit(&report))
}

/// What `hubsweep scan` would be told.
fn arguments(run: &Run) -> anyhow::Result<Scan> {
    let git = match run {
        Run::PrePush { .. } => GitSource::default(),
        Run::PreCommit { .. } => GitSource {
            staged: true,
            ..GitSource::default()
        },
        Run::CommitMsg { file, .. } => GitSource {
            commit_msg: Some(file.clone()),
            ..GitSource::default()
        },
    };
    Ok(Scan {
        git,
        added: run.added().clone(),
        reports: run.reports().to_vec(),
        ..Scan::plain()?
    })
}

/// The refs to push: as git says on standard input, or as the framework says.
fn updates(from_git: bool) -> anyhow::Result<Vec<Update>> {
    let told = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if !from_git && told(FRAMEWORK).is_some() {
        return Ok(vec![of_framework(told)?]);
    }
    if io::stdin().is_terminal() {
        bail!(
            "git tells this hook on standard input what it pushes, and that is a terminal\n\
             help: `git push --dry-run` runs the hook; `hubsweep scan --range @{{upstream}}..HEAD` \
             sweeps the same commits"
        );
    }
    let mut lines = Vec::new();
    io::stdin().lock().read_to_end(&mut lines)?;
    let updates = Update::parse_all(&String::from_utf8_lossy(&lines))?;
    if updates.is_empty() && !from_git {
        let text = "hubsweep: nothing was swept: standard input names no ref to push";
        writeln!(io::stderr(), "{text}")?;
    }
    Ok(updates)
}

/// The one update the framework tells of. Of a first push of a whole history it
/// names the branch only; run by hand it names nothing, and what is checked out
/// is meant.
fn of_framework(told: impl Fn(&str) -> Option<String>) -> anyhow::Result<Update> {
    let local_ref = told(LOCAL_BRANCH).unwrap_or_else(|| "HEAD".to_owned());
    let tip = told(TO_REF).unwrap_or_else(|| local_ref.clone());
    let repository = git::Repository::discover(Path::new("."))?;
    let resolve = |revision: &str| repository.as_ref()?.resolve(revision);
    let local = resolve(&tip);
    // Zeros delete a ref.
    if local.is_none() && !tip.trim_matches('0').is_empty() {
        bail!("pre-commit names {tip:?} as what is pushed, and that is not in this repository");
    }
    Ok(Update {
        remote_ref: told(REMOTE_BRANCH).unwrap_or_else(|| local_ref.clone()),
        local_ref,
        local,
        remote: told(FROM_REF).as_deref().and_then(resolve),
    })
}

fn of_push<'a>(
    (remote, url): (Option<&str>, Option<&str>),
    updates: &[Update],
    policy: &Policy,
) -> anyhow::Result<Job<'a>> {
    let [name, address] = [REMOTE_NAME, REMOTE_URL].map(|name| std::env::var(name).ok());
    let remote = remote.or(name.as_deref()).unwrap_or("origin");
    let url = url.or(address.as_deref()).unwrap_or(remote);
    let selection = Selection {
        config_exclude: policy.excludes().to_vec(),
        ..Selection::default()
    };
    let named = (remote, url);
    let sent = push(
        Path::new("."),
        &selection,
        named,
        updates,
        &sources::kind_of,
    )?;
    Ok(Job {
        sources: vec![Box::new(sent)],
        asked: vec![".".to_owned()],
        published_passes: true,
        ..Job::default()
    })
}

fn show(
    run: &Run,
    output: &Output,
    policy: &Policy,
    report: &Report,
    updates: &[Update],
) -> anyhow::Result<()> {
    let nothing = report.coverage.objects == 0 && report.is_complete();
    let plain = run.reports().is_empty();
    if plain && nothing && report.findings.is_empty() {
        return Ok(());
    }
    let short = Output {
        quiet: !output.verbose,
        ..output.clone()
    };
    let style = reports::style(&short, sweep::gate(policy), Vec::new());
    if plain && !output.verbose && !report.blocks() && report.is_complete() {
        // Among what git prints, a line must say whose it is.
        writeln!(
            io::stdout(),
            "hubsweep: {}",
            report::verdict(report, &style)
        )?;
        return forget(run);
    }
    if plain {
        advice::stops(run, report, output)?;
    }
    reports::write(report, reports::open(run.reports())?, &style)?;
    if !plain {
        return Ok(());
    }
    let Ok(repository) = Repository::discover(Path::new(".")) else {
        return Ok(());
    };
    let expressions = match run {
        Run::PrePush { .. } => hook::write_expressions(&repository, &report.findings),
        _ => None,
    };
    let here = Here {
        repository: git::Repository::discover(Path::new("."))?,
        refs: updates.iter().map(names).collect(),
        expressions: expressions.as_deref(),
    };
    advice::print(run, report, &here, output)
}

/// What a ref is called there and here. `HEAD` stands for the branch that is
/// checked out.
fn names(update: &Update) -> (String, String) {
    let mut local = update.local_ref.clone();
    if local == "HEAD"
        && let Ok(repository) = Repository::discover(Path::new("."))
        && let Some(branch) = repository.branch()
    {
        local = branch;
    }
    (update.remote_ref.clone(), local)
}

/// A push passes, so nobody needs the secrets of an earlier one any more.
fn forget(run: &Run) -> anyhow::Result<()> {
    if let Run::PrePush { .. } = run {
        hook::remove_expressions(&Repository::discover(Path::new("."))?);
    }
    Ok(())
}
