//! The YAML block at the top of a card.
//!
//! In: the text of a README. Out: its values, flat, each with its route and
//! line, or why the block is none. Aliases are not expanded, so a small block
//! cannot become a large one.

use saphyr_parser::{Event, Parser};

/// A scalar of the block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// `/base_model/0`.
    pub(super) route: String,
    /// Value as text.
    pub(super) value: String,
    /// 1-based line in the README.
    pub(super) line: u64,
}

/// Why there are no values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoFrontMatter {
    /// The text does not begin with a block.
    Missing,
    /// The block is never closed.
    Open,
    /// It is no YAML mapping; the line at which reading stopped.
    Invalid(u64),
}

/// The block's values.
#[derive(Clone, Debug, Default)]
pub(super) struct FrontMatter {
    entries: Vec<Entry>,
}

/// A longer block is no card's; the limit bounds the parser's work.
const LONGEST: usize = 256 * 1024;
/// Deeper structures are refused.
const DEEPEST: usize = 32;

enum Level {
    /// The key whose value comes next.
    Mapping(Option<String>),
    Sequence(usize),
}

impl FrontMatter {
    /// Read the block.
    pub(super) fn read(text: &str) -> Result<Self, NoFrontMatter> {
        let (start, end) = block(text)?;
        let yaml = &text[start..end];
        if yaml.len() > LONGEST {
            return Err(NoFrontMatter::Invalid(1));
        }
        let mut front = Self::default();
        let mut levels: Vec<Level> = Vec::new();
        for event in Parser::new_from_str(yaml) {
            let (event, span) =
                event.map_err(|error| NoFrontMatter::Invalid(error.marker().line() as u64 + 1))?;
            // The block begins on the README's second line.
            let line = span.start.line() as u64 + 1;
            match event {
                Event::MappingStart(..) => levels.push(Level::Mapping(None)),
                Event::SequenceStart(..) if levels.is_empty() => {
                    return Err(NoFrontMatter::Invalid(line));
                }
                Event::SequenceStart(..) => levels.push(Level::Sequence(0)),
                Event::MappingEnd | Event::SequenceEnd => {
                    levels.pop();
                    value_done(&mut levels);
                }
                Event::Scalar(value, ..) => front
                    .scalar(&mut levels, &value, line)
                    .ok_or(NoFrontMatter::Invalid(line))?,
                Event::Alias(_) => value_done(&mut levels),
                _ => {}
            }
            if levels.len() > DEEPEST {
                return Err(NoFrontMatter::Invalid(line));
            }
        }
        Ok(front)
    }

    /// Take a scalar as key or value; `None` where it can be neither.
    fn scalar(&mut self, levels: &mut [Level], value: &str, line: u64) -> Option<()> {
        if let Level::Mapping(key @ None) = levels.last_mut()? {
            *key = Some(value.to_owned());
            return Some(());
        }
        self.entries.push(Entry {
            route: route(levels),
            value: value.to_owned(),
            line,
        });
        value_done(levels);
        Some(())
    }

    /// All values, in order.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The value of a key at the top, if it has one.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.entries
            .iter()
            .find(|entry| entry.route.strip_prefix('/') == Some(key))
            .map(|entry| entry.value.trim())
            .filter(|value| !value.is_empty() && !matches!(*value, "null" | "~"))
    }

    /// Has a key at the top a value, or a list of them?
    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
            || self.entries.iter().any(|entry| {
                entry
                    .route
                    .strip_prefix('/')
                    .and_then(|route| route.strip_prefix(key))
                    .is_some_and(|rest| rest.starts_with('/'))
            })
    }
}

/// A value is complete: the mapping waits for its next key, the list counts on.
fn value_done(levels: &mut [Level]) {
    match levels.last_mut() {
        Some(Level::Mapping(key)) => *key = None,
        Some(Level::Sequence(index)) => *index += 1,
        None => {}
    }
}

fn route(levels: &[Level]) -> String {
    levels
        .iter()
        .map(|level| match level {
            Level::Mapping(key) => format!("/{}", key.as_deref().unwrap_or_default()),
            Level::Sequence(index) => format!("/{index}"),
        })
        .collect()
}

/// Byte range between the two `---` lines.
fn block(text: &str) -> Result<(usize, usize), NoFrontMatter> {
    let skipped = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let text = &text[skipped..];
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    if first.trim_end() != "---" || !first.ends_with('\n') {
        return Err(NoFrontMatter::Missing);
    }
    let mut at = first.len();
    for line in text[first.len()..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Ok((skipped + first.len(), skipped + at));
        }
        at += line.len();
    }
    Err(NoFrontMatter::Open)
}

/// The text below the block; all of it where there is no block.
pub(super) fn body(text: &str) -> &str {
    block(text).map_or(text, |(_, end)| {
        text[end..].split_once('\n').map_or("", |(_, body)| body)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_routes_and_lines() {
        let text =
            "---\nlicense: mit\nbase_model:\n- org/a\n- b: c\ntags: [x, y]\nempty:\n---\n# Title\n";
        let front = FrontMatter::read(text).unwrap();
        let entries: Vec<_> = front
            .entries()
            .iter()
            .map(|entry| (entry.route.as_str(), entry.value.as_str(), entry.line))
            .collect();
        assert_eq!(
            entries[..5],
            [
                ("/license", "mit", 2),
                ("/base_model/0", "org/a", 4),
                ("/base_model/1/b", "c", 5),
                ("/tags/0", "x", 6),
                ("/tags/1", "y", 6),
            ]
        );
        assert_eq!(front.get("license"), Some("mit"));
        assert!(
            front.has("tags")
                && front.has("base_model")
                && !front.has("empty")
                && !front.has("tag")
        );
        assert_eq!(body(text), "# Title\n");
    }

    #[test]
    fn what_is_no_block() {
        let read = |text: &str| FrontMatter::read(text).unwrap_err();
        assert_eq!(read("# Title\n"), NoFrontMatter::Missing);
        assert_eq!(read("---\na: b\n"), NoFrontMatter::Open);
        assert_eq!(read("---\nok: 1\na: [b\n---\n"), NoFrontMatter::Invalid(4));
        assert_eq!(read("---\n- a\n---\n"), NoFrontMatter::Invalid(2));
        assert!(FrontMatter::read(&format!("---\na: {}\n---\n", "[".repeat(5000))).is_err());
        assert!(FrontMatter::read("---\n---\n").is_ok());
    }
}
