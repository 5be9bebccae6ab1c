//! Zstd frames, as a stage.

use zstd::stream::raw::{DParameter, Decoder, Operation};

use super::{Fault, Stage, Step, WINDOW};

/// One frame.
pub(super) struct Zstd(Decoder<'static>);

impl Zstd {
    pub(super) fn new() -> Result<Self, Fault> {
        let mut decoder = Decoder::new().map_err(|_| Fault::Window)?;
        let largest = DParameter::WindowLogMax(WINDOW.ilog2());
        decoder.set_parameter(largest).map_err(|_| Fault::Window)?;
        Ok(Self(decoder))
    }
}

impl Stage for Zstd {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Step, Fault> {
        let status = self.0.run_on_buffers(input, out);
        let status = status.map_err(|error| {
            let text = error.to_string();
            // The library tells its errors by text only.
            if text.contains("memory") {
                Fault::Window
            } else if text.contains("Dictionary") {
                Fault::Unsupported("zstd dictionary")
            } else {
                Fault::Malformed
            }
        })?;
        Ok(Step {
            read: status.bytes_read,
            made: status.bytes_written,
            ended: status.remaining == 0,
        })
    }
}
