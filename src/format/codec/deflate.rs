//! Deflate and bzip2, as stages.

use flate2::{Decompress, FlushDecompress, Status};

use super::{Fault, Stage, Step};

/// Raw deflate.
pub(super) struct Deflate(Decompress);

impl Deflate {
    pub(super) fn new() -> Self {
        Self(Decompress::new(false))
    }
}

impl Stage for Deflate {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Step, Fault> {
        let before = (self.0.total_in(), self.0.total_out());
        let status = self.0.decompress(input, out, FlushDecompress::None);
        let status = status.map_err(|_| Fault::Malformed)?;
        Ok(Step {
            read: (self.0.total_in() - before.0) as usize,
            made: (self.0.total_out() - before.1) as usize,
            ended: status == Status::StreamEnd,
        })
    }
}

/// One bzip2 stream.
pub(super) struct Bzip2(bzip2::Decompress);

impl Bzip2 {
    pub(super) fn new() -> Self {
        Self(bzip2::Decompress::new(false))
    }
}

impl Stage for Bzip2 {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Step, Fault> {
        let before = (self.0.total_in(), self.0.total_out());
        let status = self.0.decompress(input, out);
        let status = status.map_err(|_| Fault::Malformed)?;
        Ok(Step {
            read: (self.0.total_in() - before.0) as usize,
            made: (self.0.total_out() - before.1) as usize,
            ended: status == bzip2::Status::StreamEnd,
        })
    }
}
