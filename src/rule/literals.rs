//! What can be known of a regex without running it: the literals one of which
//! every match contains, their distance from the match's ends, and the bytes
//! that would continue the secret.
//!
//! In: the regex of a rule. Out: [`Analysis`], or why the rule breaks the
//! contract. Shared with `build.rs`, so it imports nothing of ours.

#[path = "literals/required.rs"]
mod required;
#[path = "literals/run.rs"]
mod run;

use regex_syntax::hir::{Capture, Class, Hir, HirKind, Repetition};

use required::required;
use run::sure_run;

/// Longest match a rule may have.
pub const MAX_MATCH: usize = 8192;
/// Shortest literal a rule may stand on.
const MIN_LITERAL: usize = 3;

/// A set of bytes, as a bitmap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByteSet(pub [u64; 4]);

impl ByteSet {
    /// Is `byte` in the set?
    pub const fn contains(self, byte: u8) -> bool {
        self.0[(byte >> 6) as usize] >> (byte & 63) & 1 == 1
    }

    /// Add a byte.
    pub const fn insert(&mut self, byte: u8) {
        self.0[(byte >> 6) as usize] |= 1 << (byte & 63);
    }

    fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    fn len(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    fn bytes(self) -> impl Iterator<Item = u8> {
        (0..=255u8).filter(move |&byte| self.contains(byte))
    }
}

/// What is known of a rule's regex; nothing of a detector, which has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// Lower-cased; every match contains one of them, in some case.
    pub literals: Vec<String>,
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
    /// Does it look at quotes or line ends, which stand escaped in a string?
    pub escapable: bool,
}

/// Analyse a regex, or say how it breaks the rule contract.
pub fn analyse(pattern: &str, secret_group: Option<usize>) -> Result<Analysis, String> {
    if pattern.is_empty() {
        return Ok(Analysis::default());
    }
    if !pattern.is_ascii() {
        return Err("the regex is not ASCII".to_owned());
    }
    let hir = regex_syntax::ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(pattern)
        .map_err(|error| format!("the regex does not parse: {error}"))?;
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
    let Some(found) = required(&hir).filter(|found| !found.literals.is_empty()) else {
        return Err("no literal is in every match: start from a prefix or a keyword".to_owned());
    };
    if let Some(short) = found
        .literals
        .iter()
        .find(|literal| literal.len() < MIN_LITERAL)
    {
        let short = String::from_utf8_lossy(short).into_owned();
        return Err(format!(
            "the literal `{short}` is shorter than {MIN_LITERAL} bytes"
        ));
    }
    let mut literals: Vec<String> = found
        .literals
        .iter()
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    literals.sort_unstable();
    literals.dedup();
    let secret = find_group(&hir, group).unwrap_or(&hir);
    Ok(Analysis {
        literals,
        before: found.before,
        after: found.after,
        run: sure_run(&hir).longest,
        body: continuing(secret),
        group,
        escapable: is_escapable(&hir),
    })
}

/// Bytes that are written differently inside a string.
const ESCAPED: &[u8] = b"\"'\n\r\t";
/// More members has only a class that means "anything but".
const LARGEST_CLASS: u32 = 128;

/// Does a match depend on bytes that stand escaped in a string?
fn is_escapable(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.iter().any(|byte| ESCAPED.contains(byte)),
        HirKind::Class(class) => {
            let set = byte_set(class);
            set.len() <= LARGEST_CLASS && ESCAPED.iter().any(|&byte| set.contains(byte))
        }
        HirKind::Capture(Capture { sub, .. }) | HirKind::Repetition(Repetition { sub, .. }) => {
            is_escapable(sub)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(is_escapable),
    }
}

fn byte_set(class: &Class) -> ByteSet {
    let mut set = ByteSet::default();
    match class {
        Class::Bytes(bytes) => {
            for range in bytes.ranges() {
                (range.start()..=range.end()).for_each(|byte| set.insert(byte));
            }
        }
        // `(?:a|b)` becomes one of these even with Unicode off; the pattern is
        // ASCII, so its characters are bytes.
        Class::Unicode(characters) => {
            for range in characters.ranges() {
                (range.start()..=range.end())
                    .filter_map(|character| u8::try_from(character).ok())
                    .for_each(|byte| set.insert(byte));
            }
        }
    }
    set
}

/// The bytes that would continue a secret.
fn continuing(secret: &Hir) -> ByteSet {
    let mut body = last_class(secret);
    (b'0'..=b'9')
        .chain(b'A'..=b'Z')
        .chain(b'a'..=b'z')
        .for_each(|byte| body.insert(byte));
    body
}

/// The class a match ends with: what would have continued it.
fn last_class(hir: &Hir) -> ByteSet {
    match hir.kind() {
        HirKind::Class(class) => byte_set(class),
        HirKind::Capture(Capture { sub, .. }) | HirKind::Repetition(Repetition { sub, .. }) => {
            last_class(sub)
        }
        HirKind::Alternation(branches) => branches
            .iter()
            .map(last_class)
            .fold(ByteSet::default(), ByteSet::union),
        HirKind::Concat(parts) => {
            let mut set = ByteSet::default();
            for part in parts.iter().rev() {
                set = set.union(last_class(part));
                let fixed = matches!(part.kind(), HirKind::Literal(_) | HirKind::Look(_));
                if !fixed && part.properties().minimum_len() != Some(0) {
                    break;
                }
            }
            set
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => ByteSet::default(),
    }
}

fn find_group(hir: &Hir, group: usize) -> Option<&Hir> {
    match hir.kind() {
        HirKind::Capture(Capture { index, sub, .. }) => {
            if *index as usize == group {
                Some(sub)
            } else {
                find_group(sub, group)
            }
        }
        HirKind::Repetition(Repetition { sub, .. }) => find_group(sub, group),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().find_map(|part| find_group(part, group))
        }
        _ => None,
    }
}
