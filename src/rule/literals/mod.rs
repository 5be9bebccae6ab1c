//! What can be known of a regex without running it: the literals one of which
//! every match contains, their distance from the match's ends, and the bytes
//! that would continue the secret.
//!
//! In: the regex of a rule. Out: [`Analysis`], or why the rule breaks the
//! contract. Shared with `build.rs`, so it imports nothing of ours.

mod required;
mod shape;
pub mod value;

use std::borrow::Cow;

use regex_syntax::hir::{Class, Hir};

use required::required;
use shape::{continuing, find_group, is_escapable, sure_run};
use value::Value;

/// Longest match a rule may have.
pub const MAX_MATCH: usize = 8192;
/// Shortest literal a rule may stand on.
const MIN_LITERAL: usize = 3;
/// Most literals one rule may need.
const MAX_LITERALS: usize = 96;
/// Bytes of a literal beyond which more adds nothing.
const LONG_LITERAL: usize = 24;

/// A set of bytes, as a bitmap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByteSet(pub [u64; 4]);

impl ByteSet {
    /// Every byte.
    pub const ALL: Self = Self([u64::MAX; 4]);

    /// Is `byte` in the set?
    pub const fn contains(self, byte: u8) -> bool {
        self.0[(byte >> 6) as usize] >> (byte & 63) & 1 == 1
    }

    /// Add a byte.
    pub const fn insert(&mut self, byte: u8) {
        self.0[(byte >> 6) as usize] |= 1 << (byte & 63);
    }

    /// Both together.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    fn len(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    fn bytes(self) -> impl Iterator<Item = u8> {
        (0..=255u8).filter(move |&byte| self.contains(byte))
    }
}

/// Is it a byte of a run, `[A-Za-z0-9_-]`?
pub const fn is_run_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Shortest run of token bytes that gates a rule.
pub const RUN: usize = 16;

/// Most bytes from the start of a literal to that of the run that gates it.
pub const MOST_LEAD: usize = 12;

/// Where a rule's literals need not be looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gate {
    /// They may stand anywhere.
    #[default]
    Open,
    /// Each stands in a run of at least [`RUN`] token bytes, or at most
    /// [`MOST_LEAD`] before the start of one, or in no match.
    NearRun,
    /// Each stands before such a run, which holds a digit or letters of both
    /// cases, or is that of no value worth a report.
    BeforeRun,
}

/// Bytes every match of a rule contains.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Literal {
    /// The bytes; lower-cased if case is ignored.
    pub text: Cow<'static, str>,
    /// May they stand in any case?
    pub ignore_case: bool,
}

impl Literal {
    /// A lower-cased literal that may stand in any case.
    pub fn ignoring_case(text: &str) -> Self {
        Self {
            text: Cow::Owned(text.to_owned()),
            ignore_case: true,
        }
    }
}

/// What is known of a rule's regex; nothing of a detector, which has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// Every match contains one of them.
    pub literals: Cow<'static, [Literal]>,
    /// Most bytes from the start of a match to the start of its literal.
    pub before: usize,
    /// Most bytes from the start of the literal to the end of the match.
    pub after: usize,
    /// Longest run of `[A-Za-z0-9_-]` that every match is sure to contain.
    pub run: usize,
    /// Bytes that would continue the secret: its last class, and `[A-Za-z0-9]`.
    pub body: ByteSet,
    /// The group that holds the secret.
    pub group: usize,
    /// Bytes that may follow a literal inside a match.
    pub next: ByteSet,
    /// Does it look at quotes or line ends, which stand escaped in a string?
    pub escapable: bool,
    /// Where its literals need not be looked for.
    pub gate: Gate,
}

/// Parse a regex as the engine compiles it: over bytes, without Unicode.
pub fn parse(pattern: &str) -> Result<Hir, String> {
    regex_syntax::ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(pattern)
        .map_err(|error| format!("the regex does not parse: {error}"))
}

