//! The conductor of `rules check`: does a rule keep its promises?
//!
//! In: a rule. Out: which of its examples are not found and which negatives are;
//! and in which of the [`WRAPPINGS`] an example is lost, each read as a file of
//! its own, from extraction on.

mod containers;
mod wrappings;

use std::fmt;
use std::io::Cursor;

use crate::blob::{Fact, Fragment, HEAD, Kind, Limits, Route, Sought, Text};
use crate::engine::{Engine, Personal, Scanner};
use crate::extract::{self, Sink};
use crate::finding::{Category, SkipClass};
use crate::personal::Settings;
use crate::rule::{Catalogue, Detector, Rule, RuleError, template};

pub use wrappings::{WRAPPINGS, Wrapping, double_quoted};

/// A promise that is not kept. Numbers count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An example is not found as it stands.
    NotFound(usize),
    /// An example has the form, but its value reads as made up.
    MadeUp(usize),
    /// A negative is found.
    Found(usize),
    /// Nothing is promised.
    NoExamples,
    /// An example is found as it stands, but not inside these.
    Lost(usize, Vec<&'static str>),
}

impl Fault {
    /// Is the rule wrong, or could it only be better?
    pub fn is_error(&self) -> bool {
        matches!(self, Self::NotFound(_) | Self::MadeUp(_) | Self::Found(_))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(number) => write!(f, "example {number} is not found"),
            Self::MadeUp(number) => {
                write!(
                    f,
                    "example {number} is not found: its value reads as made up"
                )
            }
            Self::Found(number) => write!(f, "negative {number} is found"),
            Self::NoExamples => write!(f, "it has no examples"),
            Self::Lost(number, names) => {
                write!(f, "example {number} is not found as {}", names.join(", "))
            }
        }
    }
}

/// What a rule promises and does not keep.
pub fn faults(rule: &Rule) -> Result<Vec<Fault>, RuleError> {
    // Alone, so that no other rule takes what this one should find; and for
    // every path, since a template has none.
    let mut alone = Catalogue::default();
    alone.add(Rule {
        path: None,
        ..rule.clone()
    })?;
    let engine = Engine::of(&alone, false, &naming(alone.rules()));
    let mut faults = Vec::new();
    if rule.examples.is_empty() && !is_found_elsewhere(rule) {
        faults.push(Fault::NoExamples);
    }
    for (index, example) in rule.examples.iter().enumerate() {
        let text = template::expand(example);
        if !finds(&engine, "example.txt", text.as_bytes()) {
            faults.push(if has_form(&engine, text.as_bytes()) {
                Fault::MadeUp(index + 1)
            } else {
                Fault::NotFound(index + 1)
            });
            continue;
        }
        let lost: Vec<&str> = WRAPPINGS
            .iter()
            .filter(|wrapping| applies(rule, &text, wrapping))
            .filter(|wrapping| !finds(&engine, wrapping.file, &(wrapping.wrap)(&text)))
            .map(|wrapping| wrapping.name)
            .collect();
        if !lost.is_empty() {
            faults.push(Fault::Lost(index + 1, lost));
        }
    }
    for (index, negative) in rule.negatives.iter().enumerate() {
        if finds(
            &engine,
            "example.txt",
            template::expand(negative).as_bytes(),
        ) {
            faults.push(Fault::Found(index + 1));
        }
    }
    Ok(faults)
}

/// Settings under which the personal data of all these rules is looked for.
pub fn naming(rules: &[Rule]) -> Settings {
    let entities = rules.iter().filter_map(|rule| rule.personal.as_ref());
    Settings::naming(entities.map(|entity| entity.name.as_ref()))
}

/// Does an external program find it, if anybody does?
pub fn is_found_elsewhere(rule: &Rule) -> bool {
    let entity = rule.personal.as_ref();
    entity.is_some_and(|entity| entity.name == "recognised")
}

/// A path in a URL is a path of that server, not of this machine.
/// What a card may show is no find in Markdown.
/// Personal data is not looked for in hex, which is digits itself.
/// Of what is encoded only ASCII counts as text.
pub fn applies(rule: &Rule, text: &str, wrapping: &Wrapping) -> bool {
    let category = rule.detector.map(Detector::category);
    let is_path = category == Some(Category::HardcodedPath) && wrapping.name == "URL query";
    let in_cards = rule.personal.as_ref().is_none_or(|entity| entity.in_cards);
    let is_hex = rule.personal.is_some() && wrapping.name == "hex";
    let is_encoded =
        ["URL query", "percent-encoding", "base64", "\\u escapes"].contains(&wrapping.name);
    let is_lost = is_encoded && !text.is_ascii();
    let is_shown = !in_cards && wrapping.file == "README.md";
    !(is_path || is_hex || is_lost || is_shown)
}

/// Does the engine find anything in a file of this name and content?
fn finds(engine: &Engine, name: &str, bytes: &[u8]) -> bool {
    let size = bytes.len() as u64;
    let kind = Kind::sniff(name, &bytes[..bytes.len().min(HEAD)], size);
    let mut seeker = Seeker {
        scanner: engine.scanner(name),
        found: false,
    };
    let read = extract::extract(
        &mut Cursor::new(bytes),
        size,
        kind,
        &Limits::default(),
        &mut seeker,
    );
    read.is_ok() && seeker.found
}

/// Does a text hold what the rule looks for, whatever the checks say?
fn has_form(engine: &Engine, text: &[u8]) -> bool {
    let fragment = Fragment {
        route: &Route::default(),
        text,
        owned: 0..text.len(),
        base: 0,
        raw: Some(0),
        line: None,
        kind: Kind::Text(Text::Plain),
        rows: &[],
        sought: Sought::Everything,
    };
    let mut scanner = engine.scanner("example.txt");
    !scanner.candidates(&fragment).is_empty()
}

/// Looks for anything.
struct Seeker<'e> {
    scanner: Scanner<'e>,
    found: bool,
}

impl Sink for Seeker<'_> {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        if fragment.base == 0
            && fragment.owned.start == 0
            && fragment.sought != Sought::PersonalData
        {
            self.scanner.reset();
        }
        let found = self.scanner.scan(fragment).found;
        let sure = |personal: &Personal| personal.sure;
        self.found |= found
            .iter()
            .any(|hit| hit.personal.as_ref().is_none_or(sure));
    }

    fn skip(&mut self, _: SkipClass, _: &Route, _: String) {}

    fn raw(&mut self) {}

    fn name(&mut self, _: &Route, _: &str) {}

    fn fact(&mut self, _: &Route, _: &Fact<'_>) {}
}
