//! The library: what is in a text, and the text without it.
//!
//! In: texts in memory. Out: [`Piece`]s, each a place in the text and what stands
//! there; or the text with stand-ins, the same value always by the same one.

use std::io::Cursor;
use std::ops::Range;

use super::find::Finder;
use super::operator::Operators;
use super::stand_ins::StandIns;
use super::text;
use crate::blob::{Fragment, Kind, Route, Sought, Text};
use crate::engine::Engine;
use crate::finding::{Category, Class, Confidence, Severity};
use crate::personal::Settings;
use crate::rule::{Catalogue, Detector, RuleError};

/// A secret or personal data in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its bytes in the text, end exclusive.
    pub span: Range<usize>,
    /// The rule that found it, as `hubsweep rules list` shows it.
    pub rule: String,
    /// Personal data: what kind, such as `email`; nothing for a secret.
    pub entity: Option<String>,
    /// Personal data: whose.
    pub class: Option<Class>,
    /// How bad it is if it is real.
    pub severity: Severity,
    /// How sure it is real.
    pub confidence: Confidence,
}

/// Takes secrets and personal data out of texts.
///
/// ```
/// use hubsweep::Redactor;
///
/// let mut redactor = Redactor::default();
/// let at = "@"; // so that this page holds no address
/// let text = format!("from mara.lindqvist{at}fjordmail.no to MARA.LINDQVIST{at}FJORDMAIL.NO");
/// assert_eq!(redactor.redact(&text), "from <EMAIL_1> to <EMAIL_1>");
/// ```
#[derive(Debug)]
pub struct Redactor {
    engine: Engine,
    stand_ins: StandIns,
}

impl Default for Redactor {
    /// With the built-in rules, the default profile, and numbered placeholders.
    fn default() -> Self {
        Self {
            engine: engine(&Settings::default()),
            stand_ins: StandIns::new(Operators::default(), None),
        }
    }
}

/// The built-in rules are known to be sound: a test of their own says so.
fn engine(settings: &Settings) -> Engine {
    let catalogue = Catalogue::builtin().unwrap_or_default();
    Engine::of(&catalogue, false, settings)
}

impl Redactor {
    /// With the built-in rules, this personal data, and these stand-ins.
    ///
    /// # Errors
    ///
    /// If the built-in rules do not load, which a build with changed patterns
    /// may run into.
    pub fn new(settings: &Settings, stand_ins: StandIns) -> Result<Self, RuleError> {
        let catalogue = Catalogue::builtin()?;
        Ok(Self {
            engine: Engine::of(&catalogue, false, settings),
            stand_ins,
        })
    }

    /// With an engine that is set up already.
    pub fn with(engine: Engine, stand_ins: StandIns) -> Self {
        Self { engine, stand_ins }
    }

    /// The text with a stand-in for each secret and each piece of personal data.
    pub fn redact(&mut self, text: &str) -> String {
        let mut output = Vec::with_capacity(text.len());
        let finder = Finder::new(&self.engine, "text", None);
        let kind = Kind::Text(Text::Plain);
        let mut input = Cursor::new(text);
        // Neither a cursor nor a vector fails.
        let done = text::rewrite(&mut input, kind, finder, &mut self.stand_ins, &mut output);
        debug_assert!(done.is_ok());
        String::from_utf8_lossy(&output).into_owned()
    }

    /// What is in a text, in order.
    pub fn scan(&self, text: &str) -> Vec<Piece> {
        pieces(&self.engine, text)
    }

    pub(super) fn parts(&mut self) -> (&Engine, &mut StandIns) {
        (&self.engine, &mut self.stand_ins)
    }
}

/// What is in a text, in order, with the built-in rules and the default
/// profile. Each call sets the rules up anew: for many texts keep a
/// [`Redactor`].
pub fn scan_text(text: &str) -> Vec<Piece> {
    pieces(&engine(&Settings::default()), text)
}

fn pieces(engine: &Engine, text: &str) -> Vec<Piece> {
    let fragment = Fragment {
        route: &Route::default(),
        text: text.as_bytes(),
        owned: 0..text.len(),
        base: 0,
        raw: Some(0),
        line: None,
        kind: Kind::Text(Text::Plain),
        rows: &[],
        sought: Sought::Everything,
    };
    let found = engine.scanner("text").scan(&fragment).found.into_iter();
    let told = found.filter(|hit| {
        let category = hit
            .rule
            .detector
            .map_or(Category::Secret, Detector::category);
        category != Category::HardcodedPath
    });
    let piece = |hit: crate::engine::Match<'_>| Piece {
        span: hit.span,
        rule: hit.rule.id.to_string(),
        class: hit.personal.as_ref().map(|personal| personal.class),
        entity: hit.personal.map(|personal| personal.entity.to_string()),
        severity: hit.severity,
        confidence: hit.confidence,
    };
    told.map(piece).collect()
}
