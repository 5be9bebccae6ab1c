//! What leaves of files the root `.gitignore` keeps out of the repository: the
//! client sends their first bytes before the server says which it wants.
//!
//! In: a shipment. Out: those bytes as blobs, and the findings in them, each
//! saying how it would leave.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;

use crate::blob::{Blob, Content, Kind};
use crate::finding::{Finding, OriginKind, Report, Skip, SkipClass, printable};
use crate::source::{Leaving, Outgoing, Shipment};

/// Bytes of each file the client sends for preupload.
const SAMPLE: u64 = 512;

/// The parts of ignored files that leave.
#[derive(Default)]
pub(super) struct Samples {
    pub(super) blobs: Vec<Blob>,
    /// Those that could not be read.
    pub(super) unread: Vec<Skip>,
    /// Those that stand one byte further than in their file.
    pub(super) shifted: BTreeSet<String>,
}

/// Read what leaves in part, but for what is `known`.
pub(super) fn take(shipment: &Shipment, known: &BTreeSet<PathBuf>) -> Samples {
    let mut samples = Samples::default();
    let files = shipment.files.iter();
    for file in files.filter(|file| !file.excluded && !known.contains(&file.file)) {
        match file.leaving {
            Leaving::Whole => {}
            Leaving::Checked => samples.blobs.push(super::blob(file)),
            Leaving::Sample => match read(file) {
                Ok(bytes) => samples.add(file, bytes),
                Err(error) => samples.unread.push(Skip::new(
                    SkipClass::Failed,
                    &file.path,
                    format!("its first bytes cannot be read: {error}"),
                )),
            },
        }
    }
    samples
}

fn read(file: &Outgoing) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(&file.file)?
        .take(SAMPLE)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Samples {
    fn add(&mut self, file: &Outgoing, mut bytes: Vec<u8>) {
        // The beginning of an archive is no archive: a byte before it keeps
        // its reader away, so that it is swept as the bytes it is.
        if !Kind::sniff(&file.path, &bytes, file.size).is_text() {
            bytes.insert(0, 0);
            self.shifted.insert(file.path.clone());
        }
        self.blobs.push(Blob {
            path: file.path.clone(),
            size: bytes.len() as u64,
            content: Content::Bytes(bytes.into()),
            origin: OriginKind::Tree,
            key: None,
        });
    }
}

/// Keep what was found in the bytes themselves: a stray file that stays is
/// none, and a file cut off is not a broken one.
pub(super) fn judged(
    mut report: Report,
    shipment: &Shipment,
    shifted: &BTreeSet<String>,
) -> Report {
    report.skipped.clear();
    let in_bytes = |finding: &Finding| finding.secret.is_some();
    report.findings.retain(in_bytes);
    report.suppressed.retain(in_bytes);
    for finding in report.findings.iter_mut().chain(&mut report.suppressed) {
        if shifted.contains(&finding.location.path) {
            let places = std::iter::once(&mut finding.location).chain(&mut finding.also);
            for span in places.filter_map(|place| place.span.as_mut()) {
                span.start = span.start.saturating_sub(1);
                span.end = span.end.saturating_sub(1);
            }
        }
        let file = shipment
            .files
            .iter()
            .find(|file| file.path == finding.location.path);
        finding
            .evidence
            .push(how(file.is_some_and(|file| file.leaving == Leaving::Checked)).to_owned());
        finding.remediation = format!(
            "Keep it back with --exclude '{}'; nothing has been sent yet.",
            pattern(&finding.location.path)
        );
    }
    report
}

fn how(checked: bool) -> &'static str {
    if checked {
        "its whole text is sent to be checked although .gitignore names it"
    } else {
        "in the first 512 bytes, sent for preupload although .gitignore names it"
    }
}

/// A pattern that matches this path alone, to stand between single quotes.
fn pattern(path: &str) -> String {
    let mut pattern = String::new();
    for letter in printable(path).chars() {
        match letter {
            '*' | '?' | '[' => pattern.extend(['[', letter, ']']),
            '\'' => pattern.push('?'),
            letter => pattern.push(letter),
        }
    }
    pattern
}
