//! `hubsweep redact`.
//!
//! In: files, a folder or standard input. Out: the same without secrets and
//! personal data, and an account of what was replaced, what could not be, and
//! what to do about that.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use anyhow::{Context as _, bail};
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
use crate::redact::{
    self, Fields, Operator, Operators, Outcome, Redactor, Replaced, StandIns, Told,
};
use crate::rule::Catalogue;
use crate::source::{As, Root, Selection, Tree};

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
    files(args, stand_ins, output)
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
    redact::filter(&mut redactor, &fields, &mut io::stdin().lock(), &mut out)?;
    Ok(Exit::Clean)
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
    for file in found(&roots, args, &selection)? {
        if interrupt.load(Ordering::Relaxed) {
            account.print(args)?;
            return Ok(Exit::Interrupted);
        }
        let known = told.get(&file.relative);
        let outcome = redact::redact(&mut job, &file.path, &file.relative, known);
        account.add(&file.relative, known.is_some(), outcome);
    }
    account.unread = report
        .skipped
        .iter()
        .filter(|skip| skip.class.is_incomplete())
        .count();
    account.print(args)?;
    Ok(if account.left.is_empty() && account.unread == 0 {
        Exit::Clean
    } else {
        Exit::Incomplete
    })
}

/// The files of the roots, in the order of their names.
fn found(roots: &[Root], args: &Redact, selection: &Selection) -> anyhow::Result<Vec<Found>> {
    use crate::blob::Content;
    use crate::source::{Item, Source as _};
    let tree = Tree::new(&args.paths, selection)?;
    let mut files = Vec::new();
    tree.items(&mut |item| {
        if let Item::Blob(blob) = item {
            if let Content::File(path) = blob.content {
                files.push(Found {
                    path,
                    relative: blob.path,
                });
            }
        }
        std::ops::ControlFlow::Continue(())
    })?;
    files.sort_by(|a, b| a.relative.cmp(&b.relative));
    debug_assert!(!roots.is_empty());
    Ok(files)
}

/// What was done.
#[derive(Default)]
struct Account {
    kinds: BTreeMap<String, u64>,
    /// Files rewritten, and copied as they were.
    rewritten: Vec<String>,
    copied: usize,
    /// Files that still hold something, why, and what to do.
    left: Vec<(String, String)>,
    unread: usize,
}

impl Account {
    fn add(&mut self, path: &str, told: bool, outcome: Result<Outcome, redact::RedactError>) {
        match outcome {
            Ok(Outcome::Written(replaced)) if replaced.any() => {
                self.rewritten.push(summary(path, &replaced));
                for (kind, count) in replaced.kinds {
                    *self.kinds.entry(kind).or_default() += count;
                }
            }
            Ok(Outcome::Written(_)) if told => {
                let why = "what was found there is in a part that is not rewritten".to_owned();
                self.left.push((path.to_owned(), why));
            }
            Ok(Outcome::Written(_)) => self.copied += 1,
            Ok(Outcome::Refused(refused)) => {
                let why = format!("{}: {}", refused.what, refused.help);
                self.left.push((path.to_owned(), why));
            }
            Err(error) => self.left.push((path.to_owned(), error.to_string())),
        }
    }

    fn print(&self, args: &Redact) -> anyhow::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        for line in &self.rewritten {
            writeln!(out, "{line}")?;
        }
        if let (Some(folder), 1..) = (&args.out, self.copied) {
            let count = files_of(self.copied);
            writeln!(out, "{count} copied to {} as they are", folder.display())?;
        }
        for (path, why) in &self.left {
            writeln!(out, "left: {}: {}", printable(path), printable(why))?;
        }
        if self.unread > 0 {
            writeln!(
                out,
                "{} not fully read: hubsweep scan shows which",
                files_of(self.unread)
            )?;
        }
        let total: u64 = self.kinds.values().sum();
        let kinds: Vec<String> = self
            .kinds
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        let files = files_of(self.rewritten.len());
        let list = if kinds.is_empty() {
            String::new()
        } else {
            format!(": {}", kinds.join(", "))
        };
        writeln!(out, "{total} replaced in {files}{list}")?;
        out.flush().context("cannot write to standard output")
    }
}

fn files_of(count: usize) -> String {
    format!("{count} file{}", if count == 1 { "" } else { "s" })
}

fn summary(path: &str, replaced: &Replaced) -> String {
    let kinds = replaced.kinds.iter();
    let mut parts: Vec<String> = kinds
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    if !replaced.dropped.is_empty() {
        parts.push(format!("without {}", replaced.dropped.join(", ")));
    }
    format!("{}: {}", printable(path), printable(&parts.join(", ")))
}
