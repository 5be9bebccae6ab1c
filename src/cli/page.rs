//! A page of text for a person: headings, wrapped prose, code.
//!
//! In: what a command has to say. Out: lines on stdout, laid out like the text
//! report.

use std::io::{self, BufWriter, Write as _};

use super::args::Output;
use super::reports;
use crate::report::{Line, Prose, Tint, labelled};

/// Columns before what stands below a heading.
const INDENT: usize = 2;
/// Columns before code.
const CODE: usize = 6;
/// Lines longer than this are hard to read, however wide the terminal is.
const WIDEST: usize = 100;

pub(super) struct Page {
    width: usize,
    color: bool,
    lines: Vec<Line>,
}

impl Page {
    pub(super) fn new(output: &Output) -> Self {
        let style = reports::style(output, String::new(), Vec::new());
        Self {
            width: style.width,
            color: style.color,
            lines: Vec::new(),
        }
    }

    /// Columns of the terminal.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    pub(super) fn line(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// A heading, with an empty line before it.
    pub(super) fn heading(&mut self, text: &str) {
        if !self.lines.is_empty() {
            self.blank();
        }
        self.prose(0, &Prose::default().text(Tint::Strong, text));
    }

    pub(super) fn prose(&mut self, indent: usize, prose: &Prose) {
        let width = self.width.min(WIDEST) - indent;
        for wrapped in prose.wrap(width) {
            let mut line = Line::default();
            line.push(Tint::Plain, &" ".repeat(indent));
            line.append(wrapped);
            self.lines.push(line);
        }
    }

    /// A paragraph below a heading.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.prose(INDENT, &Prose::default().text(Tint::Plain, text));
    }

    /// Numbered steps.
    pub(super) fn steps<'a>(&mut self, steps: impl IntoIterator<Item = &'a str>) {
        for (index, step) in steps.into_iter().enumerate() {
            let mut number = Line::default();
            number.push(Tint::Fix, &format!("{:>3}. ", index + 1));
            let indent = number.columns();
            let prose = Prose::default().text(Tint::Plain, step);
            for wrapped in prose.wrap(self.width.min(WIDEST) - indent) {
                let mut line = std::mem::take(&mut number);
                line.pad(indent);
                line.append(wrapped);
                self.lines.push(line);
            }
        }
    }

    /// Code, as it is.
    pub(super) fn code(&mut self, text: &str) {
        for row in text.lines() {
            let mut line = Line::default();
            line.push(Tint::Plain, &" ".repeat(CODE));
            line.push(Tint::Fix, &crate::finding::printable(row));
            self.lines.push(line);
        }
    }

    /// A labelled row, unless there is nothing to say.
    pub(super) fn row(&mut self, label: (Tint, &str), text: &str) {
        let body = Prose::default().text(Tint::Plain, text);
        self.lines
            .extend(labelled(label, &body, self.width.min(WIDEST)));
    }

    /// A labelled row that is cut nowhere, as a regex must not be.
    pub(super) fn verbatim(&mut self, label: &str, text: &str) {
        for (index, row) in text.lines().enumerate() {
            let label = if index == 0 { label } else { "" };
            let mut line = Line::default();
            line.push(Tint::Faint, &format!("{label:>10}"));
            line.push(Tint::Plain, "  ");
            line.push(Tint::Plain, &crate::finding::printable(row));
            self.lines.push(line);
        }
    }

    pub(super) fn print(self) -> anyhow::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        for line in &self.lines {
            line.write(self.color, &mut out)?;
        }
        Ok(out.flush()?)
    }
}
