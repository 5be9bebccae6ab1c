//! One passage: sweep, look again at what changed, hand over to the client.
//!
//! In: the setup and the client's arguments. Out: reports, and the exit code
//! of the client, or ours where it did not run.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::sync::atomic::Ordering;

use super::{Upload, listing};
use crate::cli::Exit;
use crate::cli::args::Output;
use crate::cli::progress::Bar;
use crate::cli::reports;
use crate::cli::sweep::{exit, gate};
use crate::finding::{Report, printable};
use crate::policy::Policy;
use crate::report::{self, Format, Style};
use crate::scan::shown_names;
use crate::source::Leaving;
use crate::upload::cache::Cache;
use crate::upload::client::Client;
use crate::upload::{self, Setup, Swept};

/// How often what changes is swept again before it is given up.
const ATTEMPTS: usize = 3;
/// Names given as examples.
const NAMED: usize = 3;

pub(super) struct Passage<'a> {
    pub(super) args: &'a Upload,
    pub(super) output: &'a Output,
    /// `None` for a dry run.
    pub(super) client: Option<Client>,
    pub(super) policy: &'a Policy,
    pub(super) setup: Setup<'a>,
    pub(super) bar: &'a Bar,
    pub(super) cache: Option<Cache>,
    /// Where it goes, in the user's words.
    pub(super) target: String,
}

/// A sweep that was looked at twice.
pub(super) struct Checked {
    pub(super) swept: Swept,
    /// How it ends, if it is not clean.
    pub(super) stop: Option<Exit>,
    /// Did the files hold still in the end?
    settled: bool,
}

impl Passage<'_> {
    /// Sweep, say so, and run the client if all is well.
    pub(super) fn once(&mut self, arguments: &[OsString]) -> anyhow::Result<u8> {
        let outputs = self.outputs()?;
        let checked = self.check()?;
        if let Some(path) = &self.args.list {
            listing::write(self.setup.engine, &checked.swept.shipment, path)?;
        }
        let style = self.style(&checked.swept.report, self.output.quiet);
        if self.args.dry_run && !self.output.quiet {
            self.list(&checked.swept);
        }
        Self::write(&checked.swept.report, outputs, &style)?;
        if let Some(stop) = self.say_stop(&checked) {
            return Ok(stop as u8);
        }
        self.hand_over(&checked.swept, arguments)
    }

    /// Sweep everything, then what changed since, until nothing does.
    pub(super) fn check(&mut self) -> anyhow::Result<Checked> {
        let mut swept = upload::sweep(&self.setup, self.cache.as_mut())?;
        let mut settled = false;
        for _ in 0..ATTEMPTS {
            if exit(&swept.report) != Exit::Clean {
                break;
            }
            let Some(again) = upload::sweep_changed(&self.setup, &swept)? else {
                settled = true;
                break;
            };
            swept.absorb(again);
        }
        self.bar.clear();
        let interrupted = self.setup.interrupt.load(Ordering::Relaxed);
        let stop = match exit(&swept.report) {
            _ if interrupted => Some(Exit::Interrupted),
            Exit::Clean if settled => None,
            Exit::Clean => Some(Exit::Incomplete),
            exit => Some(exit),
        };
        Ok(Checked {
            swept,
            stop,
            settled,
        })
    }

    /// Say on stderr why the client does not run, if it does not.
    pub(super) fn say_stop(&self, checked: &Checked) -> Option<Exit> {
        let Some(stop) = checked.stop else {
            return self.args.dry_run.then_some(Exit::Clean);
        };
        let why = match stop {
            Exit::Blocked => "the gate is hit",
            Exit::Interrupted => "interrupted",
            _ if checked.settled || !checked.swept.report.is_complete() => {
                "not everything could be read"
            }
            _ => {
                "files change faster than they are swept\nhelp: upload when nothing writes there any more, or a copy"
            }
        };
        if !self.args.dry_run {
            say(&format!("not uploaded, nothing was sent: {why}"));
        }
        Some(stop)
    }

    /// Run the client, and say what changed under its hands.
    pub(super) fn hand_over(&self, swept: &Swept, arguments: &[OsString]) -> anyhow::Result<u8> {
        let Some(client) = &self.client else {
            return Ok(Exit::Clean as u8);
        };
        if !self.output.quiet {
            let files = swept.shipment.files.iter();
            let count = files.filter(|file| file.leaving == Leaving::Whole).count();
            let plural = if count == 1 { "" } else { "s" };
            say(&format!("running `hf` to send {count} file{plural}"));
        }
        let code = client.run(arguments)?;
        let changed = swept.changed();
        if !changed.is_empty() {
            say(&format!(
                "warning: {} changed during the upload, so what was sent may not be what was swept\nhelp: run the same command again",
                self.named(&changed)
            ));
        }
        Ok(code)
    }

    pub(super) fn outputs(&self) -> anyhow::Result<Vec<(Format, Option<std::fs::File>)>> {
        if self.args.reports.is_empty() && !self.args.dry_run {
            // Stdout is the client's.
            return Ok(Vec::new());
        }
        reports::open(&self.args.reports)
    }

    pub(super) fn write(
        report: &Report,
        outputs: Vec<(Format, Option<std::fs::File>)>,
        style: &Style,
    ) -> anyhow::Result<()> {
        if outputs.is_empty() {
            // Whether anybody reads it or not, the gate holds.
            let _ = report::write(report, Format::Text, style, &mut io::stderr().lock());
            return Ok(());
        }
        reports::write(report, outputs, style)
    }

    pub(super) fn style(&self, report: &Report, quiet: bool) -> Style {
        let mut hints = Vec::new();
        let blocking = report.findings.iter().filter(|finding| finding.blocks());
        if let Some(worst) = blocking.max_by_key(|finding| finding.severity) {
            hints.push(format!("hubsweep explain {} # step by step", worst.rule));
            hints.push("--exclude PATTERN # leaves a file out of the upload".to_owned());
            hints.push("hubsweep init # a file to allow findings in".to_owned());
        }
        let style = reports::style(self.output, gate(self.policy), hints);
        Style { quiet, ..style }
    }

    fn list(&self, swept: &Swept) {
        let lines = listing::lines(self.setup.engine, &swept.shipment, &self.target);
        let text = lines.join("\n") + "\n\n";
        // A report for a machine has stdout for itself.
        let _ = if reports::is_text_on_stdout(&self.args.reports) {
            io::stdout().write_all(text.as_bytes())
        } else {
            io::stderr().write_all(text.as_bytes())
        };
    }

    fn named(&self, paths: &[&str]) -> String {
        let shown = shown_names(self.setup.engine, &paths[..paths.len().min(NAMED)]);
        let shown = printable(&shown.join(", "));
        match paths.len().saturating_sub(NAMED) {
            0 => shown,
            more => format!("{shown} and {more} more"),
        }
    }
}

/// Tell the user. A stderr that is closed must not end what the gate decides.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