/// Analyse a regex, or say how it breaks the rule contract.
pub fn analyse(pattern: &str, secret_group: Option<usize>) -> Result<Analysis, String> {
    if pattern.is_empty() {
        return Ok(Analysis::default());
    }
    if !pattern.is_ascii() {
        return Err("the regex is not ASCII".to_owned());
    }
    let hir = parse(pattern)?;
    let Some(max) = hir.properties().maximum_len() else {
        return Err("the regex is unbounded: give every repetition an upper bound".to_owned());
    };
    if max > MAX_MATCH {
        return Err(format!(
            "a match may be {max} bytes long, more than {MAX_MATCH}"
        ));
    }
    let groups = hir.properties().explicit_captures_len();
    let group = secret_group.unwrap_or(usize::from(groups > 0));
    if group > groups {
        return Err(format!(
            "secret_group is {group}, but the regex has {groups} groups"
        ));
    }
    let Some(found) = required(&hir) else {
        return Err("no literal is in every match: start from a prefix or a keyword".to_owned());
    };
    if let Some(short) = found
        .literals
        .iter()
        .find(|literal| literal.text.len() < MIN_LITERAL)
    {
        let short = &short.text;
        return Err(format!(
            "the literal `{short}` is shorter than {MIN_LITERAL} bytes"
        ));
    }
    if found.literals.is_empty() {
        return Err("no literal is in every match: start from a prefix or a keyword".to_owned());
    }
    let mut literals = found.literals;
    literals.sort_unstable();
    literals.dedup();
    let secret = find_group(&hir, group).unwrap_or(&hir);
    Ok(Analysis {
        literals: literals.into(),
        before: found.before,
        after: found.after,
        run: sure_run(&hir).longest,
        next: found.next,
        body: continuing(secret),
        group,
        escapable: is_escapable(&hir),
        gate: match found.lead {
            Some(lead) if lead <= MOST_LEAD => Gate::NearRun,
            _ => Gate::Open,
        },
    })
}

/// What would continue any secret.
fn alphanumeric() -> ByteSet {
    let mut set = ByteSet::default();
    (0..=u8::MAX)
        .filter(u8::is_ascii_alphanumeric)
        .for_each(|byte| set.insert(byte));
    set
}

/// Most bytes between a keyword and its value, and the line ends among them.
pub const REACH: usize = 128;

/// Analyse a rule of the form keyword and value.
pub fn analyse_near(keywords: &[String], value: &str) -> Result<(Analysis, Value), String> {
    if keywords.is_empty() {
        return Err("a `value` needs `keywords`".to_owned());
    }
    let value = Value::parse(value)?;
    let mut literals = Vec::with_capacity(keywords.len());
    for keyword in keywords {
        if !keyword.is_ascii() {
            return Err(format!("the keyword `{keyword}` is not ASCII"));
        }
        if keyword.len() < MIN_LITERAL {
            return Err(format!(
                "the keyword `{keyword}` is shorter than {MIN_LITERAL} bytes"
            ));
        }
        literals.push(Literal::ignoring_case(&keyword.to_ascii_lowercase()));
    }
    literals.sort_unstable();
    literals.dedup();
    let keyword = literals.iter().map(|literal| literal.text.len()).max();
    let gated = value.leading_run() >= RUN && !value.is_of_one_case();
    let analysis = Analysis {
        literals: literals.into(),
        before: 0,
        after: keyword.unwrap_or(0) + REACH + value.longest() + 1,
        run: value.leading_run(),
        body: alphanumeric().union(value.last_bytes()),
        group: 0,
        next: ByteSet::ALL,
        escapable: false,
        gate: if gated { Gate::BeforeRun } else { Gate::Open },
    };
    Ok((analysis, value))
}

/// The bytes of a class. An alternation of single characters becomes a class
/// of characters, ASCII ones by the contract.
fn byte_set(class: &Class) -> ByteSet {
    let mut set = ByteSet::default();
    match class {
        Class::Bytes(bytes) => {
            for range in bytes.ranges() {
                (range.start()..=range.end()).for_each(|byte| set.insert(byte));
            }
        }
        Class::Unicode(chars) => {
            let byte = |c: char| u8::try_from(c).unwrap_or(u8::MAX);
            for range in chars.ranges() {
                (byte(range.start())..=byte(range.end())).for_each(|byte| set.insert(byte));
            }
        }
    }
    set
}

/// Rough share of a lower-cased byte in source text.
pub fn likelihood(byte: u8) -> f64 {
    match byte {
        b' ' => 0.15,
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 0.07,
        b'a'..=b'z' => 0.03,
        b'_' => 0.06,
        b'.' | b',' | b'"' | b'=' | b'(' | b')' => 0.02,
        b'0'..=b'9' => 0.015,
        _ => 0.01,
    }
}

fn length(hir: &Hir) -> usize {
    hir.properties().maximum_len().unwrap_or(MAX_MATCH)
}
