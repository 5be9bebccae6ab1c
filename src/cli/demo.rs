//! `hubsweep demo`.
//!
//! In: nothing. Out: a leaky model repository in a temporary folder, the report
//! on it, and no folder any more.

mod model;
mod torch;

use std::io::{self, Write as _};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;

use super::Exit;
use super::args::{Demo, GitSource, Output, OwnConfig, Readers, Scan, Sender, Thresholds};
use super::known::Known;
use super::own_rules::OwnRules;
use super::{reports, scan, sweep};

const INTRO: &str = "A model folder as a training run leaves it; every key in it is made up.";

const NEXT: [&str; 3] = [
    "hubsweep scan .                 # your own folder",
    "hubsweep explain hf-user-token  # what it means, step by step",
    "hubsweep init                   # a hubsweep.toml to start from",
];

pub(super) fn run(args: &Demo, output: &Output) -> anyhow::Result<Exit> {
    let folder = tempfile::Builder::new()
        .prefix("hubsweep-demo-")
        .tempdir()
        .context("cannot make a temporary folder")?;
    model::write(folder.path(), seed())
        .with_context(|| format!("cannot write to {}", folder.path().display()))?;
    let (policy, report) = scan::judge(&everything(folder.path()), output)?;
    let hints = NEXT.map(str::to_owned).to_vec();
    let style = reports::style(output, sweep::gate(&policy), hints);
    let mut out = io::stdout().lock();
    if !output.quiet {
        writeln!(out, "{INTRO}\n")?;
    }
    drop(out);
    reports::write(&report, reports::open(&[])?, &style)?;
    if args.keep {
        writeln!(io::stdout(), "kept in {}", folder.keep().display())?;
    } else {
        folder.close().context("cannot remove the demo folder")?;
    }
    // It shows, it does not gate.
    Ok(if report.interrupted {
        Exit::Interrupted
    } else {
        Exit::Clean
    })
}

/// What `hubsweep scan FOLDER --as upload --no-config` means.
fn everything(folder: &std::path::Path) -> Scan {
    Scan {
        paths: vec![folder.to_path_buf()],
        git: GitSource::default(),
        sender: Some(Sender::Upload),
        include: Vec::new(),
        exclude: Vec::new(),
        thresholds: Thresholds::default(),
        own: OwnConfig {
            no_config: true,
            ..OwnConfig::default()
        },
        readers: Readers::default(),
        added: OwnRules::default(),
        policy: None,
        reports: Vec::new(),
        stdin_name: None,
        threads: 0,
        exhaustive: false,
        known: Known {
            no_baseline: true,
            ..Known::default()
        },
    }
}

/// Different on every run.
fn seed() -> u64 {
    let clock = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_nanos() as u64);
    clock ^ (u64::from(std::process::id()) << 32)
}
