//! Groups: longest runs of letters and digits.
//!
//! In: a stretch of text. Out: its groups, and what stands around them.

/// A run of ASCII letters and digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Does it hold a digit?
    pub(super) digit: bool,
    /// Does it hold a letter?
    pub(super) letter: bool,
}

impl Group {
    pub(super) fn len(&self) -> usize {
        self.end - self.start
    }
}

/// Append the groups that begin in `text[from..to]`; the last may end behind.
pub(super) fn find(text: &[u8], from: usize, to: usize, groups: &mut Vec<Group>) {
    let mut at = from;
    while at < to {
        let Some(gap) = text[at..to].iter().position(u8::is_ascii_alphanumeric) else {
            return;
        };
        let mut start = at + gap;
        // `\t536` in a string: the letter is no part of it.
        let escaped = start > 0
            && text[start - 1] == b'\\'
            && matches!(text[start], b'n' | b't' | b'r')
            && text.get(start + 1).is_some_and(u8::is_ascii_alphanumeric);
        start += usize::from(escaped);
        let (mut digit, mut letter) = (false, false);
        let run = text[start..].iter().take_while(|byte| {
            digit |= byte.is_ascii_digit();
            letter |= byte.is_ascii_alphabetic();
            byte.is_ascii_alphanumeric()
        });
        let end = start + run.count();
        groups.push(Group {
            start,
            end,
            digit,
            letter,
        });
        at = end;
    }
}
