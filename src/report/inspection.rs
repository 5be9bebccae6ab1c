//! What is inside one artifact, for `hubsweep inspect`.
//!
//! In: an inspection. Out: a page of text, or one JSON document.

use std::io::{self, Write};

use serde::Serialize;

use super::json::{Defused, Each, SCHEMA, Tool};
use super::text::line::{Line, Tint, keep_start};
use super::wording::{count, size};
use super::{Format, Style};
use crate::finding::{
    Content, Finding, Inspection, List, Severity, Skip, SkipClass, Tensor, printable,
};

/// Entries of a list before it is cut; `--verbose` and JSON show more.
const MOST: usize = 12;
/// Contents that have nothing to tell, before they are only counted.
const MOST_BARE: usize = 20;

/// Write the JSON document.
pub fn write_json(inspection: &Inspection, path: &str, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: u32,
        tool: Tool,
        path: &'a str,
        contents: &'a [Content],
        findings: Each<'a, Finding>,
        suppressed: Each<'a, Finding>,
        skipped: Each<'a, Skip>,
    }
    let report = &inspection.report;
    let document = Document {
        schema: SCHEMA,
        tool: Tool::of(report),
        path,
        contents: &inspection.contents,
        findings: Each(&report.findings),
        suppressed: Each(&report.suppressed),
        skipped: Each(&report.skipped),
    };
    serde_json::to_writer_pretty(Defused(&mut *out), &document)?;
    writeln!(out)
}

/// Write the page: what is inside, then what the sweep found.
pub fn write_text(
    inspection: &Inspection,
    path: &str,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page {
        style,
        lines: Vec::new(),
    };
    let mut bare = 0;
    for (place, content) in inspection.contents.iter().enumerate() {
        if place > 0 && content.is_bare() {
            bare += 1;
            if bare > MOST_BARE && !style.verbose {
                continue;
            }
        }
        page.content(path, content, place == 0);
    }
    if bare > MOST_BARE && !style.verbose {
        let more = format!(
            "and {} without more to tell",
            count(bare as u64 - MOST_BARE as u64, "part")
        );
        page.faint(&more);
    }
    page.unread(&inspection.report.skipped);
    for line in &page.lines {
        line.write(style.color, out)?;
    }
    writeln!(out)?;
    super::write(&inspection.report, Format::Text, style, out)
}

struct Page<'a> {
    style: &'a Style,
    lines: Vec<Line>,
}

impl Page<'_> {
    fn content(&mut self, path: &str, content: &Content, is_file: bool) {
        if !is_file && !content.is_bare() {
            self.lines.push(Line::default());
        }
        let mut title = printable(path);
        if !content.route.is_root() {
            title = format!("  !{}", printable(content.route.as_str()));
        }
        let mut about = content.kind.clone();
        if let Some(bytes) = content.size {
            about = format!("{about}, {}", size(bytes));
        }
        let mut line = Line::default();
        line.push(Tint::Strong, &self.cut(&title, about.len() + 2));
        line.push(Tint::Faint, &format!("  {about}"));
        self.lines.push(line);
        self.list("metadata", &content.metadata, |entry| {
            let value = one_line(&entry.value);
            (printable(&entry.key), value)
        });
        self.list("members", &content.members, |member| {
            let note = member
                .note
                .as_deref()
                .map_or(String::new(), |note| format!(" ({note})"));
            (
                size(member.size),
                format!("{}{note}", printable(&member.name)),
            )
        });
        self.list("imports", &content.imports, |import| {
            let what = if import.called { "calls" } else { "names" };
            (what.to_owned(), printable(&import.name))
        });
        self.list("operators", &content.operators, |operator| {
            (printable(&operator.name), printable(&operator.domain))
        });
        self.list("external data", &content.external, |location| {
            (printable(location), String::new())
        });
        self.list("columns", &content.columns, |column| {
            let rows = column
                .rows
                .map_or(String::new(), |rows| format!(", {}", count(rows, "row")));
            (printable(&column.name), printable(&column.of) + &rows)
        });
        self.list("tensors", &content.tensors, |tensor| {
            (printable(&tensor.name), shape(tensor))
        });
        for problem in &content.problems.first {
            let mut line = Line::default();
            line.push(Tint::Level(Severity::Medium), "    problem");
            line.push(Tint::Plain, &format!("  {}", printable(problem)));
            self.lines.push(line);
        }
    }

    /// A list below its heading, each entry a name and what it is.
    fn list<T>(&mut self, heading: &str, list: &List<T>, show: impl Fn(&T) -> (String, String)) {
        if list.is_empty() {
            return;
        }
        let mut line = Line::default();
        line.push(Tint::Plain, &format!("    {heading}"));
        line.push(Tint::Faint, &format!("  {}", list.count));
        self.lines.push(line);
        let most = if self.style.verbose { usize::MAX } else { MOST };
        let rows: Vec<(String, String)> = list.first.iter().take(most).map(show).collect();
        let widest = rows.iter().map(|(name, _)| name.chars().count()).max();
        let name_width = widest.unwrap_or(0).min(self.style.width / 2);
        for (name, what) in &rows {
            let mut line = Line::default();
            line.push(Tint::Plain, "      ");
            line.push(Tint::Fix, &keep_start(name, name_width));
            line.pad(6 + name_width + 2);
            let room = self.style.width.saturating_sub(6 + name_width + 2);
            line.push(Tint::Plain, &keep_start(what, room));
            self.lines.push(line);
        }
        let more = list.count - rows.len() as u64;
        if more > 0 {
            self.faint(&format!("      and {more} more"));
        }
    }

    /// What was left unread on purpose; the report says the rest.
    fn unread(&mut self, skips: &[Skip]) {
        let on_purpose = |skip: &&Skip| skip.class == SkipClass::ByDesign;
        let mut reasons: Vec<&str> = skips
            .iter()
            .filter(on_purpose)
            .map(|skip| skip.why.as_str())
            .collect();
        reasons.sort_unstable();
        reasons.dedup();
        if !reasons.is_empty() {
            self.faint(&format!("  not read on purpose: {}", reasons.join(", ")));
        }
    }

    fn faint(&mut self, text: &str) {
        let mut line = Line::default();
        line.push(Tint::Faint, text);
        self.lines.push(line);
    }

    fn cut(&self, text: &str, beside: usize) -> String {
        keep_start(text, self.style.width.saturating_sub(beside).max(20))
    }
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    printable(&words.join(" "))
}

/// `F32 [2, 3]`
fn shape(tensor: &Tensor) -> String {
    let lengths: Vec<String> = tensor.shape.iter().map(u64::to_string).collect();
    format!("{} [{}]", printable(&tensor.dtype), lengths.join(", "))
}
