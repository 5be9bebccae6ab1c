//! `hubsweep redact`.
//!
//! In: files, a folder or standard input. Out: the same without secrets and
//! personal data, and an account of what was replaced, what could not be, and
//! what to do about that.

mod account;

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use anyhow::bail;
use clap::Args;

use super::Exit;
use super::args::{FILES, GATE, OUTPUT, Output, RULES};
use super::known;
use super::scan::find_beside;
use super::sweep::{self, Job};
use crate::audit;
use crate::engine::Engine;
use crate::finding::printable;
use crate::personal::Profile;
use crate::policy::{Config, Policy, PolicyInputs};
use crate::redact::{self, Fields, Operator, Operators, RedactError, Redactor, StandIns, Told};
use crate::rule::Catalogue;
use crate::source::{As, Selection, Tree};
use account::Account;

const AFTER: &str = "\
Examples:
  hubsweep redact data/ --out clean/                a clean copy of a folder
  hubsweep redact train.jsonl --in-place --backup   keep the original as train.jsonl.orig
  hubsweep redact data/ --out clean/ --keyed key    the same tags on every run and machine
  hubsweep redact . --out c --operator email=format-preserving
  tail -f app.log | hubsweep redact -
  hubsweep redact - --jsonl-field message < log.jsonl

Replaced is what `hubsweep scan` finds with the same options, and is not allowed
or declared. Authors and role mailboxes stay. No list of what was replaced is
written: it cannot be undone.";

#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Redact {
    /// Files or folders, or - for standard input
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Write to this folder, and leave the originals alone
    #[arg(long, value_name = "DIR", conflicts_with = "in_place", help_heading = FILES)]
    out: Option<PathBuf>,
    /// Let --out be a folder that has files, and replace them
    #[arg(long, requires = "out", help_heading = FILES)]
    overwrite: bool,
    /// Replace the files themselves
    #[arg(long, help_heading = FILES)]
    in_place: bool,
    /// In place, keep each original as NAME.orig
    #[arg(long, requires = "in_place", help_heading = FILES)]
    backup: bool,
    /// What stands for values: placeholder, format-preserving, mask, hash or
    /// drop; of one kind with KIND=OPERATOR
    #[arg(long = "operator", value_name = "[KIND=]OPERATOR", help_heading = OUTPUT)]
    operators: Vec<String>,
    /// Tags made with the key in FILE instead of numbers, the same on every run
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    keyed: Option<PathBuf>,
    /// Of JSON Lines on standard input, redact only this field; may be repeated
    #[arg(long = "jsonl-field", value_name = "FIELD", help_heading = FILES)]
    fields: Vec<String>,
    /// Personal data to look for: off, default, strict or all
    #[arg(long, value_name = "PROFILE", value_parser = clap::value_parser!(Profile), help_heading = RULES)]
    pii: Option<Profile>,
    /// Configuration to use instead of the hubsweep.toml found at the root
    #[arg(long, value_name = "FILE", help_heading = GATE)]
    config: Option<PathBuf>,
}

pub(super) fn run(args: &Redact, output: &Output) -> anyhow::Result<Exit> {
    let stand_ins = stand_ins(args)?;
    if args.paths.iter().any(|path| path == Path::new("-")) {
        return stream(args, stand_ins);
    }
    if !args.fields.is_empty() {
        bail!("--jsonl-field is for standard input: give `-` as the path");
    }
    if args.out.is_none() && !args.in_place {
        bail!("say where to: --out DIR, or --in-place to replace the files themselves");
    }
    if let Some(out) = &args.out {
        check_out(args, out)?;
    }
    files(args, stand_ins, output)
}

/// The output folder is new or empty, so that nothing in it is lost, and no part
/// of what is redacted.
fn check_out(args: &Redact, out: &Path) -> anyhow::Result<()> {
    let shown = out.display();
    let Ok(real) = out.canonicalize() else {
        return Ok(());
    };
    if !real.is_dir() {
        bail!("{shown} is no folder\nhelp: give --out a folder, new or empty");
    }
    for path in args
        .paths
        .iter()
        .filter_map(|path| path.canonicalize().ok())
    {
        if path.starts_with(&real) {
            bail!("{shown} holds what is to be redacted\nhelp: give another folder, or --in-place");
        }
    }
    let filled = real.read_dir()?.next().is_some();
    if filled && !args.overwrite {
        bail!(
            "{shown} is not empty\nhelp: give a new folder, or --overwrite to replace files there"
        );
    }
    Ok(())
}

