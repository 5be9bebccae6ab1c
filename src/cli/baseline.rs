//! `hubsweep baseline`.
//!
//! In: a folder. Out: its baseline created, updated or pruned, and what changed
//! in it. The folder is swept without the baseline, so that all it knows is
//! seen again.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};

use super::Exit;
use super::args::{FILES, GATE, GitSource, Output, OwnConfig, Scan, Sender, Thresholds};
use super::known::{BASELINE_NAME, Known, shown};
use super::own_rules::OwnRules;
use super::scan::{self, find_beside};
use crate::finding::{Report, printable};
use crate::policy::{self, Annotations, Change, Day, Deed};

const AFTER: &str = "\
Examples:
  hubsweep baseline create --owner ml-team --expires 2026-12-31
  hubsweep baseline update --reason 'keys of the archived demo, revoked'
  hubsweep baseline prune

A baseline revokes nothing: what is in it is still in the repository. It holds
no secret, and no hash of a password or of personal data.";

#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Baseline {
    #[command(subcommand)]
    command: BaselineCommand,
}

#[derive(Debug, Subcommand)]
enum BaselineCommand {
    /// Write down what would block now
    Create(Box<Add>),
    /// Add what would block and is not known yet; keep all that is there
    Update(Box<Add>),
    /// Remove what matches nothing any more, and what has expired
    Prune(Box<Subject>),
}

#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    subject: Subject,
    /// Add what warns too, not only what blocks
    #[arg(long)]
    all: bool,
    /// Who sees to the new entries
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Why they are not fixed yet
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Last day on which they hold, as in 2026-12-31
    #[arg(long, value_name = "DATE", value_parser = clap::value_parser!(Day))]
    expires: Option<Day>,
}

/// What is swept and where its baseline is.
#[derive(Debug, Args)]
struct Subject {
    /// Folder the baseline is for
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Its baseline, instead of the hubsweep-baseline.toml in it
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Key of your own to make fingerprints with, at least 16 bytes
    #[arg(long, value_name = "FILE", env = "HUBSWEEP_FINGERPRINT_KEY", hide_env_values = true, help_heading = GATE)]
    fingerprint_key: Option<PathBuf>,
    /// Know the whole history, as `hubsweep scan --history` sweeps it
    #[arg(long, conflicts_with = "sender", help_heading = FILES)]
    history: bool,
    /// Read a folder as `git` or `upload` would send it, or `all` of it
    #[arg(
        long = "as",
        value_enum,
        value_name = "SENDER",
        hide_possible_values = true,
        help_heading = FILES
    )]
    sender: Option<Sender>,
    #[command(flatten)]
    own: OwnConfig,
    #[command(flatten)]
    added: OwnRules,
    #[command(flatten)]
    thresholds: Thresholds,
}

pub(super) fn run(args: &Baseline, output: &Output) -> anyhow::Result<Exit> {
    match &args.command {
        BaselineCommand::Create(add) => create(add, output),
        BaselineCommand::Update(add) => update(add, output),
        BaselineCommand::Prune(subject) => prune(subject, output),
    }
}

fn create(add: &Add, output: &Output) -> anyhow::Result<Exit> {
    let own = || add.subject.path.join(BASELINE_NAME);
    let file = add.subject.baseline.clone().unwrap_or_else(own);
    let there = || {
        format!(
            "{} is there already\nhelp: `hubsweep baseline update` adds what is new",
            shown(&file)
        )
    };
    // Also a link that leads nowhere.
    if file.symlink_metadata().is_ok() {
        bail!(there());
    }
    let report = add.subject.sweep(output)?;
    if report.interrupted {
        return Ok(Exit::Interrupted);
    }
    let key = add.subject.known().key()?;
    let mut baseline = policy::Baseline::empty(&shown(&file), &key);
    let changes = baseline.update(&report, add.all, &add.notes());
    let mut out = io::stdout().lock();
    if changes.is_empty() {
        let what = if add.all { "warns or blocks" } else { "blocks" };
        writeln!(out, "nothing {what}, so no baseline is needed")?;
        return Ok(exit(&report));
    }
    let opened = OpenOptions::new().write(true).create_new(true).open(&file);
    match opened {
        Ok(mut opened) => opened
            .write_all(baseline.to_string().as_bytes())
            .with_context(|| format!("cannot write {}", shown(&file)))?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => bail!(there()),
        Err(error) => return Err(error).context(format!("cannot write {}", shown(&file))),
    }
    writeln!(out, "wrote {}: {}\n", shown(&file), counted(baseline.len()))?;
    tell(&changes, &mut out)?;
    writeln!(
        out,
        "\nOnly what is not in it blocks from now on. Commit the file, and revoke every key it\n\
         stands for: a baseline changes nothing about who can read them."
    )?;
    Ok(exit(&report))
}

fn update(add: &Add, output: &Output) -> anyhow::Result<Exit> {
    let (file, mut baseline) = add.subject.existing()?;
    let report = add.subject.sweep(output)?;
    if report.interrupted {
        return Ok(Exit::Interrupted);
    }
    let changes = baseline.update(&report, add.all, &add.notes());
    write(&file, &baseline)?;
    let mut out = io::stdout().lock();
    summary(&file, &baseline, &changes, "nothing is new", &mut out)?;
    let expired = baseline.expired(Day::today());
    if expired > 0 {
        writeln!(
            out,
            "\nexpired, and not counting any more: {}; put off the date, or `hubsweep baseline prune`",
            counted(expired)
        )?;
    }
    Ok(exit(&report))
}

