//! LZMA, LZMA2 and xz, as stages.

use std::io::{self, ErrorKind};

use lzma_rust2::{Action, Lzma2Stream, LzmaStream, Status, StreamResult, XzStream};

use super::{Fault, Stage, Step, WINDOW};

/// The window, and some for tables and buffers.
const MEMORY_KIB: u32 = (WINDOW / 1024) as u32 + 4096;

/// One xz stream.
pub(super) fn xz() -> Xz {
    Xz(XzStream::new_mem_limit(false, MEMORY_KIB))
}

/// The `.lzma` format.
pub(super) fn alone() -> Lzma {
    Lzma(LzmaStream::new_mem_limit(MEMORY_KIB, None))
}

/// LZMA data with its properties from elsewhere. The memory grows with the
/// content, so only content that is that long takes a long dictionary.
pub(super) fn raw(props: u8, dictionary: u32, size: u64) -> Result<Lzma, Fault> {
    let needed = u64::from(dictionary).min(size);
    if needed > WINDOW {
        return Err(Fault::Window);
    }
    let stream = LzmaStream::new_with_props(size, props, needed as u32, None);
    stream.map(Lzma).map_err(|_| Fault::Malformed)
}

/// LZMA2 chunks.
pub(super) fn lzma2(dictionary: u32) -> Lzma2 {
    Lzma2(Lzma2Stream::new_mem_limit(dictionary, MEMORY_KIB))
}

pub(super) struct Xz(XzStream);
pub(super) struct Lzma(LzmaStream);
pub(super) struct Lzma2(Lzma2Stream);

impl Stage for Xz {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Step, Fault> {
        step(self.0.process(input, out, action(input)))
    }
}

impl Stage for Lzma {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Step, Fault> {
        step(self.0.process(input, out, action(input)))
    }

    fn untouched(&self) -> &[u8] {
        self.0.unused_input()
    }
}

impl Stage for Lzma2 {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Step, Fault> {
        step(self.0.process(input, out, action(input)))
    }
}

fn action(input: &[u8]) -> Action {
    if input.is_empty() {
        Action::Finish
    } else {
        Action::Run
    }
}

fn step(result: io::Result<StreamResult>) -> Result<Step, Fault> {
    let result = result.map_err(|error| match error.kind() {
        ErrorKind::OutOfMemory => Fault::Window,
        ErrorKind::Unsupported => Fault::Unsupported("lzma filter"),
        _ => Fault::Malformed,
    })?;
    Ok(Step {
        read: result.bytes_consumed,
        made: result.bytes_produced,
        ended: result.status == Status::StreamEnd,
    })
}
