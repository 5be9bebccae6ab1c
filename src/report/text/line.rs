//! Lines of styled text that never exceed a width.
//!
//! In: words with a tint. Out: lines, wrapped by terminal columns (not bytes
//! or characters), coloured only when written so.

use std::fmt;
use std::io::{self, Write};

use anstyle::{AnsiColor, Color};
use unicode_width::UnicodeWidthStr;

use crate::finding::{Severity, printable};

/// Columns of the label to the left of every row.
pub(crate) const GUTTER: usize = 10;

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tint {
    /// Plain text.
    Plain,
    /// A heading: a file's path.
    Strong,
    /// What may be overlooked.
    Faint,
    /// What to do.
    Fix,
    /// All is well.
    Good,
    /// The gate is hit.
    Bad,
    /// As bad as the severity.
    Level(Severity),
}

impl Tint {
    fn style(self) -> anstyle::Style {
        let style = anstyle::Style::new();
        let colored = |color: AnsiColor| style.fg_color(Some(Color::Ansi(color)));
        match self {
            Self::Plain => style,
            Self::Strong => style.bold(),
            Self::Faint => style.dimmed(),
            Self::Fix => colored(AnsiColor::Green),
            Self::Good => colored(AnsiColor::Green).bold(),
            Self::Bad | Self::Level(Severity::Critical) => colored(AnsiColor::Red).bold(),
            Self::Level(Severity::High) => colored(AnsiColor::Red),
            Self::Level(Severity::Medium) => colored(AnsiColor::Yellow),
            Self::Level(Severity::Low) => colored(AnsiColor::Cyan),
            Self::Level(Severity::Info) => style.dimmed(),
        }
    }
}

/// Terminal columns of a text.
pub(crate) fn columns(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// One line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(Vec<(Tint, String)>);

impl Line {
    /// Add text as it is.
    pub(crate) fn push(&mut self, tint: Tint, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some((last, so_far)) if *last == tint => so_far.push_str(text),
            _ => self.0.push((tint, text.to_owned())),
        }
    }

    /// Add another line's text.
    pub(crate) fn append(&mut self, other: Self) {
        for (tint, text) in other.0 {
            self.push(tint, &text);
        }
    }

    /// Fill with blanks up to a column.
    pub(crate) fn pad(&mut self, to: usize) {
        let blanks = to.saturating_sub(self.columns());
        self.push(Tint::Plain, &" ".repeat(blanks));
    }

    /// Terminal columns.
    pub(crate) fn columns(&self) -> usize {
        self.0.iter().map(|(_, text)| columns(text)).sum()
    }

    /// Write it with its end, without blanks before that.
    pub(crate) fn write(&self, color: bool, out: &mut dyn Write) -> io::Result<()> {
        let blank = |(_, text): &(Tint, String)| text.trim_end().is_empty();
        let pieces = self.0.iter().rposition(|piece| !blank(piece));
        let pieces = pieces.map_or(0, |last| last + 1);
        for (index, (tint, text)) in self.0.iter().take(pieces).enumerate() {
            let last = index + 1 == pieces;
            let text = if last { text.trim_end() } else { text };
            if color && *tint != Tint::Plain {
                let style = tint.style();
                write!(out, "{style}{text}{style:#}")?;
            } else {
                out.write_all(text.as_bytes())?;
            }
        }
        writeln!(out)
    }
}

/// Words to be wrapped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prose(Vec<(Tint, String)>);

impl Prose {
    /// Add text whose white space separates words.
    pub(crate) fn text(mut self, tint: Tint, text: &str) -> Self {
        let words = text.split_whitespace().map(|word| (tint, printable(word)));
        self.0.extend(words);
        self
    }

    /// Add a name, kept in one piece while it fits a line.
    pub(crate) fn name(mut self, tint: Tint, name: &str) -> Self {
        self.0.push((tint, printable(name)));
        self
    }

    /// Add the words of another.
    pub(crate) fn join(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Is there nothing?
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Lines of at most `width` columns; what is longer than a line is cut.
    pub(crate) fn wrap(&self, width: usize) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut line = Line::default();
        let mut last = Tint::Plain;
        for (tint, word) in &self.0 {
            if line.columns() > 0 && line.columns() + 1 + columns(word) <= width {
                line.push(if last == *tint { last } else { Tint::Plain }, " ");
                line.push(*tint, word);
            } else {
                if line.columns() > 0 {
                    lines.push(std::mem::take(&mut line));
                }
                let mut rest = word.as_str();
                while columns(rest) > width {
                    let (head, tail) = rest.split_at(fitting(rest, width));
                    let mut full = Line::default();
                    full.push(*tint, head);
                    lines.push(full);
                    rest = tail.trim_start();
                }
                line.push(*tint, rest);
            }
            last = *tint;
        }
        if line.columns() > 0 {
            lines.push(line);
        }
        lines
    }
}

impl fmt::Display for Prose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|(_, word)| word.as_str()).collect();
        f.write_str(&words.join(" "))
    }
}

/// Bytes of the longest start of `text` that fits, one character at least.
fn fitting(text: &str, width: usize) -> usize {
    let ends = || text.char_indices().map(|(at, c)| at + c.len_utf8());
    let first = ends().next().unwrap_or(0);
    ends()
        .take_while(|&end| columns(&text[..end]) <= width)
        .last()
        .unwrap_or(first)
}

/// The start of a text, with `…` where it was cut.
pub(crate) fn keep_start(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let kept = &text[..fitting(text, width.saturating_sub(1))];
    format!("{}…", kept.trim_end())
}

/// The end of a path, which says most, with `…` where it was cut.
pub(crate) fn keep_end(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(1);
    let start = text
        .char_indices()
        .map(|(at, _)| at)
        .find(|&at| columns(&text[at..]) <= room)
        .unwrap_or(text.len());
    format!("…{}", &text[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        let lines = Prose::default().text(Tint::Plain, text).wrap(width);
        let write = |line: &Line| {
            let mut out = Vec::new();
            line.write(false, &mut out).unwrap();
            String::from_utf8(out).unwrap().trim_end().to_owned()
        };
        lines.iter().map(write).collect()
    }

    #[test]
    fn words_wrap_and_long_ones_are_cut_by_columns() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("漢字漢字 x", 4), ["漢字", "漢字", "x"]);
        assert_eq!(wrapped("  ", 4), [""; 0]);
    }

    #[test]
    fn cutting_keeps_the_telling_side() {
        assert_eq!(keep_start("/home/alice/models", 8), "/home/a…");
        assert_eq!(keep_end("deep/down/file.json", 10), "…file.json");
        assert_eq!(keep_end("漢字漢字", 5), "…漢字");
    }

    #[test]
    fn colour_is_only_written_when_wanted() {
        let mut line = Line::default();
        line.push(Tint::Bad, "x");
        let mut out = Vec::new();
        line.write(true, &mut out).unwrap();
        assert!(out.starts_with(b"\x1b["), "{out:?}");
        assert!(out.ends_with(b"\x1b[0m\n"), "{out:?}");
    }
}
