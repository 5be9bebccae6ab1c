//! The sweep of a hook.
//!
//! In: which hook, with its arguments and standard input. Out: a report of what
//! blocks, and what to do while it is still only here.

use std::io::{self, Read as _, Write as _};
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

/// What pre-commit (the framework) says of a push: it reads git's lines itself.
const FRAMEWORK: [&str; 3] = [
    "PRE_COMMIT_REMOTE_NAME",
    "PRE_COMMIT_TO_REF",
    "PRE_COMMIT_REMOTE_BRANCH",
];

/// Sweep, report, and say whether git may go on.
pub(super) fn run(run: &Run, output: &Output) -> anyhow::Result<Exit> {
    let interrupt = sweep::interrupt()?;
    let args = arguments(run)?;
    let policy = scan::policy(&args)?;
    let job = match run {
        Run::PrePush { remote, url, .. } => {
            let named = (remote.as_deref(), url.as_deref());
            of_push(named, &policy)?
        }
        Run::PreCommit { .. } | Run::CommitMsg { .. } => {
            sources::named(&args, policy.excludes(), &interrupt)?
        }
    };
    let job = Job {
        quiet: output.quiet,
        ..job
    };
    let report = sweep::run(job, &policy, &interrupt)?;
    show(run, output, &policy, &report)?;
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
        reports: run.reports().to_vec(),
        ..Scan::plain()?
    })
}

fn of_push<'a>(
    (remote, url): (Option<&str>, Option<&str>),
    policy: &Policy,
) -> anyhow::Result<Job<'a>> {
    let path = Path::new(".");
    let mut lines = Vec::new();
    let [name, to, branch] = FRAMEWORK.map(|name| std::env::var(name).ok());
    let from_git = remote.is_some();
    let updates = if let (false, Some(to), Some(branch)) = (from_git, &to, branch) {
        vec![of_framework(path, to, branch)?]
    } else {
        io::stdin().lock().read_to_end(&mut lines)?;
        Update::parse_all(&String::from_utf8_lossy(&lines))?
    };
    let remote = remote.or(name.as_deref()).unwrap_or("origin");
    let selection = Selection {
        config_exclude: policy.excludes().to_vec(),
        ..Selection::default()
    };
    let named = (remote, url.unwrap_or(remote));
    let sent = push(path, &selection, named, &updates, &sources::kind_of)?;
    Ok(Job {
        sources: vec![Box::new(sent)],
        asked: vec![".".to_owned()],
        published_passes: true,
        ..Job::default()
    })
}

/// The one update the framework tells of.
fn of_framework(path: &Path, to: &str, branch: String) -> anyhow::Result<Update> {
    let repository = git::Repository::discover(path)?;
    let repository = repository.as_ref();
    let resolve = |revision: &str| repository.and_then(|open| open.resolve(revision));
    let from = std::env::var("PRE_COMMIT_FROM_REF").ok();
    let nothing = !to.is_empty() && to.bytes().all(|digit| digit == b'0');
    let local = resolve(to);
    if local.is_none() && !nothing {
        bail!(
            "{}={to:?} names nothing here, so nobody knows what is pushed",
            FRAMEWORK[1]
        );
    }
    Ok(Update {
        remote_ref: branch,
        local,
        remote: from.as_deref().and_then(resolve),
    })
}

fn show(run: &Run, output: &Output, policy: &Policy, report: &Report) -> anyhow::Result<()> {
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
    let head = git::Repository::discover(Path::new("."))?.and_then(|open| open.head());
    let here = Here {
        head: head.map(|id| id.to_string()),
        expressions: expressions.as_deref(),
    };
    advice::print(run, report, &here, output)
}

/// A push passes, so nobody needs the secrets of an earlier one any more.
fn forget(run: &Run) -> anyhow::Result<()> {
    if let Run::PrePush { .. } = run {
        hook::remove_expressions(&Repository::discover(Path::new("."))?);
    }
    Ok(())
}
