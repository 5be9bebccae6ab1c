//! Records of TensorFlow: data sets of examples, events of `TensorBoard`.
//!
//! In: a file of records. Out: the strings of each record, those of one
//! feature or tag as a column with the record's number as the row. A record
//! that holds something else is read as a file of its own.

use std::io;

use super::protobuf::Strings;
use super::{Inside, Sink, fall_back};
use crate::blob::{Kind, ReadSeek};
use crate::finding::SkipClass;
use crate::format::FormatError;
use crate::format::protobuf::schema::Message;
use crate::format::protobuf::walk::{Name, is_message, walk};
use crate::format::protobuf::{Wire, schema};
use crate::format::tensorflow::records::{EVENT, EXAMPLE};
use crate::format::tfrecord::{behind, record};

pub(super) fn extract(
    reader: &mut dyn ReadSeek,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut strings = Strings::new(Kind::TfRecord, at);
    let read = records(reader, &mut strings, at, sink);
    strings.finish(sink);
    match read {
        Ok(()) => Ok(()),
        Err(error) => fall_back(reader, &error, at, sink),
    }
}

fn records(
    reader: &mut dyn ReadSeek,
    strings: &mut Strings<'_>,
    at: &Inside,
    sink: &mut dyn Sink,
) -> Result<(), FormatError> {
    let mut wire = Wire::new(reader)?;
    let mut start = 0;
    let mut number = 0;
    while let Some(range) = record(&mut wire, start)? {
        if at.limits.sample.is_some_and(|most| number >= most) {
            let why = format!("records behind the first {number}");
            sink.skip(SkipClass::Excluded, &at.route, why);
            break;
        }
        start = behind(&range);
        let message = if is_message(&mut wire, &range)? {
            message(wire.hold(range.start..range.end.min(range.start + 1))?)
        } else {
            None
        };
        if let Some(message) = message {
            strings.enter(Name::Declared("record"), Some(number), None, message);
            walk(&mut wire, range, message, true, &mut |event| {
                strings.take(event, sink)
            })?;
            strings.leave_all(sink);
        } else if !range.is_empty() {
            let step = format!("/record-{number}");
            strings.part(&step, range, &mut **wire.reader(), sink)?;
        }
        number += 1;
    }
    Ok(())
}

/// What a record that is a message holds, by its first byte: an event begins
/// with its time, an example with its features.
fn message(first: &[u8]) -> Option<&'static Message> {
    match first {
        [0x09, ..] => Some(&EVENT),
        [0x0a | 0x12, ..] => Some(&EXAMPLE),
        [] => None,
        _ => Some(&schema::UNDECLARED),
    }
}