fn prune(subject: &Subject, output: &Output) -> anyhow::Result<Exit> {
    let (file, mut baseline) = subject.existing()?;
    if baseline.is_of_part() {
        bail!(
            "{} is about more than {}, so nothing can be pruned from here\n\
             help: name the folder it lies in",
            shown(&file),
            shown(&subject.path)
        );
    }
    let report = subject.sweep(output)?;
    if report.interrupted {
        return Ok(Exit::Interrupted);
    }
    if !report.is_complete() {
        bail!(
            "not everything could be read, so nobody can say what is gone; {} is as it was\n\
             help: `hubsweep scan` lists what was not read",
            shown(&file)
        );
    }
    let changes = baseline.prune(&report, Day::today());
    write(&file, &baseline)?;
    let mut out = io::stdout().lock();
    summary(&file, &baseline, &changes, "nothing is stale", &mut out)?;
    Ok(Exit::Clean)
}

fn summary(
    file: &Path,
    baseline: &policy::Baseline,
    changes: &[Change],
    nothing: &str,
    out: &mut impl io::Write,
) -> io::Result<()> {
    let now = counted(baseline.len());
    if changes.is_empty() {
        return writeln!(out, "{}: {nothing}; {now}", shown(file));
    }
    writeln!(out, "{}: {now} now\n", shown(file))?;
    tell(changes, out)
}

/// Most changes of one kind that are listed.
const MOST_LISTED: usize = 20;

fn tell(changes: &[Change], out: &mut impl io::Write) -> io::Result<()> {
    for (deed, word) in [
        (Deed::Added, "added"),
        (Deed::Raised, "raised"),
        (Deed::Lowered, "lowered"),
        (Deed::Removed, "removed"),
        (Deed::Expired, "expired"),
    ] {
        let mut lines: Vec<(&str, &str)> = changes
            .iter()
            .filter(|change| change.deed == deed)
            .map(|change| (change.path.as_str(), change.rule.as_str()))
            .collect();
        lines.sort_unstable();
        for (path, rule) in lines.iter().take(MOST_LISTED) {
            let (path, rule) = (printable(path), printable(rule));
            writeln!(out, "  {word:<8} {rule} in {path}")?;
        }
        if let more @ 1.. = lines.len().saturating_sub(MOST_LISTED) {
            writeln!(out, "  {word:<8} {more} more")?;
        }
    }
    Ok(())
}

fn write(file: &Path, baseline: &policy::Baseline) -> anyhow::Result<()> {
    std::fs::write(file, baseline.to_string())
        .with_context(|| format!("cannot write {}", shown(file)))
}

/// An incomplete sweep wrote down less than there may be.
fn exit(report: &Report) -> Exit {
    if report.is_complete() {
        Exit::Clean
    } else {
        let _ = writeln!(
            io::stderr(),
            "not everything could be read; `hubsweep scan` lists what was not"
        );
        Exit::Incomplete
    }
}

fn counted(entries: usize) -> String {
    match entries {
        1 => "1 entry".to_owned(),
        more => format!("{more} entries"),
    }
}

impl Add {
    fn notes(&self) -> Annotations {
        Annotations {
            owner: self.owner.clone(),
            reason: self.reason.clone(),
            expires: self.expires,
        }
    }
}

impl Subject {
    fn known(&self) -> Known {
        Known {
            baseline: None,
            no_baseline: true,
            fingerprint_key: self.fingerprint_key.clone(),
        }
    }

    /// What `hubsweep scan PATH --no-baseline` finds.
    fn sweep(&self, output: &Output) -> anyhow::Result<Report> {
        if !self.path.is_dir() {
            bail!("{} is not a folder", shown(&self.path));
        }
        let scan = Scan {
            paths: vec![self.path.clone()],
            sender: self.sender,
            git: GitSource {
                history: self.history,
                ..GitSource::default()
            },
            own: self.own.clone(),
            added: self.added.clone(),
            thresholds: self.thresholds.clone(),
            known: self.known(),
            ..Scan::plain()?
        };
        let (_, report) = scan::judge(&scan, output)?;
        Ok(report)
    }

    /// The baseline that is there.
    fn existing(&self) -> anyhow::Result<(PathBuf, policy::Baseline)> {
        let paths = [self.path.clone()];
        let found = match &self.baseline {
            Some(file) => Some(file.clone()),
            None => find_beside(&paths, BASELINE_NAME, "--baseline")?,
        };
        let Some(file) = found else {
            bail!(
                "{} has no {BASELINE_NAME}\nhelp: `hubsweep baseline create` writes one",
                match shown(&self.path) {
                    here if here.is_empty() => ".".to_owned(),
                    path => path,
                }
            );
        };
        let known = Known {
            baseline: self.baseline.clone(),
            no_baseline: false,
            ..self.known()
        };
        let baseline = known
            .load(&paths, &known.key()?)?
            .context("the baseline is gone")?;
        Ok(if self.history {
            (file, baseline.of_history())
        } else {
            (file, baseline)
        })
    }
}
