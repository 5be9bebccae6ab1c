//! Rules as a pattern file has them.
//!
//! In: rules and what is no find of them. Out: TOML that `--rules` and
//! `hubsweep rules check` read.

use std::fmt::Write as _;

use crate::rule::schema::{ExceptSpec, RuleSpec};

/// The text of a file of these rules. What a rule leaves at its default is not
/// written.
pub fn to_toml(rules: &[RuleSpec], except: &[ExceptSpec]) -> String {
    let mut out = String::new();
    for rule in rules {
        write_rule(&mut out, rule);
    }
    for one in except {
        write_except(&mut out, "[[except]]", one);
    }
    out
}

fn write_rule(out: &mut String, rule: &RuleSpec) {
    let mut table = Table::new(out, "[[rules]]");
    table.text("id", &rule.id);
    table.text("description", &rule.description);
    table.text("severity", &rule.severity);
    table.text("confidence", &rule.confidence);
    for (key, text) in [
        ("regex", &rule.regex),
        ("value", &rule.value),
        ("path", &rule.path),
        ("alone", &rule.alone),
    ] {
        table.text(key, text.as_deref().unwrap_or_default());
    }
    table.list("keywords", &rule.keywords);
    if let Some(group) = rule.secret_group {
        table.bare("secret_group", &group.to_string());
    }
    if let Some(least) = rule.entropy {
        table.bare("entropy", &format!("{least:?}"));
    }
    if rule.boundary != "token" {
        table.text("boundary", &rule.boundary);
    }
    table.list("requires", &rule.requires);
    table.list("validators", &rule.validators);
    table.list("examples", &rule.examples);
    table.list("negatives", &rule.negatives);
    for (key, text) in [
        ("group", &rule.group),
        ("why", &rule.why),
        ("remediation", &rule.remediation),
    ] {
        table.text(key, text);
    }
    table.list("references", &rule.references);
    table.list("tags", &rule.tags);
    for except in &rule.except {
        write_except(out, "[[rules.except]]", except);
    }
}

fn write_except(out: &mut String, title: &str, except: &ExceptSpec) {
    let mut table = Table::new(out, title);
    table.text("reason", &except.reason);
    table.list("rules", &except.rules);
    table.list("paths", &except.paths);
    table.text("on", &except.on);
    table.list("regexes", &except.regexes);
    table.list("words", &except.words);
    if except.all {
        table.bare("all", "true");
    }
}

/// A table that is being written.
struct Table<'a>(&'a mut String);

impl<'a> Table<'a> {
    fn new(out: &'a mut String, title: &str) -> Self {
        let blank = if out.is_empty() { "" } else { "\n" };
        let _ = writeln!(out, "{blank}{title}");
        Self(out)
    }

    fn bare(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.0, "{key} = {value}");
    }

    fn text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.bare(key, &quoted(text));
        }
    }

    fn list(&mut self, key: &str, texts: &[String]) {
        match texts {
            [] => {}
            [one] => self.bare(key, &format!("[{}]", quoted(one))),
            more => {
                let lines = more.iter().fold(String::new(), |lines, text| {
                    format!("{lines}  {},\n", quoted(text))
                });
                self.bare(key, &format!("[\n{lines}]"));
            }
        }
    }
}

/// A string in the form that reads best: as it is, if it can be.
fn quoted(text: &str) -> String {
    let plain = text.chars().all(|sign| !sign.is_control());
    let easy = plain && !text.contains(['"', '\\']);
    if easy || !plain || text.contains("'''") || text.ends_with('\'') {
        return toml::Value::from(text).to_string();
    }
    format!("'''{text}'''")
}

#[cfg(test)]
mod tests {
    use super::{quoted, to_toml};
    use crate::rule::import::blank;
    use crate::rule::schema::{ExceptSpec, RuleFile};

    #[test]
    fn what_is_written_is_read_again() {
        let mut rule = blank("acme-key", "Acme \"key\"");
        rule.regex = Some(r#"(?i)acme["'](\d{9})"#.to_owned());
        rule.entropy = Some(3.0);
        rule.examples = vec!["a\nb".to_owned(), "it's '''quoted'''".to_owned()];
        rule.except = vec![ExceptSpec {
            words: vec!["test".to_owned()],
            all: true,
            ..ExceptSpec::default()
        }];
        let except = ExceptSpec {
            paths: vec![r"\.lock$".to_owned()],
            rules: vec!["acme-key".to_owned()],
            ..ExceptSpec::default()
        };
        let text = to_toml(&[rule.clone()], std::slice::from_ref(&except));
        let file: RuleFile = toml::from_str(&text).unwrap();
        assert_eq!(format!("{:?}", file.rules[0]), format!("{rule:?}"));
        assert_eq!(file.except, [except]);
    }

    #[test]
    fn strings_stay_as_they_are_where_they_can() {
        for (text, toml) in [
            ("plain", "\"plain\""),
            (r"\d{3}", r"'''\d{3}'''"),
            ("a\tb", "\"a\\tb\""),
            (r"\d'", "\"\\\\d'\""),
        ] {
            let written = quoted(text);
            let read: toml::Table = format!("a = {written}").parse().unwrap();
            assert_eq!(read["a"].as_str(), Some(text), "{written}");
            if !text.ends_with('\'') {
                assert_eq!(written, toml);
            }
        }
    }
}
