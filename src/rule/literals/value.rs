//! The form of a value that stands near a keyword: alphabets and lengths.
//!
//! In: the `value` of a rule, written like a regex of literals, classes,
//! bounded repetitions, groups and alternatives. Out: [`Value`], which is
//! matched by plain loops at one place, without a search. Shared with
//! `build.rs`, so it imports nothing of ours.

use std::borrow::Cow;

use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};

use super::{ByteSet, byte_set, is_run_byte, parse};

/// Longest value.
const LONGEST: usize = 4096;
/// Most forms of one value.
const MOST_FORMS: usize = 64;
/// Most parts of one form that vary in length.
const MOST_VARYING: usize = 8;
/// Bytes at the front of a value in which its first run of token bytes starts.
pub const LEAD: usize = 16;

/// Bytes of one alphabet, so many in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The alphabet.
    pub bytes: ByteSet,
    /// At least so many.
    pub least: u16,
    /// At most so many.
    pub most: u16,
}

/// What a value may look like: one of several forms, each some parts in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// The forms, in the order they are tried.
    pub forms: Vec<Cow<'static, [Part]>>,
}

impl Value {
    /// Parse a value, or say what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !text.is_ascii() {
            return Err("the value is not ASCII".to_owned());
        }
        let mut forms = forms(&parse(text)?)?;
        for form in &mut forms {
            join(form);
            if form.iter().all(|part| part.least == 0) {
                return Err("the value may be empty".to_owned());
            }
            let longest: usize = form.iter().map(|part| usize::from(part.most)).sum();
            if longest > LONGEST {
                return Err(format!(
                    "the value may be {longest} bytes long, more than {LONGEST}"
                ));
            }
            let varying = form.iter().filter(|part| part.least != part.most);
            if varying.count() > MOST_VARYING {
                return Err(format!(
                    "more than {MOST_VARYING} parts of the value vary in length"
                ));
            }
        }
        Ok(Self {
            forms: forms.into_iter().map(Cow::Owned).collect(),
        })
    }

    /// Bytes of the longest value.
    pub fn longest(&self) -> usize {
        let lengths = self
            .forms
            .iter()
            .map(|form| form.iter().map(|part| usize::from(part.most)).sum());
        lengths.max().unwrap_or(0)
    }

    /// The run of `[A-Za-z0-9_-]` every value is sure to hold within its first
    /// [`LEAD`] bytes; 0 if there is none.
    pub fn leading_run(&self) -> usize {
        let runs = self.forms.iter().map(|form| leading_run(form));
        runs.min().unwrap_or(0)
    }

    /// Does a value ask for lower-case letters alone, or upper-case ones? Such
    /// a one looks like a word.
    pub fn is_of_one_case(&self) -> bool {
        self.forms.iter().any(|form| {
            let all = form
                .iter()
                .fold(ByteSet::default(), |all, part| all.union(part.bytes));
            let has =
                |mut range: std::ops::RangeInclusive<u8>| range.any(|byte| all.contains(byte));
            !(has(b'0'..=b'9') || has(b'a'..=b'z') && has(b'A'..=b'Z'))
        })
    }

    /// May a value begin with `byte`?
    pub fn begins_with(&self, byte: u8) -> bool {
        self.forms.iter().any(|form| {
            let optional = form.iter().take_while(|part| part.least == 0).count();
            form.iter()
                .take(optional + 1)
                .any(|part| part.bytes.contains(byte))
        })
    }

    /// The end of the longest value that stands at `at` and is `whole`: told
    /// the end, nothing that follows belongs to it.
    pub fn end(&self, text: &[u8], at: usize, whole: impl Fn(usize) -> bool) -> Option<usize> {
        self.forms
            .iter()
            .filter_map(|form| match_parts(form, text, at, &whole))
            .max()
    }

    /// The bytes a value may end with.
    pub fn last_bytes(&self) -> ByteSet {
        let mut last = ByteSet::default();
        for form in &self.forms {
            for part in form.iter().rev() {
                last = last.union(part.bytes);
                if part.least > 0 {
                    break;
                }
            }
        }
        last
    }
}

/// The longest end of the form at `at` that is whole. All ends a part may have
/// are followed at once, so that no text makes it try the same twice.
fn match_parts(
    form: &[Part],
    text: &[u8],
    at: usize,
    whole: &impl Fn(usize) -> bool,
) -> Option<usize> {
    let lengths = |part: &Part, at: usize| {
        let run = text[at..]
            .iter()
            .take(usize::from(part.most))
            .take_while(|byte| part.bytes.contains(**byte))
            .count();
        usize::from(part.least)..=run
    };
    // Most places fail here, before anything is allocated.
    let (first, rest) = form.split_first()?;
    let mut ends: Vec<usize> = lengths(first, at).map(|length| at + length).collect();
    for part in rest {
        let mut next: Vec<usize> = ends
            .iter()
            .flat_map(|&end| lengths(part, end).map(move |length| end + length))
            .collect();
        next.sort_unstable();
        next.dedup();
        ends = next;
    }
    ends.into_iter().rev().find(|&end| whole(end))
}

fn leading_run(form: &[Part]) -> usize {
    let (mut before, mut run) = (0, 0);
    for part in form {
        let inside = (0..=u8::MAX).all(|byte| !part.bytes.contains(byte) || is_run_byte(byte));
        if inside {
            run += usize::from(part.least);
            continue;
        }
        if run >= LEAD {
            break;
        }
        before += run + usize::from(part.most);
        run = 0;
    }
    if before <= LEAD { run } else { 0 }
}

