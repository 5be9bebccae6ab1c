//! The naive twin of the keyword rules: every keyword in turn, every place
//! after it, every length of a value.
//!
//! In: a rule and a text. Out: what the engine must find, by other code.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use hubsweep::rule::{Near, Rule};
use regex::bytes::Regex;

use crate::{Found, regex};

/// Words that may follow a short keyword at once, and those of secrets.
const TAIL: &str = "(?i)^(?:key|token|secret|access|api|auth|pass|pwd|cred|app|client|id|oauth|bot|user|account|private|s_|v1|v2)";
const SECRET: &str = "(?i)key|token|secret|api|auth|access|pass|pwd|cred|client|bearer|private";
/// What a token may stand behind.
const START: &str =
    r"(?:^|[^A-Za-z0-9]|\\[ntr]|%[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\[[0-9;]*m)$";

/// The regexes all rules share.
struct Shared {
    tail: Regex,
    secret: Regex,
    start: Regex,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| Shared {
    tail: regex(TAIL),
    secret: regex(SECRET),
    start: regex(START),
});

/// What the rule finds in `text`, from keyword to value. `lower` is the text
/// in lower case.
pub(crate) fn naive_near(rule: &Rule, near: &Near, text: &[u8], lower: &[u8], found: &mut Found) {
    let mut keywords = keywords(rule, lower);
    keywords.retain(|&(start, end)| is_word(text, start, end));
    let value = regex(&format!("^(?:{})$", rule.pattern));
    for (number, &(start, end)) in keywords.iter().enumerate() {
        let next = keywords.get(number + 1).map_or(text.len(), |next| next.0);
        let mut at = end;
        while at < next && is_near(text, end, at) {
            let most = near.value.longest().min(text.len() - at);
            let begins = may_begin(rule, near, text, start, at);
            let longest = (1..=most).rev().filter(|_| begins).find(|&length| {
                may_end(rule, text, at, at + length) && value.is_match(&text[at..at + length])
            });
            match longest {
                Some(length) => {
                    found.push((rule.id.to_string(), start, at + length));
                    at += length;
                }
                None => at += 1,
            }
        }
    }
}

fn keywords(rule: &Rule, lower: &[u8]) -> Vec<(usize, usize)> {
    let all = rule.literals.iter().flat_map(|literal| {
        let word = literal.text.as_bytes();
        let places: Vec<usize> = memchr::memmem::find_iter(lower, word).collect();
        places.into_iter().map(move |at| (at, at + word.len()))
    });
    let all: BTreeSet<(usize, usize)> = all.collect();
    all.into_iter().collect()
}

/// A short word at the front must not go on to the left, and a short keyword
/// of letters and digits must not to the right.
fn is_word(text: &[u8], start: usize, end: usize) -> bool {
    let word = &text[start..end];
    let marks = word.iter().position(|byte| !byte.is_ascii_alphanumeric());
    let head = marks.unwrap_or(word.len());
    let goes_on = |left: u8, right: u8, letter: u8| {
        letter.is_ascii_alphabetic() && !(left.is_ascii_lowercase() && right.is_ascii_uppercase())
    };
    let on_the_left = start > 0 && goes_on(text[start - 1], word[0], text[start - 1]);
    let property = text[..start].ends_with(b"-D");
    if head > 0 && head <= 6 && on_the_left && !property {
        return false;
    }
    if marks.is_some() || word.len() > 6 || end == text.len() {
        return true;
    }
    let rest = &text[end..text.len().min(end + 8)];
    !goes_on(word[word.len() - 1], rest[0], rest[0]) || SHARED.tail.is_match(rest)
}

/// At most 72 bytes, blanks in a row counting once, of 128, on three lines.
fn is_near(text: &[u8], end: usize, at: usize) -> bool {
    let gap = &text[end..at];
    let blank = |byte: u8| byte.is_ascii_whitespace();
    let counts = |at: &usize| !blank(gap[*at]) || *at == 0 || !blank(gap[*at - 1]);
    let ends = |at: &usize| text[*at] == b'\n' || text[*at..].starts_with(b"\\n");
    (0..gap.len()).filter(counts).count() <= 72
        && (end..at).filter(ends).count() <= 2
        && gap.len() <= 128
}

fn may_begin(rule: &Rule, near: &Near, text: &[u8], keyword: usize, at: usize) -> bool {
    let before = &text[at.saturating_sub(12)..at];
    let continues = before.last().is_some_and(|&byte| {
        byte == b'_' || (b"-.+".contains(&byte) && near.value.begins_with(byte))
    });
    let joined = before.len() > 1
        && b"?!$^*~".contains(&before[before.len() - 1])
        && before[before.len() - 2].is_ascii_alphanumeric();
    let continues = continues || joined;
    let guarded = !rule.boundary.left || (SHARED.start.is_match(before) && !continues);
    guarded && (!near.secret_name || SHARED.secret.is_match(&text[keyword..at]))
}

fn may_end(rule: &Rule, text: &[u8], start: usize, end: usize) -> bool {
    let (next, second) = (text.get(end), text.get(end + 1));
    let in_path = next == Some(&b'?') && start > 0 && text[start - 1] == b'/';
    let joined = next.is_some_and(|mark| b"?!$^*~".contains(mark))
        && second.is_some_and(u8::is_ascii_alphanumeric);
    !rule.boundary.right
        || in_path
        || (!joined && next.is_none_or(|&byte| !rule.body.contains(byte)))
}
