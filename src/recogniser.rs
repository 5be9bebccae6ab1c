//! An external recogniser of personal data, such as one with a model.
//!
//! In: a command of the user's command line, then texts. Out: what it finds in
//! them, as ranges of bytes. It reads one JSON object a line and writes one a
//! line (`docs/recognisers.md`). Whatever it does wrong is an error and ends
//! it: a text is never taken for clean because the command failed.

mod process;
mod protocol;
#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)] // a test that cannot go on must stop
mod tests;

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use process::Process;

/// Largest text sent as one, in bytes.
pub const LARGEST_TEXT: usize = 8 << 10;
/// Texts that wait for an answer at the same time.
const IN_FLIGHT: usize = 8;

/// What a recogniser found.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// What it is, in lower case with dashes: `person`, `phone-number`.
    pub entity: String,
    /// Where it stands, in bytes of the text that was asked about.
    pub range: Range<usize>,
    /// How sure the recogniser is, 0 to 1.
    pub score: f64,
}

/// How a recogniser is used.
#[derive(Clone, Debug)]
pub struct Options {
    /// Longest time an answer may take, the first one with the time the command
    /// needs to load.
    pub timeout: Duration,
    /// The language of the texts, as the command calls it, if it is known.
    pub language: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(60),
            language: None,
        }
    }
}

/// Why a recogniser is of no use. None of them quotes what it wrote.
#[derive(Debug)]
pub enum RecogniserError {
    /// The command could not be started.
    Start(std::io::Error),
    /// The shell does not know the command.
    Unknown,
    /// It ended before it answered; its status, if it has one.
    Ended(Option<i32>),
    /// Its output could not be read.
    Read(std::io::Error),
    /// No answer in time.
    Slow(Duration),
    /// An answer longer than this many bytes.
    Long(usize),
    /// This answer is no JSON object of the form asked for.
    Garbage(u64),
    /// An answer to another question than this one.
    Order(u64),
    /// It says that it could not look at this text.
    Failed(u64),
    /// A span of this answer is empty, outside of the text, or without a sound
    /// name or score.
    Span(u64),
    /// It failed before.
    Stopped,
}

impl fmt::Display for RecogniserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(_) => f.write_str("the recogniser could not be started"),
            Self::Unknown => f.write_str("the recogniser's command was not found"),
            Self::Ended(Some(status)) => {
                write!(
                    f,
                    "the recogniser ended with status {status} before it answered"
                )
            }
            Self::Ended(None) => f.write_str("the recogniser ended before it answered"),
            Self::Read(_) => f.write_str("the recogniser's output could not be read"),
            Self::Slow(timeout) => {
                write!(
                    f,
                    "the recogniser gave no answer within {} s",
                    timeout.as_secs_f32()
                )
            }
            Self::Long(most) => {
                write!(
                    f,
                    "the recogniser wrote an answer of more than {most} bytes"
                )
            }
            Self::Garbage(id) => {
                write!(
                    f,
                    "the recogniser's answer to text {id} is not the JSON asked for"
                )
            }
            Self::Order(id) => {
                write!(f, "the recogniser's answer has another id than text {id}")
            }
            Self::Failed(id) => write!(f, "the recogniser reports that it failed on text {id}"),
            Self::Span(id) => {
                write!(
                    f,
                    "the recogniser's answer to text {id} has a span that cannot be"
                )
            }
            Self::Stopped => f.write_str("the recogniser has failed before"),
        }
    }
}

impl std::error::Error for RecogniserError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start(error) | Self::Read(error) => Some(error),
            _ => None,
        }
    }
}

/// A command that recognises personal data, running.
#[derive(Debug)]
pub struct Recogniser {
    /// `None` once it has failed.
    process: Option<Process>,
    options: Options,
    /// The number of the next text.
    next: u64,
}

impl Recogniser {
    /// Start a command line with the system's shell. It must come from whoever
    /// runs hubsweep, never from what is scanned.
    pub fn start(command: &str) -> Result<Self, RecogniserError> {
        Self::start_with(command, Options::default())
    }

    /// The same with options.
    pub fn start_with(command: &str, options: Options) -> Result<Self, RecogniserError> {
        Ok(Self {
            process: Some(Process::start(command)?),
            options,
            next: 1,
        })
    }

    /// What it finds in a text, which is sent in parts of at most
    /// [`LARGEST_TEXT`] that end at lines where they can: what crosses the end
    /// of a part is not found. In the order of the text as the command gives it.
    /// After an error every other text fails too.
    pub fn spans(&mut self, text: &str) -> Result<Vec<Span>, RecogniserError> {
        let mut process = self.process.take().ok_or(RecogniserError::Stopped)?;
        let spans = self.ask(&mut process, text)?;
        self.process = Some(process);
        Ok(spans)
    }

    /// The same of bytes that may not all be text: what is none is not sent.
    pub fn spans_in(&mut self, bytes: &[u8]) -> Result<Vec<Span>, RecogniserError> {
        let mut spans = Vec::new();
        let mut start = 0;
        for chunk in bytes.utf8_chunks() {
            let text = chunk.valid();
            spans.extend(self.spans(text)?.into_iter().map(|span| Span {
                range: span.range.start + start..span.range.end + start,
                ..span
            }));
            start += text.len() + chunk.invalid().len();
        }
        Ok(spans)
    }

    fn ask(&mut self, process: &mut Process, text: &str) -> Result<Vec<Span>, RecogniserError> {
        let mut spans = Vec::new();
        let mut waiting: VecDeque<(u64, usize, &str)> = VecDeque::new();
        let mut parts = parts(text);
        loop {
            while waiting.len() < IN_FLIGHT {
                let Some((start, part)) = parts.next() else {
                    break;
                };
                let id = self.next;
                self.next += 1;
                process.send(protocol::question(
                    id,
                    part,
                    self.options.language.as_deref(),
                ));
                waiting.push_back((id, start, part));
            }
            let Some((id, start, part)) = waiting.pop_front() else {
                return Ok(spans);
            };
            let line = process.receive(self.options.timeout)?;
            spans.extend(protocol::answer(&line, id, start, part)?);
        }
    }
}

/// The parts of a text that are sent, each with its place: those with letters.
fn parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let len = part_len(rest);
        let part = (start, rest.get(..len)?);
        start += len;
        Some(part)
    })
    .filter(|(_, part)| part.contains(|letter: char| letter.is_alphanumeric()))
}

/// How much of a text is its first part: whole lines, else whole words, else
/// whole characters.
fn part_len(text: &str) -> usize {
    if text.len() <= LARGEST_TEXT {
        return text.len();
    }
    let mut most = LARGEST_TEXT;
    while !text.is_char_boundary(most) {
        most -= 1;
    }
    let head = text.get(..most).unwrap_or(text);
    let cut = head.rfind('\n').or_else(|| head.rfind(' '));
    cut.map_or(most, |at| at + 1)
}
