//! How a number is written: groups of digits and the marks between them.
//!
//! In: the place of a first digit. Out: [`Written`]: at most eight groups, and
//! what stands before and behind. Says nothing of whether it is a telephone
//! number.

/// Most groups, and most digits.
const GROUPS: usize = 8;
const DIGITS: usize = 18;

/// A chain of groups of digits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Written {
    /// First byte, `+` or `(` included.
    pub(super) start: usize,
    /// Does it begin with `+`?
    pub(super) plus: bool,
    /// The group in brackets.
    pub(super) bracket: Option<usize>,
    /// Its first digit.
    first: usize,
    digits: [u8; DIGITS],
    count: u8,
    groups: [Part; GROUPS],
    parts: u8,
}

/// One group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// What stands before it: a space for all spaces, `-` for all dashes, `)`
    /// behind a bracket, `(` before one, 0 for the first.
    pub(super) mark: u8,
    /// Digits before it, and its own.
    from: u8,
    pub(super) len: u8,
    /// Bytes from the first digit to the end of it.
    end: u16,
}

impl Written {
    /// The chain whose first digit is at `first`. `None` if it has more groups
    /// or digits than any telephone number.
    pub(super) fn read(text: &[u8], first: usize) -> Option<Self> {
        let mut written = Self {
            start: first,
            first,
            ..Self::default()
        };
        let mut open = written.lead(text, first);
        let mut at = first;
        let mut mark = 0;
        loop {
            let end = at + digits_at(text, at);
            written.push(text.get(at..end)?, mark, end)?;
            let closed = open && text.get(end) == Some(&b')');
            if closed {
                written.bracket = Some(written.groups().len() - 1);
            }
            let Some((next, between)) = separator(text, end, closed) else {
                return Some(written);
            };
            (open, mark) = (between == b'(', between);
            if trunk(text, next) && between == b'(' && written.plus && written.parts == 1 {
                // `+49 (0) 30`: what is dialled at home does not count.
                let behind = next + 2;
                let (after, _) = separator(text, behind - 1, true)?;
                (open, mark, at) = (false, b' ', after);
                continue;
            }
            at = next;
        }
    }

    /// What stands before the first digit and belongs to it; tells whether a
    /// bracket is open.
    fn lead(&mut self, text: &[u8], first: usize) -> bool {
        let before = |back: usize| text.get(first.checked_sub(back)?).copied();
        let len = digits_at(text, first);
        let closes = text.get(first + len) == Some(&b')') && len <= 5;
        match (before(1), before(2)) {
            (Some(b'+'), Some(b'(')) if closes => (self.plus, self.start) = (true, first - 2),
            (Some(b'+'), _) => (self.plus, self.start) = (true, first - 1),
            (Some(b'('), Some(b'+')) if closes => (self.plus, self.start) = (true, first - 2),
            (Some(b'('), _) if closes => self.start = first - 1,
            _ => return false,
        }
        closes
    }

    fn push(&mut self, digits: &[u8], mark: u8, end: usize) -> Option<()> {
        let from = usize::from(self.count);
        let place = self.digits.get_mut(from..from + digits.len())?;
        place.copy_from_slice(digits);
        // All are small: there are at most so many digits, and marks are short.
        let len = digits.len() as u8;
        *self.groups.get_mut(usize::from(self.parts))? = Part {
            mark,
            from: self.count,
            len,
            end: (end - self.first) as u16,
        };
        self.count += len;
        self.parts += 1;
        Some(())
    }

    pub(super) fn groups(&self) -> &[Part] {
        self.groups
            .get(..usize::from(self.parts))
            .unwrap_or_default()
    }

    pub(super) fn digits(&self) -> &[u8] {
        self.digits
            .get(..usize::from(self.count))
            .unwrap_or_default()
    }

    /// The digits of one group.
    pub(super) fn group(&self, number: usize) -> &[u8] {
        let part = self.groups().get(number).copied().unwrap_or_default();
        self.digits
            .get(usize::from(part.from)..usize::from(part.from + part.len))
            .unwrap_or_default()
    }

    /// The byte behind the last digit, or the bracket behind that.
    pub(super) fn end(&self) -> usize {
        let end = self.groups().last().map_or(0, |part| part.end);
        let closes = self.bracket.is_some_and(|at| at + 1 == self.groups().len());
        self.first + usize::from(end) + usize::from(closes)
    }

    /// Does the mark stand between any two groups?
    pub(super) fn has(&self, mark: u8) -> bool {
        self.groups().iter().any(|part| part.mark == mark)
    }

