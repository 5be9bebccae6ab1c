//! `hubsweep profile PATH…`.
//!
//! In: data files, or folders of them. Out: what each column holds, as a page
//! of text, Markdown for a dataset card, or JSON. No value is printed.

use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Exit;
use super::args::{FILES, GATE, OUTPUT, Output, OwnConfig, Readers, Scan, Sender, Thresholds};
use super::personal::Personal;
use super::reports;
use super::scan::{policy, sources};
use super::sweep::{self, Job};
use crate::report::profile::{self, Extent};
use crate::scan;

const AFTER: &str = "\
Examples:
  hubsweep profile data/                        every table in a folder
  hubsweep profile train.parquet --sample 1000  the first rows of each column
  hubsweep profile data/ --format markdown      for the README.md of a dataset

CSV, TSV, JSON, JSON Lines, Parquet, Arrow and SQLite are read, also compressed
and inside archives. Nested keys are columns: messages[].content. Of values only
forms are shown, letters as x and digits as 9.

It describes and does not judge: the exit code is 0 whatever is found, 3 where
not everything could be read.";

#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Profile {
    /// Data files, or folders of them; `-` for standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = OUTPUT)]
    format: Format,
    /// List every column of wide tables
    #[arg(long, help_heading = OUTPUT)]
    all: bool,
    /// Read a folder as `git` or `upload` would send it, or `all` of it
    #[arg(
        long = "as",
        value_enum,
        value_name = "SENDER",
        hide_possible_values = true,
        help_heading = FILES
    )]
    sender: Option<Sender>,
    /// Read only files that match, as `hf upload --include` does
    #[arg(long, value_name = "PATTERN", help_heading = FILES)]
    include: Vec<String>,
    /// Leave out files that match, as `hf upload --exclude` does
    #[arg(long, value_name = "PATTERN", help_heading = FILES)]
    exclude: Vec<String>,
    /// Name of standard input, which tells what it is
    #[arg(long, value_name = "NAME", help_heading = FILES)]
    stdin_name: Option<String>,
    #[command(flatten)]
    readers: Readers,
    #[command(flatten)]
    personal: Personal,
    #[command(flatten)]
    own: OwnConfig,
    /// A floor that the repository's own configuration can only tighten
    #[arg(
        long,
        value_name = "FILE",
        env = "HUBSWEEP_POLICY",
        hide_env_values = true,
        help_heading = GATE
    )]
    policy: Option<PathBuf>,
    /// Worker threads [default: one a core]
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        help_heading = OUTPUT
    )]
    threads: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For a dataset card
    Markdown,
    /// For machines
    Json,
}

pub(super) fn run(args: &Profile, output: &Output) -> anyhow::Result<Exit> {
    let interrupt = sweep::interrupt()?;
    let scan = Scan {
        paths: args.paths.clone(),
        sender: args.sender,
        include: args.include.clone(),
        exclude: args.exclude.clone(),
        stdin_name: args.stdin_name.clone(),
        thresholds: Thresholds {
            personal: args.personal.clone(),
            ..Thresholds::default()
        },
        own: args.own.clone(),
        policy: args.policy.clone(),
        ..Scan::plain()?
    };
    let policy = policy(&scan)?;
    let job = Job {
        sample: args.readers.sample,
        threads: args.threads,
        quiet: output.quiet,
        ..sources::named(&scan, policy.excludes(), &interrupt)?
    };
    let told = sweep::with(job, &policy, &interrupt, |sweep| scan::profile(&sweep))?;
    let extent = Extent { all: args.all };
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Json => profile::write_json(&told, &mut out)?,
        Format::Markdown => profile::write_markdown(&told, extent, &mut out)?,
        Format::Text => {
            let style = reports::style(output, sweep::gate(&policy), Vec::new());
            profile::write_text(&told, extent, &style, &mut out)?;
        }
    }
    out.flush()?;
    Ok(if told.interrupted {
        Exit::Interrupted
    } else if told.is_complete() {
        Exit::Clean
    } else {
        Exit::Incomplete
    })
}
