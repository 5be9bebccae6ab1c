//! Bytes without a reader of their own, programs among them.
//!
//! In: such a file. Out: its bytes as they are; of a zip that stands at its end,
//! as in llamafiles and self-extracting archives, the members instead.

use std::io::{self, Read};

use super::{Inside, Sink, archive, stream};
use crate::blob::{Kind, ReadSeek};
use crate::format::zip;

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    kind: Kind,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut reader = reader;
    sink.raw();
    let appended = zip::appended(&mut reader)?;
    reader.rewind()?;
    let Some(start) = appended else {
        return stream::sweep(reader, kind, at, sink);
    };
    stream::sweep(&mut (&mut reader).take(start), kind, at, sink)?;
    archive::extract(reader, at, sink)
}
