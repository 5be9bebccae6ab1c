//! The blocks of a GIF, and which of them stay.
//!
//! A reader enters; the plan of the stripped picture and where the old one ends
//! leave. Frames, how long each is shown, how often all are, and a colour
//! profile stay.

use std::io::{Read, Seek};

use super::Plan;
use crate::format::FormatError;
use crate::format::bytes::{Bytes, seek_past};
use crate::format::image::gif::{Blocks, WHAT, colours};

/// Applications whose blocks change what is shown.
const SHOWN: [&[u8]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

/// Length of the name of an application.
const NAME: u64 = 11;

pub(super) fn plan<R: Read + Seek>(reader: &mut R, plan: &mut Plan) -> Result<u64, FormatError> {
    let mut blocks = Blocks {
        input: Bytes::with_skip(reader, |reader, n| seek_past(*reader, n)),
    };
    let screen = blocks.array::<13>()?;
    blocks.pass(colours(screen[10]))?;
    plan.keep(0..blocks.input.offset());
    loop {
        let offset = blocks.input.offset();
        match blocks.array()? {
            [0x3b] => {
                plan.keep(offset..blocks.input.offset());
                return Ok(blocks.input.offset());
            }
            [0x21] => {
                let [label] = blocks.array()?;
                let name = blocks.text(NAME)?;
                let name = name.get(..NAME as usize).unwrap_or(&name);
                match label {
                    0xf9 => plan.keep(offset..blocks.input.offset()),
                    0xff if SHOWN.contains(&name) => plan.keep(offset..blocks.input.offset()),
                    0xff if name == b"XMP DataXMP" => plan.forget("XMP"),
                    0xff => plan.forget("application extension"),
                    0xfe => plan.forget("comment"),
                    // No viewer draws it.
                    0x01 => plan.forget("plain text"),
                    _ => plan.forget("extension"),
                }
            }
            [0x2c] => {
                let picture = blocks.array::<9>()?;
                blocks.pass(colours(picture[8]) + 1)?;
                blocks.text(0)?;
                plan.keep(offset..blocks.input.offset());
            }
            _ => return Err(FormatError::Malformed { what: WHAT, offset }),
        }
    }
}