/// The operators and the key.
fn stand_ins(args: &Redact) -> anyhow::Result<StandIns> {
    let mut operators = Operators::default();
    for given in &args.operators {
        let (kind, word) = given.split_once('=').unwrap_or(("", given));
        let operator: Operator = word.parse().map_err(anyhow::Error::msg)?;
        if kind.is_empty() {
            operators.otherwise = operator;
        } else {
            check_kind(kind)?;
            operators.by_kind.insert(kind.to_owned(), operator);
        }
    }
    let key = args.keyed.as_deref();
    let key = key.map(|path| known::read_key(path, "key")).transpose()?;
    let hashes = {
        let mut used = operators.by_kind.values().chain([&operators.otherwise]);
        used.any(|operator| *operator == Operator::Hash)
    };
    if key.is_none() && hashes {
        bail!(
            "the operator hash needs a key: --keyed FILE\n\
             help: without one, phone numbers and the like are found by trying all of them"
        );
    }
    Ok(StandIns::new(operators, key))
}

fn check_kind(kind: &str) -> anyhow::Result<()> {
    let catalogue = Catalogue::builtin()?;
    let known = catalogue.rules().iter().any(|rule| {
        rule.id == kind
            || rule
                .personal
                .as_ref()
                .is_some_and(|entity| entity.name == kind)
    });
    if !known {
        let kind = printable(kind);
        bail!(
            "unknown kind `{kind}`\nhelp: name an entity or a rule; `hubsweep rules list` shows all"
        );
    }
    Ok(())
}

fn policy(args: &Redact) -> anyhow::Result<Policy> {
    let own = match &args.config {
        Some(path) => Some(path.clone()),
        None => find_beside(&args.paths, super::scan::CONFIG_NAME, "--config")?,
    };
    let load = |path: PathBuf| Config::load(&path, &path.display().to_string());
    Ok(Policy::new(PolicyInputs {
        repository: own.map(load).transpose()?,
        personal: args.pii,
        ..PolicyInputs::default()
    }))
}

fn stream(args: &Redact, stand_ins: StandIns) -> anyhow::Result<Exit> {
    if args.paths.len() > 1 || args.out.is_some() || args.in_place {
        bail!("standard input goes to standard output: give `-` alone");
    }
    let policy = policy(args)?;
    let catalogue = policy.catalogue(Catalogue::builtin()?, &audit::ids())?;
    let engine = Engine::of(&catalogue, false, policy.personal());
    let mut redactor = Redactor::with(engine, stand_ins);
    let fields = Fields(args.fields.clone());
    let mut out = BufWriter::new(io::stdout().lock());
    let done = redact::filter(&mut redactor, &fields, &mut io::stdin().lock(), &mut out);
    match done {
        Ok(done) if done.fields == 0 && !args.fields.is_empty() => {
            bail!(
                "no line had a field {}: nothing was redacted",
                args.fields.join(" or ")
            )
        }
        Ok(_) => Ok(Exit::Clean),
        // Nobody reads on: the program says so by its own kind of error.
        Err(RedactError::Io(error)) => Err(error.into()),
        Err(error) => Err(error.into()),
    }
}

/// What the configuration leaves out, and an output folder inside a root.
fn excludes(args: &Redact, policy: &Policy) -> Vec<String> {
    let mut excludes = policy.excludes().to_vec();
    let out = args.out.as_deref().and_then(|out| out.canonicalize().ok());
    for root in args
        .paths
        .iter()
        .filter_map(|path| path.canonicalize().ok())
    {
        let inside = out.as_ref().and_then(|out| out.strip_prefix(&root).ok());
        if let Some(inside) = inside.filter(|inside| !inside.as_os_str().is_empty()) {
            excludes.push(format!("/{}/", inside.display()));
        }
    }
    excludes
}

