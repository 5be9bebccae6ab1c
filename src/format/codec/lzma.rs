//! LZMA, LZMA2 and xz, as stages.

use std::io::{self, ErrorKind};

use lzma_rust2::{Action, FilterConfig, Lzma2Stream, LzmaStream, Status, StreamResult, XzStream};

use super::{Fault, Filter, Stage, Step, WINDOW};

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
pub(super) fn raw(
    props: u8,
    dictionary: u32,
    size: u64,
    filter: Option<Filter>,
) -> Result<Lzma, Fault> {
    let needed = u64::from(dictionary).min(size);
    if needed > WINDOW {
        return Err(Fault::Window);
    }
    let stream = LzmaStream::new_with_props(size, props, needed as u32, None);
    let mut stream = stream.map_err(|_| Fault::Malformed)?;
    let filter: Vec<FilterConfig> = filter.map(config).into_iter().collect();
    stream.set_filters(&filter).map_err(|_| Fault::Malformed)?;
    Ok(Lzma(stream))
}

/// LZMA2 chunks.
pub(super) fn lzma2(dictionary: u32, filter: Option<Filter>) -> Result<Lzma2, Fault> {
    let mut stream = Lzma2Stream::new_mem_limit(dictionary, MEMORY_KIB);
    let filter: Vec<FilterConfig> = filter.map(config).into_iter().collect();
    stream.set_filters(&filter).map_err(|_| Fault::Malformed)?;
    Ok(Lzma2(stream))
}

fn config(filter: Filter) -> FilterConfig {
    match filter {
        Filter::Delta(distance) => FilterConfig::new_delta(distance),
        Filter::X86 => FilterConfig::new_bcj_x86(0),
        Filter::Arm => FilterConfig::new_bcj_arm(0),
        Filter::ArmThumb => FilterConfig::new_bcj_arm_thumb(0),
        Filter::Arm64 => FilterConfig::new_bcj_arm64(0),
        Filter::PowerPc => FilterConfig::new_bcj_ppc(0),
        Filter::Itanium => FilterConfig::new_bcj_ia64(0),
        Filter::Sparc => FilterConfig::new_bcj_sparc(0),
        Filter::RiscV => FilterConfig::new_bcj_risc_v(0),
    }
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
