//! A document of rules, whatever language it is written in.
//!
//! In: TOML or YAML. Out: a tree of [`Node`]s that know their lines, or where
//! reading stopped. Aliases are not expanded, so a small file cannot become a
//! large one.

use saphyr_parser::{Event, Parser};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ImportError;

/// Deeper structures are refused.
const DEEPEST: usize = 32;

/// A value and the line it begins on, 1-based.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// Read TOML; keys in lower case, as gitleaks minds no case.
    pub(super) fn of_toml(text: &str) -> Result<Self, ImportError> {
        let line = |at: usize| {
            text.get(..at)
                .map_or(1, |text| text.matches('\n').count() + 1)
        };
        match DeTable::parse(text) {
            Ok(table) => Ok(Self {
                line: 1,
                value: toml_map(table.get_ref(), &line),
            }),
            Err(error) => Err(ImportError::at(
                line(error.span().map_or(0, |span| span.start)),
                error.message(),
            )),
        }
    }

    /// Read the first document of YAML.
    pub(super) fn of_yaml(text: &str) -> Result<Self, ImportError> {
        let mut open: Vec<Open> = Vec::new();
        for event in Parser::new_from_str(text) {
            let (event, span) =
                event.map_err(|error| ImportError::at(error.marker().line(), error.info()))?;
            let line = span.start.line();
            let done = match event {
                Event::MappingStart(..) | Event::SequenceStart(..) => {
                    let is_map = matches!(event, Event::MappingStart(..));
                    open.push(Open::new(line, is_map));
                    if open.len() > DEEPEST {
                        return Err(ImportError::at(line, "too many levels"));
                    }
                    continue;
                }
                Event::MappingEnd | Event::SequenceEnd => open.pop().map(Open::close),
                Event::Scalar(text, ..) => Some(Self {
                    line,
                    value: Value::Text(text.into_owned()),
                }),
                Event::Alias(_) => return Err(ImportError::at(line, "aliases are not read")),
                _ => continue,
            };
            match (open.last_mut(), done) {
                (Some(open), Some(done)) => open.take(done)?,
                (None, Some(done)) => return Ok(done),
                _ => {}
            }
        }
        Err(ImportError::at(1, "the file is empty"))
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|(name, _)| name == key),
            _ => None,
        }
        .map(|(_, node)| node)
    }

    /// The keys of a mapping.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let entries = match &self.value {
            Value::Map(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(key, _)| key.as_str())
    }

    /// The entries of a list; none for a key that is left empty.
    pub(super) fn list(&self, key: &str) -> Result<&[Self], ImportError> {
        match self.get(key) {
            None => Ok(&[]),
            Some(node) if node.is_empty() => Ok(&[]),
            Some(Self {
                value: Value::List(nodes),
                ..
            }) => Ok(nodes),
            Some(node) => Err(node.wrong(key, "a list")),
        }
    }

    /// A text.
    pub(super) fn text(&self, key: &str) -> Result<Option<&str>, ImportError> {
        match self.get(key) {
            None => Ok(None),
            Some(node) => match &node.value {
                Value::Text(text) => Ok(Some(text)),
                _ => Err(node.wrong(key, "a text")),
            },
        }
    }

    /// A list of texts; a single one will do.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, ImportError> {
        if let Some(Self {
            value: Value::Text(text),
            ..
        }) = self.get(key)
        {
            return Ok(vec![text.clone()]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect());
        }
        let text = |node: &Self| match &node.value {
            Value::Text(text) => Ok(text.clone()),
            _ => Err(node.wrong(key, "a list of texts")),
        };
        self.list(key)?.iter().map(text).collect()
    }

    /// A number.
    pub(super) fn number<T: std::str::FromStr>(&self, key: &str) -> Result<Option<T>, ImportError> {
        let parse = |text: &str| {
            let wrong = || self.get(key).unwrap_or(self).wrong(key, "a number");
            text.trim().parse().map_err(|_| wrong())
        };
        self.text(key)?.map(parse).transpose()
    }

    /// Is a switch on?
    pub(super) fn is_on(&self, key: &str) -> Result<bool, ImportError> {
        Ok(self
            .text(key)?
            .is_some_and(|text| text.eq_ignore_ascii_case("true")))
    }

    fn is_empty(&self) -> bool {
        matches!(&self.value, Value::Text(text) if text.is_empty() || text == "~" || text == "null")
    }

    fn wrong(&self, key: &str, expected: &str) -> ImportError {
        ImportError::at(self.line, &format!("`{key}`: expected {expected}"))
    }
}