/// Neighbours of one alphabet are one part.
fn join(form: &mut Vec<Part>) {
    form.retain(|part| part.most > 0);
    form.dedup_by(|next, part| {
        let same = next.bytes == part.bytes && next.least == next.most && part.least == part.most;
        if same {
            part.least += next.least;
            part.most += next.most;
        }
        same
    });
}

fn forms(hir: &Hir) -> Result<Vec<Vec<Part>>, String> {
    let few = |forms: Vec<Vec<Part>>| {
        if forms.len() > MOST_FORMS {
            Err(format!("the value has more than {MOST_FORMS} forms"))
        } else {
            Ok(forms)
        }
    };
    match hir.kind() {
        HirKind::Empty => Ok(vec![Vec::new()]),
        HirKind::Literal(literal) => {
            let one = |&byte: &u8| {
                let mut bytes = ByteSet::default();
                bytes.insert(byte);
                Part {
                    bytes,
                    least: 1,
                    most: 1,
                }
            };
            Ok(vec![literal.0.iter().map(one).collect()])
        }
        HirKind::Class(class) => Ok(vec![vec![Part {
            bytes: byte_set(class),
            least: 1,
            most: 1,
        }]]),
        HirKind::Look(_) => Err("a value takes no anchors and boundaries".to_owned()),
        HirKind::Capture(Capture { .. }) => {
            Err("a value takes no capture group: write (?:…)".to_owned())
        }
        HirKind::Repetition(repetition) => few(repeated(repetition)?),
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(forms(branch)?);
            }
            few(all)
        }
        HirKind::Concat(parts) => parts.iter().try_fold(vec![Vec::new()], |before, part| {
            few(each_with_each(&before, &forms(part)?))
        }),
    }
}

fn repeated(repetition: &Repetition) -> Result<Vec<Vec<Part>>, String> {
    let Repetition { min, max, sub, .. } = repetition;
    let bound = |count: u32| u16::try_from(count).map_err(|_| "the value is too long".to_owned());
    let Some(max) = max else {
        return Err("the value is unbounded: give every repetition an upper bound".to_owned());
    };
    let (min, max) = (bound(*min)?, bound(*max)?);
    let once = forms(sub)?;
    if let [form] = once.as_slice()
        && let [part] = form.as_slice()
        && part.least == 1
        && part.most == 1
    {
        return Ok(vec![vec![Part {
            least: min,
            most: max,
            ..*part
        }]]);
    }
    if usize::from(max) > MOST_FORMS {
        return Err(format!(
            "a group of the value repeats more than {MOST_FORMS} times"
        ));
    }
    let (mut power, mut all) = (vec![Vec::new()], Vec::new());
    for count in 0..=max {
        if count >= min {
            // The longest first, as a regex would have it.
            all.splice(0..0, power.iter().cloned());
        }
        if count < max {
            power = each_with_each(&power, &once);
        }
        if power.len() > MOST_FORMS {
            return Err(format!("the value has more than {MOST_FORMS} forms"));
        }
    }
    Ok(all)
}

fn each_with_each(left: &[Vec<Part>], right: &[Vec<Part>]) -> Vec<Vec<Part>> {
    let joined = |a: &Vec<Part>, b: &Vec<Part>| a.iter().chain(b).copied().collect();
    left.iter()
        .flat_map(|a| right.iter().map(move |b| joined(a, b)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(value: &str, text: &str) -> Option<usize> {
        let value = Value::parse(value).unwrap();
        let last = value.last_bytes();
        let whole = |end: usize| {
            text.as_bytes()
                .get(end)
                .is_none_or(|&next| !next.is_ascii_alphanumeric() && !last.contains(next))
        };
        value.end(text.as_bytes(), 0, whole)
    }

    #[test]
    fn alphabets_and_lengths() {
        assert_eq!(end("[a-f0-9]{4}", "12ab"), Some(4));
        assert_eq!(end("[a-f0-9]{4}", "12abc"), None);
        assert_eq!(end("[a-f0-9]{4}|[a-f0-9]{8}", "12ab34cd"), Some(8));
        assert_eq!(end("(?:[a-f0-9]{2}-){2}[a-f0-9]{2}", "12-ab-34,"), Some(8));
        assert_eq!(end("x_[a-z]{2,4}(?:=)?", "x_abc=\""), Some(6));
        assert_eq!(end("[a-z_]{2,8}_[a-z]{3}", "a_b_cde"), Some(7));
        assert_eq!(end("x?y", "y"), Some(1));
        assert!(Value::parse("x?y").unwrap().begins_with(b'y'));
    }

    #[test]
    fn what_a_value_may_not_be() {
        for value in ["", "a?", "[a-z]+", "(a)", "^a", "[a-z]{5000}", "a{0,3}b{0}"] {
            assert!(Value::parse(value).is_err(), "{value}");
        }
    }

    #[test]
    fn runs_at_the_front() {
        let run = |value: &str| Value::parse(value).unwrap().leading_run();
        assert_eq!(run("[a-f0-9]{32}"), 32);
        assert_eq!(run("v1\\.[a-f0-9]{32,40}"), 32);
        assert_eq!(run("[a-f0-9]{8}-[a-f0-9]{4}"), 13);
        assert_eq!(run("T?[sp]k_[a-z0-9]{32}"), 35);
        assert_eq!(run("[A-Za-z0-9+/]{40}"), 0);
        assert_eq!(run("[a-f0-9]{32}|[a-z]{12}"), 12);
    }
}
