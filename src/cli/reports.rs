//! Where reports go: `--report FORMAT[=FILE]`.
//!
//! In: the flags and a judged report. Out: bytes on stdout and in files.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};

use super::args::{Color, Output};
use crate::finding::Report;
use crate::report::{self, Format, Style};

/// One report to write.
#[derive(Clone, Debug)]
pub(super) struct Target {
    format: Format,
    /// `None` is stdout.
    file: Option<PathBuf>,
}

impl Target {
    /// A report on stdout.
    pub(super) fn stdout(format: Format) -> Self {
        Self { format, file: None }
    }

    /// A report in a file.
    pub(super) fn file(format: Format, file: PathBuf) -> Self {
        Self {
            format,
            file: Some(file),
        }
    }
}

impl FromStr for Target {
    type Err = report::UnknownFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, file) = match text.split_once('=') {
            Some((format, file)) => (format, (file != "-").then(|| PathBuf::from(file))),
            None => (text, None),
        };
        Ok(Self {
            format: format.parse()?,
            file,
        })
    }
}

/// Columns when neither the terminal nor `COLUMNS` says how many.
const DEFAULT_WIDTH: usize = 80;

/// The style of text on stdout.
pub(super) fn style(output: &Output, gate: String, hints: Vec<String>) -> Style {
    let terminal = io::stdout().is_terminal();
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let width = terminal_size::terminal_size()
        .filter(|_| terminal)
        .map(|(width, _)| usize::from(width.0));
    Style {
        width: width.or(columns).unwrap_or(DEFAULT_WIDTH).clamp(40, 240),
        color: use_color(output.color, terminal),
        verbose: output.verbose,
        quiet: output.quiet,
        hints,
        gate,
        time: time(),
    }
}

/// Now, unless `SOURCE_DATE_EPOCH` asks for a report that can be repeated.
fn time() -> i64 {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok();
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).ok();
    fixed
        .and_then(|seconds| seconds.parse().ok())
        .or_else(|| i64::try_from(now()?.as_secs()).ok())
        .unwrap_or(0)
}

fn use_color(color: Color, terminal: bool) -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            terminal && !refused && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

/// Refuse two reports on stdout, and files that cannot be written, before the
/// sweep rather than after it.
pub(super) fn open(targets: &[Target]) -> anyhow::Result<Vec<(Format, Option<File>)>> {
    let targets = if targets.is_empty() {
        &[Target {
            format: Format::Text,
            file: None,
        }][..]
    } else {
        targets
    };
    if targets
        .iter()
        .filter(|target| target.file.is_none())
        .count()
        > 1
    {
        bail!(
            "two reports cannot share stdout\nhelp: give all but one a file, as in --report sarif=out.sarif"
        );
    }
    targets
        .iter()
        .map(|target| {
            let file = target.file.as_ref().map(|path| {
                File::create(path)
                    .with_context(|| format!("cannot write the report to {}", path.display()))
            });
            Ok((target.format, file.transpose()?))
        })
        .collect()
}

/// Is what stdout gets a text for a person?
pub(super) fn is_text_on_stdout(targets: &[Target]) -> bool {
    let on_stdout = targets.iter().filter(|target| target.file.is_none());
    on_stdout
        .map(|target| target.format)
        .all(|format| format == Format::Text)
}

/// Write every report.
pub(super) fn write(
    report: &Report,
    outputs: Vec<(Format, Option<File>)>,
    style: &Style,
) -> anyhow::Result<()> {
    for (format, file) in outputs {
        if let Some(file) = file {
            let plain = Style {
                color: false,
                ..style.clone()
            };
            let mut out = BufWriter::new(file);
            report::write(report, format, &plain, &mut out)?;
            out.flush().context("cannot finish writing a report")?;
        } else {
            let mut out = BufWriter::new(io::stdout().lock());
            let written = report::write(report, format, style, &mut out);
            match written.and_then(|()| out.flush()) {
                // Whoever reads has seen enough; the gate still holds.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                written => written?,
            }
        }
    }
    Ok(())
}
