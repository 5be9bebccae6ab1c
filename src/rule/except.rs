//! What is no find of a rule: paths, forms and words its author knows to be
//! harmless.
//!
//! In: an [`ExceptSpec`]. Out: an [`Except`], which tells whether it covers what
//! the rule found. It is a part of the rule, as its regex is: what it covers was
//! never found, so that it silences no other rule.

use std::ops::Range;

use aho_corasick::AhoCorasick;
use regex::bytes::{Regex, RegexBuilder};

use super::schema::ExceptSpec;

/// Largest compiled regex.
const MAX_REGEX: usize = 1 << 20;
/// Bytes of a line that are looked at on each side of a match.
const LINE: usize = 4096;

/// What the regexes look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    Secret,
    Match,
    Line,
}

/// A set of conditions, ready to be asked.
#[derive(Clone, Debug)]
pub struct Except {
    spec: ExceptSpec,
    paths: Vec<Regex>,
    on: On,
    regexes: Vec<Regex>,
    words: Option<AhoCorasick>,
}

/// Two are the same that say the same.
impl PartialEq for Except {
    fn eq(&self, other: &Self) -> bool {
        self.spec == other.spec
    }
}

/// Where a rule found something.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// The file.
    pub path: &'a str,
    /// The text around it.
    pub text: &'a [u8],
    /// The whole match in it.
    pub whole: Range<usize>,
    /// The secret in it.
    pub secret: Range<usize>,
}

impl Place<'_> {
    fn of(&self, on: On) -> &[u8] {
        match on {
            On::Secret => &self.text[self.secret.clone()],
            On::Match => &self.text[self.whole.clone()],
            On::Line => {
                let before = &self.text[self.whole.start.saturating_sub(LINE)..self.whole.start];
                let after =
                    &self.text[self.whole.end..(self.whole.end + LINE).min(self.text.len())];
                let back = before.iter().rev().position(|&byte| byte == b'\n');
                let ahead = after.iter().position(|&byte| byte == b'\n');
                let start = self.whole.start - back.unwrap_or(before.len());
                &self.text[start..self.whole.end + ahead.unwrap_or(after.len())]
            }
        }
    }
}

impl Except {
    /// Compile, or say what is wrong.
    pub fn new(spec: &ExceptSpec) -> Result<Self, String> {
        let on = match spec.on.as_str() {
            "" | "secret" => On::Secret,
            "match" => On::Match,
            "line" => On::Line,
            other => return Err(format!("unknown `on` `{other}`, use secret, match or line")),
        };
        if spec.paths.is_empty() && spec.regexes.is_empty() && spec.words.is_empty() {
            return Err("an `except` needs `paths`, `regexes` or `words`".to_owned());
        }
        if spec.words.iter().any(String::is_empty) {
            return Err("an empty word is in every secret".to_owned());
        }
        let words = (!spec.words.is_empty()).then(|| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(&spec.words)
        });
        Ok(Self {
            spec: spec.clone(),
            paths: compile(&spec.paths)?,
            on,
            regexes: compile(&spec.regexes)?,
            words: words.transpose().map_err(|error| error.to_string())?,
        })
    }

    /// As it was written.
    pub fn spec(&self) -> &ExceptSpec {
        &self.spec
    }

    /// Is what was found here no find?
    pub fn covers(&self, place: &Place<'_>) -> bool {
        let path = (!self.paths.is_empty()).then(|| any(&self.paths, place.path.as_bytes()));
        let regex = || any(&self.regexes, place.of(self.on));
        let word = |words: &AhoCorasick| words.is_match(place.of(On::Secret));
        let regex = || (!self.regexes.is_empty()).then(regex);
        let word = || self.words.as_ref().map(word);
        if self.spec.all {
            path != Some(false) && regex() != Some(false) && word() != Some(false)
        } else {
            path == Some(true) || word() == Some(true) || regex() == Some(true)
        }
    }
}

/// Does one of them find something? The empty text is nothing.
fn any(regexes: &[Regex], text: &[u8]) -> bool {
    let found = |regex: &Regex| regex.find(text).is_some_and(|found| !found.is_empty());
    regexes.iter().any(found)
}

fn compile(patterns: &[String]) -> Result<Vec<Regex>, String> {
    let one = |pattern: &String| {
        RegexBuilder::new(pattern)
            .unicode(false)
            .size_limit(MAX_REGEX)
            .build()
            .map_err(|error| {
                let text = error.to_string();
                let why = text.lines().next_back().unwrap_or_default().trim();
                format!("`except`: {}", why.trim_start_matches("error: "))
            })
    };
    patterns.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::{Except, Place};
    use crate::rule::schema::ExceptSpec;

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    fn covers(spec: &ExceptSpec, path: &str) -> bool {
        let text = b"first\nkey = made-up-Value; # test\nlast";
        let place = Place {
            path,
            text,
            whole: 6..25,
            secret: 12..25,
        };
        Except::new(spec).unwrap().covers(&place)
    }

    #[test]
    fn each_condition_looks_at_its_own() {
        let on = |on: &str, regex: &str| ExceptSpec {
            regexes: strings(&[regex]),
            on: on.to_owned(),
            ..ExceptSpec::default()
        };
        assert!(covers(&on("", "^made"), "a.py") && !covers(&on("", "^key"), "a.py"));
        assert!(covers(&on("match", "^key"), "a.py") && !covers(&on("match", "test"), "a.py"));
        assert!(covers(&on("line", "^key.*test$"), "a.py"));
        assert!(!covers(&on("line", "first|last"), "a.py"));
        assert!(!covers(&on("", "x*"), "a.py"), "matches nothing at all");
        let words = ExceptSpec {
            words: strings(&["-VALUE"]),
            ..ExceptSpec::default()
        };
        assert!(covers(&words, "a.py"));
    }

    #[test]
    fn one_is_enough_unless_all_must_hold() {
        let mut spec = ExceptSpec {
            paths: strings(&[r"\.lock$"]),
            regexes: strings(&["^made"]),
            ..ExceptSpec::default()
        };
        assert!(covers(&spec, "a.py") && covers(&spec, "a.lock"));
        spec.all = true;
        assert!(!covers(&spec, "a.py") && covers(&spec, "a.lock"));
    }

    #[test]
    fn what_it_may_not_be() {
        let bad = |spec: ExceptSpec| Except::new(&spec).unwrap_err();
        assert!(bad(ExceptSpec::default()).contains("needs"));
        let words = strings(&[""]);
        assert!(
            bad(ExceptSpec {
                words,
                ..ExceptSpec::default()
            })
            .contains("empty word")
        );
        let paths = strings(&["("]);
        assert!(
            bad(ExceptSpec {
                paths,
                ..ExceptSpec::default()
            })
            .contains("unclosed group")
        );
    }
}
