//! The command line.
//!
//! In: arguments. Out: findings on stdout, progress and diagnostics on stderr,
//! an exit code. Each command has a file of its own.

mod args;
mod audit;
mod baseline;
mod demo;
mod explain;
mod generate;
mod hook;
mod init;
mod inspect;
mod known;
mod own_rules;
mod page;
mod personal;
mod profile;
mod progress;
mod redact;
mod reports;
mod rules;
mod scan;
mod subject;
mod sweep;
mod upload;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

pub use args::Cli;
use args::Command;

/// What the process says with its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing hit the gate, everything was read.
    Clean = 0,
    /// The gate is hit.
    Blocked = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// Nothing hit the gate, but not everything was read.
    Incomplete = 3,
    /// Interrupted; the report is partial.
    Interrupted = 130,
}

/// Parse the arguments of this process, run, and say how it went.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Clap prints help and version to stdout and errors to stderr.
            let _ = error.print();
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Clean
            };
            return ExitCode::from(exit as u8);
        }
    };
    ExitCode::from(match run(&cli) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => Exit::Clean as u8,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {}", message(&error));
            Exit::Usage as u8
        }
    })
}

fn run(cli: &Cli) -> anyhow::Result<u8> {
    let exit = match &cli.command {
        Command::Scan(scan) => scan::run(scan, &cli.output),
        Command::Audit(audit) => audit::run(audit, &cli.output),
        Command::Hook(hook) => hook::run(hook, &cli.output),
        // Passes on the exit code of another program.
        Command::Upload(upload) => return upload::run(upload, &cli.output),
        Command::Baseline(baseline) => baseline::run(baseline, &cli.output),
        Command::Demo(demo) => demo::run(demo, &cli.output),
        Command::Rules(rules) => rules::run(rules, &cli.output),
        Command::Explain(explain) => explain::run(explain, &cli.output),
        Command::Inspect(inspect) => inspect::run(inspect, &cli.output),
        Command::Redact(redact) => redact::run(redact, &cli.output),
        Command::Profile(profile) => profile::run(profile, &cli.output),
        Command::Init(init) => init::run(init),
        Command::Completions(completions) => generate::completions(completions),
        Command::Man(man) => generate::man(man),
    };
    exit.map(|exit| exit as u8)
}

/// The error and its causes on one line; a `help:` line of the error stays
/// last.
fn message(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    let mut help = String::new();
    if let Some(at) = text.find("\nhelp:") {
        help = text.split_off(at);
    }
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text + &help
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