fn toml_map(table: &DeTable<'_>, line: &dyn Fn(usize) -> usize) -> Value {
    let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &std::borrow::Cow<'_, str> = key.get_ref();
        (key.to_ascii_lowercase(), toml_node(value, line))
    };
    Value::Map(table.iter().map(entry).collect())
}

fn toml_node(value: &Spanned<DeValue<'_>>, line: &dyn Fn(usize) -> usize) -> Node {
    let text = |text: &dyn std::fmt::Display| Value::Text(text.to_string());
    Node {
        line: line(value.span().start),
        value: match value.get_ref() {
            DeValue::String(value) => text(value),
            DeValue::Integer(value) => text(value),
            DeValue::Float(value) => text(value),
            DeValue::Boolean(value) => text(value),
            DeValue::Datetime(value) => text(value),
            DeValue::Array(values) => {
                Value::List(values.iter().map(|value| toml_node(value, line)).collect())
            }
            DeValue::Table(table) => toml_map(table, line),
        },
    }
}

/// A mapping or list that is being read.
struct Open {
    node: Node,
    /// The key whose value comes next.
    key: Option<String>,
}

impl Open {
    fn new(line: usize, is_map: bool) -> Self {
        let value = if is_map {
            Value::Map(Vec::new())
        } else {
            Value::List(Vec::new())
        };
        Self {
            node: Node { line, value },
            key: None,
        }
    }

    fn take(&mut self, done: Node) -> Result<(), ImportError> {
        match (&mut self.node.value, self.key.take(), done.value) {
            (Value::Map(entries), Some(key), value) => {
                let line = done.line;
                entries.push((key, Node { line, value }));
            }
            (Value::Map(_), None, Value::Text(key)) => self.key = Some(key),
            (Value::List(nodes), _, value) => {
                let line = done.line;
                nodes.push(Node { line, value });
            }
            _ => return Err(ImportError::at(done.line, "a key that is no text")),
        }
        Ok(())
    }

    fn close(self) -> Node {
        self.node
    }
}

#[cfg(test)]
mod tests {
    use super::Node;

    #[test]
    fn both_languages_make_the_same_tree() {
        let toml = "title = \"t\"\n[[rules]]\nID = \"a\"\nentropy = 3.5\ntags = [\"x\", \"y\"]\n";
        let yaml = "# c\nrules:\n  - id: a\n    entropy: 3.5\n    tags: [x, y]\n";
        for (node, line) in [
            (Node::of_toml(toml).unwrap(), 4),
            (Node::of_yaml(yaml).unwrap(), 4),
        ] {
            let rule = &node.list("rules").unwrap()[0];
            assert_eq!(rule.text("id").unwrap(), Some("a"));
            assert_eq!(rule.number("entropy").unwrap(), Some(3.5));
            assert_eq!(rule.texts("tags").unwrap(), ["x", "y"]);
            assert_eq!(rule.get("entropy").unwrap().line, line);
        }
    }

    #[test]
    fn errors_know_their_line() {
        let yaml = |text: &str| Node::of_yaml(text).unwrap_err().to_string();
        assert!(yaml("rules:\n  - id: [a\n").starts_with('3'));
        assert_eq!(yaml("a: &x 1\nb: *x\n"), "2: aliases are not read");
        assert_eq!(yaml(&"- ".repeat(40)), "1: too many levels");
        let node = Node::of_yaml("rules:\n- id: {a: b}\n  n: x\n  l:\n").unwrap();
        let rule = &node.list("rules").unwrap()[0];
        let error = rule.text("id").unwrap_err().to_string();
        assert_eq!(error, "2: `id`: expected a text");
        let error = rule.number::<f64>("n").unwrap_err().to_string();
        assert_eq!(error, "3: `n`: expected a number");
        assert!(rule.list("l").unwrap().is_empty());
        let error = Node::of_toml("a = 1\nb = \n").unwrap_err().to_string();
        assert!(error.starts_with("2: "), "{error}");
    }
}