/// A file and where it lies.
struct Found {
    path: PathBuf,
    relative: String,
}

fn files(args: &Redact, stand_ins: StandIns, output: &Output) -> anyhow::Result<Exit> {
    let interrupt = sweep::interrupt()?;
    let policy = policy(args)?;
    let selection = Selection {
        as_kind: Some(As::All),
        config_exclude: excludes(args, &policy),
        ..Selection::default()
    };
    let tree = Tree::new(&args.paths, &selection)?;
    let roots = tree.roots().to_vec();
    let job = Job {
        roots: roots.clone(),
        sources: vec![Box::new(tree)],
        asked: roots.iter().map(|root| root.given.clone()).collect(),
        quiet: output.quiet,
        ..Job::default()
    };
    let report = sweep::run(job, &policy, &interrupt)?;
    let told = Told::by_path(&report);
    let catalogue = policy.catalogue(Catalogue::builtin()?, &audit::ids())?;
    let engine = Engine::of(&catalogue, false, policy.personal());
    let mut job = redact::Job {
        engine: &engine,
        limits: policy.limits(),
        stand_ins,
        out: args.out.clone(),
        backup: args.backup.then(|| ".orig".to_owned()),
    };
    let mut account = Account::default();
    for file in found(args, &selection)? {
        if interrupt.load(Ordering::Relaxed) {
            account.print(args.out.as_deref())?;
            return Ok(Exit::Interrupted);
        }
        let known = told.get(&file.relative);
        match known.and_then(why_left).or_else(|| leads_out(args, &file)) {
            Some(why) => account.leave(shown(&file, known), why),
            None => account.add(
                &file.relative,
                redact::redact(&mut job, &file.path, &file.relative, known),
            ),
        }
    }
    account.print(args.out.as_deref())?;
    Ok(if account.is_complete() {
        Exit::Clean
    } else {
        Exit::Incomplete
    })
}

/// Why a file is not rewritten whatever its kind.
fn why_left(told: &Told) -> Option<&'static str> {
    if told.named {
        Some("its name holds a secret or personal data: rename it")
    } else if told.unread {
        Some("it was not, or not wholly, read: `hubsweep scan` says why")
    } else {
        None
    }
}

/// A name that holds a secret is not shown.
fn shown<'f>(file: &'f Found, told: Option<&Told>) -> &'f str {
    if told.is_some_and(|told| told.named) {
        "a file"
    } else {
        &file.relative
    }
}

/// In place, a link to a file of somebody else is left alone: it may be the
/// cache of the Hub's client.
fn leads_out(args: &Redact, file: &Found) -> Option<&'static str> {
    let is_link = file
        .path
        .symlink_metadata()
        .is_ok_and(|meta| meta.is_symlink());
    if !args.in_place || !is_link {
        return None;
    }
    let target = file.path.canonicalize().ok()?;
    let mut roots = args
        .paths
        .iter()
        .filter_map(|path| path.canonicalize().ok());
    let within = roots.any(|root| target.starts_with(root));
    (!within).then_some("a link to a file outside: redact that file itself, or use --out")
}

/// The files of the roots, in the order of their names.
fn found(args: &Redact, selection: &Selection) -> anyhow::Result<Vec<Found>> {
    use crate::blob::Content;
    use crate::source::{Item, Source as _};
    let tree = Tree::new(&args.paths, selection)?;
    let mut files = Vec::new();
    tree.items(&mut |item| {
        if let Item::Blob(blob) = item {
            if let Content::File(path) = blob.content {
                let relative = blob.path;
                if !is_ours(args, &path) {
                    files.push(Found { path, relative });
                }
            }
        }
        std::ops::ControlFlow::Continue(())
    })?;
    files.sort_by(|a, b| a.relative.cmp(&b.relative));
    Ok(files)
}

/// What an earlier run left: a backup beside its file, or half a file.
fn is_ours(args: &Redact, path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy());
    let half = name.is_some_and(|name| name.starts_with(".hubsweep-"));
    let is_backup = path.extension().is_some_and(|ending| ending == "orig");
    half || (args.in_place && is_backup && path.with_extension("").exists())
}
