//! One file: what it is decides who rewrites it.
//!
//! In: a file and what its sweep told. Out: the redacted file in its place or in
//! another folder, or why it cannot be rewritten and what to do instead.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Component, Path, PathBuf};

use super::cells::Cells;
use super::columnar::Columns;
use super::find::{Finder, Told};
use super::stand_ins::StandIns;
use super::write::{self, Content};
use super::{RedactError, Replaced, rows, text};
use crate::blob::{HEAD, Kind, Limits, Text};
use crate::engine::Engine;
use crate::format::codec::Budget;
use crate::format::compressed::{Compressed, Streams};
use crate::format::rows::Rows;
use crate::format::{arrow, image, parquet, safetensors};

/// How files are redacted, and what stands for what so far.
#[derive(Debug)]
pub struct Job<'e> {
    /// The rules.
    pub engine: &'e Engine,
    /// How far readers go.
    pub limits: Limits,
    /// What stands for which value.
    pub stand_ins: StandIns,
    /// Another folder to write to; in place if there is none.
    pub out: Option<PathBuf>,
    /// In place: the ending of the copy kept of the original.
    pub backup: Option<String>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was rewritten, or copied where nothing was to be replaced.
    Written(Replaced),
    /// It cannot be rewritten: what it is, and what to do.
    Refused(Refused),
}

/// Why a kind of file is not rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What it is.
    pub what: &'static str,
    /// What to do about it.
    pub help: &'static str,
}

/// Why files of this kind are not rewritten; nothing for those that are.
pub fn refusal(kind: Kind) -> Option<Refused> {
    let help = match kind {
        Kind::Text(_)
        | Kind::Safetensors
        | Kind::Parquet
        | Kind::Arrow
        | Kind::Image(_)
        | Kind::Compressed(Compressed::Gzip | Compressed::Zstd, _) => return None,
        Kind::Pickle | Kind::Npy => "load it where that is safe, clean the object, save it anew",
        Kind::Zip | Kind::Tar | Kind::SevenZip | Kind::Foreign(_) => {
            "unpack it, redact the folder, pack it again"
        }
        Kind::Compressed(..) => "unpack it, or recompress it with gzip or zstd, and redact that",
        Kind::Utf16(_) => "convert it to UTF-8 and redact that",
        Kind::Sqlite => "update the rows with SQL, then VACUUM, so that no old page stays",
        Kind::Gguf => "write the metadata anew with the gguf library",
        Kind::Hdf5 => "write the attributes and data sets anew with h5py",
        Kind::Protobuf(_) | Kind::TfRecord | Kind::Tflite => "write it anew from its source",
        Kind::Pdf => "export it anew from its source",
        Kind::Pyc | Kind::Executable(_) => "redact the source and build it again",
        Kind::Binary => "write it anew from its source",
    };
    let what = kind.as_str();
    Some(Refused { what, help })
}

/// Redact the file at `path`, named `relative` in the sweep. Without findings
/// it is left alone, or copied.
pub fn redact(
    job: &mut Job<'_>,
    path: &Path,
    relative: &str,
    told: Option<&Told>,
) -> Result<Outcome, RedactError> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut head = Vec::with_capacity(HEAD);
    (&mut file).take(HEAD as u64).read_to_end(&mut head)?;
    file.rewind()?;
    let kind = Kind::sniff(relative, &head, size);
    let told = told.filter(|told| told.any());
    let refused = refusal(kind).filter(|_| told.is_some());
    if let Some(refused) = refused {
        return Ok(Outcome::Refused(refused));
    }
    let mut outcome = Replaced::default();
    let Job {
        engine,
        limits,
        stand_ins,
        out,
        backup,
    } = job;
    let rewrite = |output: &mut dyn Write| -> Result<Content, RedactError> {
        let mut output = BufWriter::with_capacity(1 << 20, output);
        outcome = match told {
            Some(told) => {
                let finder = Finder::new(engine, relative, Some(told));
                let mut source = Source {
                    file,
                    size,
                    head,
                    limits,
                };
                source.rewrite(kind, relative, finder, stand_ins, &mut output)?
            }
            None => {
                io::copy(&mut file, &mut output)?;
                Replaced::default()
            }
        };
        if told.is_some() && !outcome.any() {
            return Err(RedactError::NotRewritten);
        }
        output.flush()?;
        Ok(if outcome.any() {
            Content::New
        } else {
            Content::Same
        })
    };
    match out {
        Some(folder) => write::create(folder, &inside(relative), path, rewrite)?,
        None if told.is_none() => Content::Same,
        None => write::replace(path, backup.as_deref(), rewrite)?,
    };
    Ok(Outcome::Written(outcome))
}

/// The path within an output folder: of `/a/b` and `../a/b` only `a/b`.
fn inside(relative: &str) -> PathBuf {
    let parts = Path::new(relative).components();
    parts
        .filter(|part| matches!(part, Component::Normal(_)))
        .collect()
}

/// An open file.
struct Source<'l> {
    file: File,
    size: u64,
    head: Vec<u8>,
    limits: &'l Limits,
}