    /// The same without its last group.
    pub(super) fn shorter(&self) -> Option<Self> {
        let last = self.groups().last()?;
        let shorter = Self {
            count: last.from,
            parts: self.parts - 1,
            ..*self
        };
        (shorter.parts > 0).then_some(shorter)
    }

    /// Digits and marks, brackets without spaces around them: `(020)7946 0123`.
    pub(super) fn plain(&self) -> ([u8; 2 * DIGITS], usize) {
        let mut plain = [0; 2 * DIGITS];
        let mut len = 0;
        let mut push = |byte: u8| {
            if let Some(place) = plain.get_mut(len) {
                *place = byte;
                len += 1;
            }
        };
        for (number, part) in self.groups().iter().enumerate() {
            let bracketed = self.bracket == Some(number);
            match part.mark {
                0 | b'(' => {}
                _ if bracketed => {}
                mark => push(mark),
            }
            if bracketed {
                push(b'(');
            }
            self.group(number).iter().for_each(|digit| push(*digit));
        }
        (plain, len)
    }
}

/// Digits at a place, no more than are worth counting.
fn digits_at(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default().iter();
    rest.take(DIGITS + 1)
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

/// Is there `0)`?
fn trunk(text: &[u8], at: usize) -> bool {
    text.get(at..at + 2) == Some(b"0)")
}

/// The mark at the start of a text: its length, and the plain one it means.
fn mark(rest: &[u8]) -> Option<(usize, u8)> {
    match *rest {
        [b' ', dash @ (b'-' | b'/'), b' ', ..] => Some((3, dash)),
        [mark @ (b' ' | b'-' | b'.' | b'/'), ..] => Some((1, mark)),
        // No-break spaces, the narrow and the thin one.
        [0xc2, 0xa0, ..] => Some((2, b' ')),
        [0xe2, 0x80, 0xaf | 0x89, ..] => Some((3, b' ')),
        // Hyphens and the dash of ranges.
        [0xe2, 0x80, 0x90 | 0x91 | 0x93, ..] => Some((3, b'-')),
        _ => None,
    }
}

/// What stands at `at` before another digit: where that digit is, and which
/// mark it is. `closed` says that a bracket must close first.
fn separator(text: &[u8], at: usize, closed: bool) -> Option<(usize, u8)> {
    let at = at + usize::from(closed);
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let opens = |at: usize| {
        let len = match text.get(at) {
            Some(b'(') if !closed => digits_at(text, at + 1),
            _ => return false,
        };
        (1..=5).contains(&len) && text.get(at + 1 + len) == Some(&b')')
    };
    if closed && digit(at) {
        return Some((at, b')'));
    }
    if opens(at) {
        return Some((at + 1, b'('));
    }
    let (len, plain) = mark(text.get(at..)?)?;
    let next = at + len;
    if digit(next) {
        return Some((next, if closed { b')' } else { plain }));
    }
    opens(next).then_some((next + 1, b'('))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Option<(String, String)> {
        let first = text.bytes().position(|byte| byte.is_ascii_digit()).unwrap();
        let written = Written::read(text.as_bytes(), first)?;
        let (plain, len) = written.plain();
        let plain = String::from_utf8(plain[..len].to_vec()).unwrap();
        Some((text[written.start..written.end()].to_owned(), plain))
    }

    #[test]
    fn marks_and_brackets_are_told_apart() {
        for (text, span, form) in [
            ("a 12 34-56.78 x", "12 34-56.78", "12 34-56.78"),
            ("(12) 345", "(12) 345", "(12)345"),
            ("(12)345", "(12)345", "(12)345"),
            ("+12 (0) 34", "+12 (0) 34", "12 34"),
            ("+12 (0)34", "+12 (0)34", "12 34"),
            ("(+12) 34", "(+12) 34", "(12)34"),
            ("(12-345)", "12-345", "12-345"),
            ("8 (123) 45", "8 (123) 45", "8(123)45"),
            ("8(123)45", "8(123)45", "8(123)45"),
            ("12\u{a0}34\u{2011}56", "12\u{a0}34\u{2011}56", "12 34-56"),
            ("12 - 34", "12 - 34", "12-34"),
            ("12, 34", "12", "12"),
        ] {
            let told = Some((span.to_owned(), form.to_owned()));
            assert_eq!(plain(text), told, "{text}");
        }
    }

    #[test]
    fn long_chains_are_none() {
        assert!(plain(&"1 ".repeat(9)).is_none());
        assert!(plain(&"1".repeat(19)).is_none());
        assert!(plain(&"1 ".repeat(8)).is_some());
    }
}
