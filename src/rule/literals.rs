//! What can be known of a regex without running it: the literals one of which
//! every match contains, their distance from the match's ends, and the bytes
//! that would continue the secret.
//!
//! In: the regex of a rule. Out: [`Analysis`], or why the rule breaks the
//! contract. Shared with `build.rs`, so it imports nothing of ours.

use regex_syntax::hir::{Capture, Class, Hir, HirKind, Repetition};

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
    let mut body = last_class(secret);
    (b'0'..=b'9')
        .chain(b'A'..=b'Z')
        .chain(b'a'..=b'z')
        .for_each(|byte| body.insert(byte));
    Ok(Analysis {
        literals,
        before: found.before,
        after: found.after,
        run: sure_run(&hir).longest,
        body,
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

/// A set of literals one of which stands in every match of an expression.
#[derive(Clone)]
struct Required {
    literals: Vec<Vec<u8>>,
    before: usize,
    after: usize,
}

impl Required {
    /// Expected hits a byte of text: the lower, the better.
    fn cost(&self) -> f64 {
        self.literals
            .iter()
            .map(|literal| {
                literal
                    .iter()
                    .take(LONG_LITERAL)
                    .map(|&byte| likelihood(byte))
                    .product::<f64>()
            })
            .sum()
    }
}

/// Rough share of a lower-cased byte in source text.
fn likelihood(byte: u8) -> f64 {
    match byte {
        b' ' => 0.15,
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 0.07,
        b'a'..=b'z' => 0.03,
        b'_' | b'.' | b',' | b'"' | b'=' | b'(' | b')' => 0.02,
        b'0'..=b'9' => 0.015,
        _ => 0.01,
    }
}

fn length(hir: &Hir) -> usize {
    hir.properties().maximum_len().unwrap_or(MAX_MATCH)
}

fn required(hir: &Hir) -> Option<Required> {
    if let Some(literals) = exact(hir) {
        let usable = literals.iter().all(|literal| !literal.is_empty());
        return usable.then(|| Required {
            literals,
            before: 0,
            after: length(hir),
        });
    }
    match hir.kind() {
        HirKind::Capture(Capture { sub, .. }) => required(sub),
        HirKind::Repetition(Repetition { min, max, sub, .. }) if *min > 0 => {
            let mut found = required(sub)?;
            found.after += (max.unwrap_or(*min).saturating_sub(1) as usize) * length(sub);
            Some(found)
        }
        HirKind::Alternation(branches) => {
            let mut all = Required {
                literals: Vec::new(),
                before: 0,
                after: 0,
            };
            for branch in branches {
                let found = required(branch)?;
                all.literals.extend(found.literals);
                all.before = all.before.max(found.before);
                all.after = all.after.max(found.after);
            }
            (all.literals.len() <= MAX_LITERALS).then_some(all)
        }
        HirKind::Concat(parts) => required_in_concat(parts),
        _ => None,
    }
}

/// The best of: each run of exactly known neighbours, and each other part.
fn required_in_concat(parts: &[Hir]) -> Option<Required> {
    let total: usize = parts.iter().map(length).sum();
    let mut candidates = Vec::new();
    let mut position = 0;
    let mut run: Option<Required> = None;
    for part in parts {
        match exact(part) {
            Some(next) => {
                run = Some(match run.take() {
                    Some(current) => match product(&current.literals, &next) {
                        Some(literals) => Required {
                            literals,
                            ..current
                        },
                        None => {
                            candidates.push(current);
                            Required {
                                literals: next,
                                before: position,
                                after: total - position,
                            }
                        }
                    },
                    None => Required {
                        literals: next,
                        before: position,
                        after: total - position,
                    },
                });
            }
            None => {
                candidates.extend(run.take());
                if let Some(mut found) = required(part) {
                    found.after += total - position - length(part);
                    found.before += position;
                    candidates.push(found);
                }
            }
        }
        position += length(part);
    }
    candidates.extend(run);
    candidates.retain(|candidate| candidate.literals.iter().all(|literal| !literal.is_empty()));
    candidates
        .into_iter()
        .min_by(|a, b| a.cost().total_cmp(&b.cost()))
}

/// All strings an expression can match, lower-cased, if they are few.
fn exact(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(vec![Vec::new()]),
        HirKind::Literal(literal) => Some(vec![literal.0.to_ascii_lowercase()]),
        HirKind::Class(class) => {
            let mut folded = ByteSet::default();
            byte_set(class)
                .bytes()
                .for_each(|byte| folded.insert(byte.to_ascii_lowercase()));
            (folded.len() <= 4).then(|| folded.bytes().map(|byte| vec![byte]).collect())
        }
        HirKind::Capture(Capture { sub, .. }) => exact(sub),
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            let (min, max) = (*min as usize, max.map(|max| max as usize)?);
            if max > 8 {
                return None;
            }
            let once = exact(sub)?;
            let mut power = vec![Vec::new()];
            let mut all = Vec::new();
            for count in 0..=max {
                if count >= min {
                    all.extend(power.iter().cloned());
                }
                if count < max {
                    power = product(&power, &once)?;
                }
            }
            (all.len() <= MAX_LITERALS).then_some(all)
        }
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(exact(branch)?);
            }
            (all.len() <= MAX_LITERALS).then_some(all)
        }
        HirKind::Concat(parts) => parts
            .iter()
            .try_fold(vec![Vec::new()], |left, part| product(&left, &exact(part)?)),
    }
}

