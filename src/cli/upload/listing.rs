//! What would be sent, as a list.
//!
//! In: a shipment. Out: lines for a person, or a JSON object a line.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;
use indicatif::DecimalBytes;
use serde::Serialize;

use crate::engine::Engine;
use crate::finding::printable;
use crate::scan::shown_names;
use crate::source::{Leaving, Outgoing, Shipment};

/// One line of `--list`.
#[derive(Serialize)]
struct Entry<'a> {
    path: &'a str,
    in_repo: &'a str,
    size: u64,
    sends: &'static str,
    swept: bool,
}

/// The list for a person.
pub(super) fn lines(engine: &Engine, shipment: &Shipment, target: &str) -> Vec<String> {
    let paths: Vec<&str> = shipment
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    let shown = shown_names(engine, &paths);
    let whole = |file: &&Outgoing| file.leaving == Leaving::Whole;
    let sent: Vec<&Outgoing> = shipment.files.iter().filter(whole).collect();
    let bytes = sent.iter().map(|file| file.size).sum();
    let plural = if sent.len() == 1 { "" } else { "s" };
    let title = format!(
        "would send {} file{plural}, {}, to {}",
        sent.len(),
        DecimalBytes(bytes),
        printable(&shown_names(engine, &[target]).concat())
    );
    let list = shipment.files.iter().zip(shown).map(|(file, shown)| {
        let mark = match (file.leaving, file.excluded) {
            (_, true) => "  (not swept: hubsweep.toml excludes it)",
            (Leaving::Whole, _) => "",
            (Leaving::Checked, _) => "  (only to be checked: .gitignore)",
            (Leaving::Sample, _) => "  (first 512 bytes: .gitignore)",
        };
        format!(
            "{:>12}  {}{mark}",
            DecimalBytes(file.size).to_string(),
            printable(&shown)
        )
    });
    std::iter::once(title).chain(list).collect()
}

/// Write the list for a machine.
pub(super) fn write(engine: &Engine, shipment: &Shipment, path: &Path) -> anyhow::Result<()> {
    let wrong = || format!("cannot write the list to {}", path.display());
    let mut out = BufWriter::new(File::create(path).with_context(wrong)?);
    let masked = |text: fn(&Outgoing) -> &str| {
        let texts: Vec<&str> = shipment.files.iter().map(text).collect();
        shown_names(engine, &texts)
    };
    let (paths, in_repo) = (masked(|file| &file.path), masked(|file| &file.in_repo));
    for (file, (path, in_repo)) in shipment.files.iter().zip(paths.iter().zip(&in_repo)) {
        let entry = Entry {
            path,
            in_repo,
            size: file.size,
            sends: match file.leaving {
                Leaving::Whole => "whole",
                Leaving::Checked => "checked",
                Leaving::Sample => "sample",
            },
            swept: !file.excluded,
        };
        serde_json::to_writer(&mut out, &entry)?;
        out.write_all(b"\n")?;
    }
    out.flush().with_context(wrong)
}
