//! The text around a match, with every match on it masked.
//!
//! In: a slice of a fragment and the spans of all matches in it. Out: one
//! printable line, and where the match stands on it.

use std::ops::Range;

use serde::{Serialize, Serializer};

use super::secret::{Secret, printable};

/// One line of context that is safe to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    text: String,
}

/// Bytes of context kept on each side of a match.
const CONTEXT: usize = 100;

impl Snippet {
    /// Cut the line around `hit` out of `text[within]` and mask every range of
    /// `masked` on it. `masked` covers each match, sorted and apart; `within`
    /// keeps out bytes whose matches are not known (the next chunk's).
    pub fn cut(
        text: &[u8],
        within: Range<usize>,
        hit: &Range<usize>,
        masked: &[Range<usize>],
    ) -> Self {
        let floor = within
            .start
            .max(hit.start.saturating_sub(CONTEXT))
            .min(hit.start);
        let ceiling = within.end.min(hit.end.saturating_add(CONTEXT)).max(hit.end);
        let start = text[floor..hit.start]
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(floor, |at| floor + at + 1);
        let end = text[hit.end..ceiling]
            .iter()
            .position(|&byte| byte == b'\n')
            .map_or(ceiling, |at| hit.end + at);
        let mut line = String::new();
        let mut at = start;
        let first = masked.partition_point(|range| range.end <= start);
        for range in masked[first..].iter().take_while(|range| range.start < end) {
            if range.start > at {
                line.push_str(&String::from_utf8_lossy(&text[at..range.start]));
            }
            if range.start < at {
                // The first letters of this one are the inside of the last.
                line.push('…');
            } else {
                line.push_str(&Secret::new(&text[range.start..range.end]).mask());
            }
            at = range.end;
        }
        if at < end {
            line.push_str(&String::from_utf8_lossy(&text[at..end]));
        }
        Self::of(&line)
    }

    /// A line that holds no secret: the matched thing itself, shortened.
    pub fn plain(text: &[u8]) -> Self {
        let cut = &text[..text.len().min(2 * CONTEXT)];
        Self::of(&String::from_utf8_lossy(cut))
    }

    /// Printable, and of what a terminal cannot show one sign for many.
    fn of(line: &str) -> Self {
        let mut text = printable(line.trim());
        while text.contains("\u{fffd}\u{fffd}") {
            text = text.replace("\u{fffd}\u{fffd}", "\u{fffd}");
        }
        Self { text }
    }

    /// The line.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Serialize for Snippet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_bytes_do_not_fill_the_line() {
        let text = b"\xff\xff\xff\xff/home/x\x00\x01\x02py";
        assert_eq!(Snippet::plain(text).as_str(), "\u{fffd}/home/x\u{fffd}py");
    }

    #[test]
    fn every_match_on_the_line_is_masked() {
        let text = b"first\nkey = AAAABBBBCCCCDDDD, other = EEEEFFFFGGGGHHHH\nlast";
        let snippet = Snippet::cut(text, 0..text.len(), &(12..28), &[12..28, 38..54]);
        assert_eq!(snippet.as_str(), "key = AAAA…(16), other = EEEE…(16)");
    }
}