fn product(left: &[Vec<u8>], right: &[Vec<u8>]) -> Option<Vec<Vec<u8>>> {
    if left.len() * right.len() > MAX_LITERALS {
        return None;
    }
    Some(
        left.iter()
            .flat_map(|a| {
                right
                    .iter()
                    .map(move |b| [a.as_slice(), b.as_slice()].concat())
            })
            .collect(),
    )
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

/// Sure runs of `[A-Za-z0-9_-]` in every match: at its start, at its end,
/// anywhere; `whole` says the match is nothing but such bytes.
#[derive(Clone, Copy, Default)]
struct Run {
    start: usize,
    end: usize,
    longest: usize,
    whole: bool,
}

fn is_run_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

impl Run {
    fn of(count: usize) -> Self {
        Self {
            start: count,
            end: count,
            longest: count,
            whole: true,
        }
    }

    fn then(self, next: Self) -> Self {
        Self {
            start: if self.whole {
                self.start + next.start
            } else {
                self.start
            },
            end: if next.whole {
                self.end + next.end
            } else {
                next.end
            },
            longest: self.longest.max(next.longest).max(self.end + next.start),
            whole: self.whole && next.whole,
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.min(other.end),
            longest: self.longest.min(other.longest),
            whole: self.whole && other.whole,
        }
    }
}

fn sure_run(hir: &Hir) -> Run {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Run::of(0),
        HirKind::Literal(literal) => literal.0.iter().fold(Run::of(0), |run, &byte| {
            run.then(if is_run_byte(byte) {
                Run::of(1)
            } else {
                Run::default()
            })
        }),
        HirKind::Class(class) => {
            if byte_set(class).bytes().all(is_run_byte) {
                Run::of(1)
            } else {
                Run::default()
            }
        }
        HirKind::Capture(Capture { sub, .. }) => sure_run(sub),
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            let once = sure_run(sub);
            let mut all = Run {
                whole: once.whole,
                ..Run::of(0)
            };
            for _ in 0..*min {
                all = all.then(once);
            }
            if !once.whole && *max != Some(*min) {
                // A further copy may stand between: ends are as sure as one copy's.
                all = Run {
                    whole: false,
                    start: all.start.min(once.start),
                    end: all.end.min(once.end),
                    ..all
                };
            }
            all
        }
        HirKind::Alternation(branches) => branches
            .iter()
            .map(sure_run)
            .reduce(Run::or)
            .unwrap_or_default(),
        HirKind::Concat(parts) => parts
            .iter()
            .fold(Run::of(0), |run, part| run.then(sure_run(part))),
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
