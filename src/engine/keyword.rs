//! From keywords to the values near them.
//!
//! In: hits of the keywords of rules of the form keyword and value, in order.
//! Out: a candidate for each value that has the rule's alphabet and length and
//! stands near enough, whatever the syntax between the two: an assignment, a
//! header, a cell, markup. Of several keywords of one rule the last before a
//! value claims it, so that no window and no fragment reports it twice.

use std::ops::Range;

use super::windows::{Candidate, holds_run};
use super::{Context, boundary};
use crate::rule::Rule;
use crate::rule::literals::REACH;

/// Most bytes between a keyword and its value, blanks in a row counting once.
const DISTANCE: usize = 72;
/// Most line ends between the two.
const LINES: usize = 2;
/// A keyword of so many letters is found inside other words, and must stand
/// as one.
const SHORT: usize = 6;

#[derive(Debug, Default)]
pub(super) struct Keywords {
    /// Rule, and start and end of each keyword found.
    hits: Vec<(u32, u32, u32)>,
}

impl Keywords {
    pub(super) fn begin(&mut self) {
        self.hits.clear();
    }

    /// A keyword of `rule` stands at `hit`, if it stands there as a word.
    pub(super) fn add(&mut self, rule: usize, text: &[u8], hit: &Range<usize>) {
        if is_word(text, hit) {
            self.hits
                .push((rule as u32, hit.start as u32, hit.end as u32));
        }
    }

    /// Look for a value after each keyword.
    pub(super) fn finish(&mut self, context: &Context<'_, '_>, found: &mut Vec<Candidate>) {
        self.hits.sort_unstable();
        self.hits.dedup();
        for (index, &(rule, start, end)) in self.hits.iter().enumerate() {
            if start as usize >= context.piece.owned.end {
                continue;
            }
            let next = self.hits.get(index + 1).filter(|next| next.0 == rule);
            let limit = next.map_or(usize::MAX, |next| next.1 as usize);
            let keyword = start as usize..end as usize;
            values(context, rule as usize, &keyword, limit, found);
        }
    }
}

/// The values of `rule` after `keyword` that start before `limit`.
fn values(
    context: &Context<'_, '_>,
    index: usize,
    keyword: &Range<usize>,
    limit: usize,
    found: &mut Vec<Candidate>,
) {
    let text = context.piece.text;
    let rule = &context.engine.rules[index];
    let Some(near) = &rule.near else { return };
    let window = keyword.end..(keyword.start + rule.after).min(text.len());
    if !holds_run(context.runs, &window, rule.run) {
        return;
    }
    let mut gap = Gap::default();
    let mut at = keyword.end;
    while at < limit.min(text.len()) && gap.reaches(at - keyword.end) {
        let starts = near.value.begins_with(text[at]) && begins(rule, text, at);
        let end = starts
            .then(|| near.value.end(text, at, |end| ends(rule, text, at, end)))
            .flatten()
            .filter(|_| !near.secret_name || says_secret(&text[keyword.start..at]));
        found.extend(end.map(|end| Candidate {
            rule: index,
            whole: keyword.start..end,
            secret: at..end,
        }));
        let next = end.unwrap_or(at + 1);
        (at..next).for_each(|passed| gap.pass(text, passed));
        at = next;
    }
}

/// What lies between a keyword and the place looked at.
#[derive(Default)]
struct Gap {
    bytes: usize,
    lines: usize,
    blank: bool,
}

impl Gap {
    fn reaches(&self, length: usize) -> bool {
        self.bytes <= DISTANCE && self.lines <= LINES && length <= REACH
    }

    fn pass(&mut self, text: &[u8], at: usize) {
        let byte = text[at];
        let blank = byte.is_ascii_whitespace();
        self.bytes += usize::from(!(blank && self.blank));
        self.blank = blank;
        // A line end inside a string is two bytes.
        let escaped = byte == b'\\' && text.get(at + 1) == Some(&b'n');
        self.lines += usize::from(byte == b'\n' || escaped);
    }
}

/// Marks no value is set off by: between letters and digits they say that it
/// goes on, in an alphabet that is not the rule's.
const JOINTS: &[u8] = b"?!$^*~";

/// Can a value start at `at`: nothing before it belongs to it?
fn begins(rule: &Rule, text: &[u8], at: usize) -> bool {
    if !rule.boundary.left {
        return true;
    }
    if !boundary::starts(text, at) {
        return false;
    }
    match text[..at] {
        [.., b'_'] => false,
        [.., mark @ (b'-' | b'.' | b'+')] => rule
            .near
            .as_ref()
            .is_some_and(|near| !near.value.begins_with(mark)),
        [.., before, mark] if JOINTS.contains(&mark) => !before.is_ascii_alphanumeric(),
        _ => true,
    }
}

/// Can the value at `start` end at `end`: nothing after it belongs to it?
fn ends(rule: &Rule, text: &[u8], start: usize, end: usize) -> bool {
    if !rule.boundary.right {
        return true;
    }
    match text[end..] {
        // The last part of a path, and a query.
        [b'?', ..] if text[..start].ends_with(b"/") => true,
        [mark, next, ..] if JOINTS.contains(&mark) && next.is_ascii_alphanumeric() => false,
        [next, ..] => !rule.body.contains(next),
        [] => true,
    }
}

/// Words that follow a name without a mark between: `sendgridkey`.
const TAILS: &[&[u8]] = &[
    b"key", b"token", b"secret", b"access", b"api", b"auth", b"pass", b"pwd", b"cred", b"app",
    b"client", b"id", b"oauth", b"bot", b"user", b"account", b"private", b"s_", b"v1", b"v2",
];

/// Does a keyword stand as a word, unlike `line` in `pipeline` and `rev_key` in
/// `prev_key`? Long words always do, and what begins or ends with a mark is
/// told apart by it.
pub(super) fn is_word(text: &[u8], keyword: &Range<usize>) -> bool {
    let word = &text[keyword.clone()];
    let alphanumeric = |byte: &&u8| byte.is_ascii_alphanumeric();
    let head = word.iter().take_while(alphanumeric).count();
    let before = text[..keyword.start].last();
    let starts = before.is_none_or(|&before| {
        !before.is_ascii_alphabetic()
            || (before.is_ascii_lowercase() && word[0].is_ascii_uppercase())
            // `-Dsonar.login=…` of Java.
            || text[..keyword.start].ends_with(b"-D")
    });
    if (1..=SHORT).contains(&head) && !starts {
        return false;
    }
    if head < word.len() || head > SHORT {
        return true;
    }
    let rest = &text[keyword.end..];
    let ends = rest.first().is_none_or(|&next| {
        let last = word[head - 1];
        !next.is_ascii_alphabetic() || (last.is_ascii_lowercase() && next.is_ascii_uppercase())
    });
    let tailed = || {
        TAILS
            .iter()
            .any(|tail| rest.len() >= tail.len() && rest[..tail.len()].eq_ignore_ascii_case(tail))
    };
    ends || tailed()
}

/// Words that say that a value is a secret.
const SECRET: &[&[u8]] = &[
    b"key", b"token", b"secret", b"api", b"auth", b"access", b"pass", b"pwd", b"cred", b"client",
    b"bearer", b"private",
];

fn says_secret(between: &[u8]) -> bool {
    let lower = between.to_ascii_lowercase();
    SECRET
        .iter()
        .any(|word| memchr::memmem::find(&lower, word).is_some())
}