impl Source<'_> {
    fn rewrite(
        &mut self,
        kind: Kind,
        path: &str,
        finder: Finder<'_>,
        stand_ins: &mut StandIns,
        output: &mut dyn Write,
    ) -> Result<Replaced, RedactError> {
        match kind {
            Kind::Compressed(format, _) => self.packed(format, path, finder, stand_ins, output),
            Kind::Parquet => self.parquet(finder, stand_ins, output),
            Kind::Arrow => self.arrow(finder, stand_ins, output),
            Kind::Safetensors => self.safetensors(finder, stand_ins, output),
            Kind::Image(picture) => {
                let stripped = image::strip::strip(picture, &mut self.file, output)?;
                Ok(Replaced {
                    dropped: stripped.dropped,
                    ..Replaced::default()
                })
            }
            _ => structured(&mut self.file, &self.head, kind, finder, stand_ins, output),
        }
    }

    /// What is compressed is redacted as it comes out, and compressed again.
    fn packed(
        &mut self,
        format: Compressed,
        path: &str,
        finder: Finder<'_>,
        stand_ins: &mut StandIns,
        output: &mut dyn Write,
    ) -> Result<Replaced, RedactError> {
        let budget = Budget {
            bytes: self.limits.stream_bytes,
            ratio: self.limits.ratio.max(1000),
            ratio_from: 1 << 30,
        };
        let mut streams = Streams::new(BufReader::new(&mut self.file), format, budget);
        let mut head = Vec::with_capacity(HEAD);
        (&mut streams).take(HEAD as u64).read_to_end(&mut head)?;
        // Binary content is known by its magic, which cannot be cut here.
        let kind = Kind::sniff(format.content_name(path), &head, u64::MAX);
        if !matches!(kind, Kind::Text(_)) {
            let what = "rewriting of what is compressed here";
            return Err(crate::format::FormatError::Unsupported { what }.into());
        }
        let mut content = io::Cursor::new(head.clone()).chain(&mut streams);
        if format == Compressed::Gzip {
            let level = flate2::Compression::default();
            let mut packed = flate2::write::GzEncoder::new(output, level);
            let replaced = structured(&mut content, &head, kind, finder, stand_ins, &mut packed)?;
            packed.finish()?;
            drop(content);
            whole(&streams).map(|()| replaced)
        } else {
            let mut packed = zstd::Encoder::new(output, 0)?;
            packed.include_checksum(true)?;
            let replaced = structured(&mut content, &head, kind, finder, stand_ins, &mut packed)?;
            packed.finish()?;
            drop(content);
            whole(&streams).map(|()| replaced)
        }
    }

    fn parquet(
        &mut self,
        finder: Finder<'_>,
        stand_ins: &mut StandIns,
        output: &mut dyn Write,
    ) -> Result<Replaced, RedactError> {
        let (longest, most) = (self.limits.header_bytes, self.limits.members as u64);
        let footer = parquet::read_footer(&mut self.file, self.size, longest, most)?;
        let limits = parquet::Limits {
            page: self.limits.member_bytes,
            total: self.limits.total_bytes,
            ratio: self.limits.ratio,
        };
        let mut columns = Columns::new(finder, stand_ins);
        let (file, size) = (&mut self.file, self.size);
        parquet::rewrite::rewrite(file, &footer, size, output, &limits, &mut columns)?;
        Ok(columns.replaced)
    }

    fn arrow(
        &mut self,
        finder: Finder<'_>,
        stand_ins: &mut StandIns,
        output: &mut dyn Write,
    ) -> Result<Replaced, RedactError> {
        let most = self.size.saturating_mul(self.limits.ratio);
        let unpacked = Cell::new(most.max(self.limits.total_bytes));
        let limits = arrow::rewrite::Limits {
            header: self.limits.header_bytes,
            ratio: self.limits.ratio,
            unpacked: &unpacked,
            held: LARGEST_COLUMN,
        };
        let mut columns = Columns::new(finder, stand_ins);
        let summary =
            arrow::rewrite::rewrite(&mut self.file, self.size, output, &limits, &mut columns)?;
        if !summary.unread.is_empty() {
            let what = "Arrow file with bytes that belong to no batch";
            return Err(crate::format::FormatError::Unsupported { what }.into());
        }
        Ok(columns.replaced)
    }

    fn safetensors(
        &mut self,
        finder: Finder<'_>,
        stand_ins: &mut StandIns,
        output: &mut dyn Write,
    ) -> Result<Replaced, RedactError> {
        let mut replaced = Replaced::default();
        let mut cells = Cells::default();
        let mut replace = |key: &str, value: &str| {
            cells.push(key, value.as_bytes());
            let edit = cells
                .edits(finder, stand_ins, &mut replaced)
                .into_iter()
                .next();
            edit.map(|edit| String::from_utf8_lossy(&edit.text).into_owned())
        };
        safetensors::rewrite::rewrite(&mut self.file, self.size, output, &mut replace)?;
        Ok(replaced)
    }
}

/// What stands behind the last stream would be lost.
fn whole<R: Read>(streams: &Streams<R>) -> Result<(), RedactError> {
    match streams.tail() {
        None => Ok(()),
        Some(_) => {
            let what = "rewriting of bytes behind a compressed stream";
            Err(crate::format::FormatError::Unsupported { what }.into())
        }
    }
}

/// Most bytes of one Arrow column of one batch.
const LARGEST_COLUMN: u64 = 4 << 30;

/// Text, with the structure its kind has.
fn structured(
    reader: &mut dyn Read,
    head: &[u8],
    kind: Kind,
    finder: Finder<'_>,
    stand_ins: &mut StandIns,
    output: &mut dyn Write,
) -> Result<Replaced, RedactError> {
    let rows = match kind {
        Kind::Text(Text::Json | Text::Notebook) => Rows::json(),
        Kind::Text(Text::Table) if begins_as_json(head) => Rows::json(),
        Kind::Text(Text::Table) => Rows::delimited(),
        _ => return Ok(text::rewrite(reader, kind, finder, stand_ins, output)?),
    };
    rows::rewrite(reader, rows, finder, stand_ins, output)
}

fn begins_as_json(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    matches!(text.trim_ascii_start(), [b'{' | b'[', ..])
}
