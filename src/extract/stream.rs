//! A stream of bytes as overlapping windows.
//!
//! In: a reader of any length. Out: fragments whose owned ranges follow each
//! other without a gap, each with context before and overlap after, from one
//! reused buffer. What has columns is delivered by columns, too.

use std::io::{self, Read};

use super::rows::Feed;
use super::{Inside, Sink};
use crate::blob::{CONTEXT, Fragment, Kind, LineStart, OVERLAP, Sought};

/// Bytes owned by one window.
const WINDOW: usize = 512 * 1024;

/// Deliver everything `reader` has, or had before it failed.
pub(super) fn sweep(
    reader: &mut dyn Read,
    kind: Kind,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let Some(mut feed) = Feed::new(kind, at, sink) else {
        return windows(reader, kind, Sought::Everything, at, sink);
    };
    let mut feeding = |owned: &[u8], sink: &mut dyn Sink| feed.push(owned, sink);
    let read = walk(reader, (kind, Sought::Secrets), at, &mut feeding, sink);
    feed.finish(sink)?;
    read
}

/// Deliver everything `reader` has, or had before it failed, searched for this.
pub(super) fn windows(
    reader: &mut dyn Read,
    kind: Kind,
    sought: Sought,
    at: &Inside,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    walk(reader, (kind, sought), at, &mut |_, _| Ok(()), sink)
}

/// Takes each byte of the windows once.
type Take<'t> = &'t mut dyn FnMut(&[u8], &mut dyn Sink) -> io::Result<()>;

fn walk(
    reader: &mut dyn Read,
    (kind, sought): (Kind, Sought),
    at: &Inside,
    take: Take<'_>,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(16 * 1024);
    let mut line = LineStart { number: 1, at: 0 };
    let mut base = 0u64;
    let mut context = 0;
    loop {
        let wanted = context + WINDOW + OVERLAP;
        let missing = wanted - buffer.len();
        // What came before an error is delivered like any other end.
        let read = reader.take(missing as u64).read_to_end(&mut buffer);
        let last = buffer.len() < wanted;
        let end = if last { buffer.len() } else { context + WINDOW };
        sink.fragment(&Fragment {
            route: &at.route,
            text: &buffer,
            owned: context..end,
            base,
            raw: at.raw,
            line: at.lines.then_some(line),
            kind,
            rows: &[],
            sought,
        });
        take(&buffer[context..end], sink)?;
        if last {
            return read.map(drop);
        }
        let cut = end - CONTEXT;
        let gone = &buffer[..cut];
        if let Some(newline) = memchr::memrchr(b'\n', gone) {
            line.number += memchr::memchr_iter(b'\n', gone).count() as u64;
            line.at = base + newline as u64 + 1;
        }
        buffer.drain(..cut);
        base += cut as u64;
        context = CONTEXT;
    }
}

/// Deliver a text that is in memory already.
pub(super) fn text(text: &[u8], kind: Kind, at: &Inside, sink: &mut dyn Sink) -> io::Result<()> {
    if text.len() > WINDOW {
        return sweep(&mut &text[..], kind, at, sink);
    }
    sink.fragment(&Fragment {
        route: &at.route,
        text,
        owned: 0..text.len(),
        base: 0,
        raw: at.raw,
        line: at.lines.then_some(LineStart { number: 1, at: 0 }),
        kind,
        rows: &[],
        sought: Sought::Everything,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::{Fact, Limits, Route, Text};
    use crate::finding::SkipClass;

    struct Collect {
        owned: Vec<u8>,
        positions: Vec<(u64, u64)>,
    }

    impl Sink for Collect {
        fn fragment(&mut self, fragment: &Fragment<'_>) {
            for at in memchr::memmem::find_iter(fragment.text, b"MARK") {
                if fragment.owned.contains(&at) {
                    self.positions.extend(fragment.position(at));
                }
            }
            self.owned
                .extend_from_slice(&fragment.text[fragment.owned.clone()]);
        }
        fn skip(&mut self, _: SkipClass, _: &Route, _: String) {}
        fn raw(&mut self) {}
        fn name(&mut self, _: &Route, _: &str) {}
        fn fact(&mut self, _: &Route, _: &Fact<'_>) {}
    }

    #[test]
    fn windows_cover_every_byte_once_and_know_their_lines() {
        let mut text = Vec::new();
        for number in 0..60_000 {
            let mark = if number % 20_000 == 19_999 {
                "é MARK"
            } else {
                "plain text here"
            };
            text.extend_from_slice(format!("{mark} {number}\n").as_bytes());
        }
        let mut sink = Collect {
            owned: Vec::new(),
            positions: Vec::new(),
        };
        let kind = Kind::Text(Text::Plain);
        let root = Inside::root(kind, &Limits::default());
        sweep(&mut &text[..], kind, &root, &mut sink).unwrap();
        assert!(sink.owned == text);
        assert_eq!(sink.positions, [(20_000, 3), (40_000, 3), (60_000, 3)]);
    }
}
