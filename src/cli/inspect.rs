//! `hubsweep inspect FILE`.
//!
//! In: one artifact. Out: what is inside, and what a sweep finds in it.
//! Nothing is loaded, unpickled or unpacked to disk.

use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::Exit;
use super::args::{Format, Output};
use super::reports;
use super::sweep::{self, Job};
use crate::policy::{Policy, PolicyInputs};
use crate::report::inspection;
use crate::scan;
use crate::source::{As, Selection, Tree};

const AFTER: &str = "\
Examples:
  hubsweep inspect model.safetensors          metadata and tensors, from the header alone
  hubsweep inspect training_args.bin          what loading it imports and calls
  hubsweep inspect -v data.parquet            every column
  hubsweep inspect --format json model.gguf

It looks and does not judge: the exit code is 0 whatever is found, 3 where not
everything could be read. `hubsweep scan FILE` is the gate.";

#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Inspect {
    /// The file
    file: PathBuf,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    readers: super::args::Readers,
}

pub(super) fn run(args: &Inspect, output: &Output) -> anyhow::Result<Exit> {
    if args.file.is_dir() {
        bail!(
            "{} is a folder\nhelp: `inspect` looks into one file; `hubsweep scan` sweeps folders",
            args.file.display()
        );
    }
    let interrupt = sweep::interrupt()?;
    let policy = Policy::new(PolicyInputs::default());
    let selection = Selection {
        as_kind: Some(As::All),
        ..Selection::default()
    };
    let tree = Tree::new(std::slice::from_ref(&args.file), &selection)?;
    let job = Job {
        roots: tree.roots().to_vec(),
        sources: vec![Box::new(tree)],
        asked: vec![args.file.display().to_string()],
        sample: args.readers.sample,
        quiet: output.quiet,
        ..Job::default()
    };
    let inspection = sweep::with(job, &policy, &interrupt, scan::inspect)?;
    let name = args.file.display().to_string();
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Json => inspection::write_json(&inspection, &name, &mut out)?,
        Format::Text => {
            let style = reports::style(output, sweep::gate(&policy), Vec::new());
            inspection::write_text(&inspection, &name, &style, &mut out)?;
        }
    }
    out.flush()?;
    Ok(if inspection.report.interrupted {
        Exit::Interrupted
    } else if inspection.report.is_complete() {
        Exit::Clean
    } else {
        Exit::Incomplete
    })
}
