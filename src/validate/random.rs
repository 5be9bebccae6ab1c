//! Does a value look made by a machine, or written by a person?
//!
//! In: a value, such as the right-hand side of `api_key = …`. Out: whether it
//! looks random, and how much of it is dictionary words. A value is scored by
//! how much less likely its letter pairs and class changes are in an
//! identifier than in random characters of the same alphabet.

use std::sync::OnceLock;

use super::bigrams::{CLASS_PROBABILITY, LETTER_ODDS};

/// Common English, programming and machine learning words, sorted.
const WORDS: &str = include_str!("../../patterns/words.txt");
const LONGEST_WORD: usize = 16;

const SHORTEST: usize = 10;
/// Words may fill this share of a random value's letters and digits by chance.
const MOST_WORDS: f64 = 0.4;
/// The shortest run of letters and digits a random value has somewhere: the
/// first group of a UUID.
const SHORTEST_RUN: usize = 8;

/// Whether the value looks like a generated secret rather than an identifier,
/// path, sentence, date, version, number, URL or name.
pub fn looks_random(value: &[u8]) -> bool {
    let letters = count(value, u8::is_ascii_alphabetic);
    let digits = count(value, u8::is_ascii_digit);
    let plausible = value.len() >= SHORTEST
        && letters >= 3
        && has_secret_alphabet(value, letters + digits)
        && longest_run(value) >= SHORTEST_RUN
        && !is_hex_number(value);
    // Little evidence must be clearer than much.
    plausible
        && score(value) > 0.3 + 4.0 / value.len() as f64
        && dictionary_share(value) < MOST_WORDS
}

/// Whether a part of the value looks random: a key may be joined to an id or
/// a name by a mark no key holds (`id:key`, `uuid|key`), or follow a prefix
/// (`local-…`, `pl_…`).
pub fn holds_random(value: &[u8]) -> bool {
    looks_random(value)
        || is_grouped(value)
        || value
            .split(|byte| !byte.is_ascii_alphanumeric() && !is_mark(*byte))
            .any(|part| part.len() < value.len() && looks_random(part))
        || without_prefix(value).is_some_and(|body| looks_random(body) || is_grouped(body))
}

/// What follows a short word and its mark.
fn without_prefix(value: &[u8]) -> Option<&[u8]> {
    let word = value.iter().take_while(|byte| byte.is_ascii_lowercase());
    let at = word.count();
    let joined = (2..=LONGEST_WORD).contains(&at) && matches!(value.get(at), Some(b'-' | b'_'));
    joined.then(|| &value[at + 1..])
}

/// Groups of letters and digits of one case, joined by dashes: a UUID, a
/// licence key.
pub fn is_grouped(value: &[u8]) -> bool {
    let one_case =
        !(value.iter().any(u8::is_ascii_lowercase) && value.iter().any(u8::is_ascii_uppercase));
    let (mut groups, mut mixed) = (0, 0);
    for group in value.split(|&byte| byte == b'-') {
        if !(4..=12).contains(&group.len()) || !group.iter().all(u8::is_ascii_alphanumeric) {
            return false;
        }
        groups += 1;
        let digits = count(group, u8::is_ascii_digit);
        mixed += usize::from(digits > 0 && digits < group.len());
    }
    one_case && groups >= 4 && value.len() >= 20 && mixed * 2 >= groups
}

/// The share of letters and digits that are dictionary words, 0 to 1.
pub fn dictionary_share(value: &[u8]) -> f64 {
    let total = count(value, u8::is_ascii_alphanumeric);
    if total == 0 {
        return 0.0;
    }
    let covered: usize = value
        .split(|byte| !byte.is_ascii_alphabetic())
        .map(covered)
        .sum();
    covered as f64 / total as f64
}

/// Letters of one run of letters that longest words cover.
fn covered(run: &[u8]) -> usize {
    let (mut at, mut covered) = (0, 0);
    while at < run.len() {
        let found = longest_word(&run[at..]).unwrap_or(0);
        covered += found;
        at += found.max(1);
    }
    covered
}

/// The length of the longest word these letters start with. Three letters are a
/// word only on their own: `KeyError`, `run_id`.
fn longest_word(letters: &[u8]) -> Option<usize> {
    let part = camel_part(letters);
    let mut lower = [0; LONGEST_WORD];
    let length = letters.len().min(LONGEST_WORD);
    let lower = &mut lower[..length];
    lower.copy_from_slice(&letters[..length]);
    lower.make_ascii_lowercase();
    let words = words_starting(lower.get(..3)?);
    (3..=length)
        .rev()
        .filter(|&length| length >= 4 || length == part)
        .find(|&length| {
            let known = |text: &[u8]| words.iter().any(|word| word.as_bytes() == text);
            let text = &lower[..length];
            known(text) || text.strip_suffix(b"s").is_some_and(known)
        })
}

fn words_starting(prefix: &[u8]) -> &'static [&'static str] {
    static SORTED: OnceLock<Vec<&str>> = OnceLock::new();
    let words = SORTED.get_or_init(|| WORDS.lines().collect());
    let from = words.partition_point(|word| word.as_bytes() < prefix);
    let words = &words[from..];
    &words[..words.partition_point(|word| word.as_bytes().starts_with(prefix))]
}

/// The length of the first word of a camel-case name.
fn camel_part(run: &[u8]) -> usize {
    let upper = run.iter().take_while(|byte| byte.is_ascii_uppercase());
    let upper = upper.count();
    let lower = run[upper..]
        .iter()
        .take_while(|byte| byte.is_ascii_lowercase());
    upper + lower.count()
}

/// Letters, digits and the few marks of base64 and its like; at most a quarter
/// are marks.
fn has_secret_alphabet(value: &[u8], alphanumeric: usize) -> bool {
    let marks = count(value, |byte| is_mark(*byte));
    let body = value.trim_ascii_end();
    let padding = body.iter().rev().take_while(|&&byte| byte == b'=').count();
    marks + alphanumeric == value.len() && (marks - padding.min(marks)) * 4 <= value.len()
}

fn is_mark(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | b'+' | b'/' | b'=' | b'.' | b'~' | b'!')
}

fn longest_run(value: &[u8]) -> usize {
    value
        .split(|byte| !byte.is_ascii_alphanumeric())
        .map(<[u8]>::len)
        .max()
        .unwrap_or(0)
}

fn is_hex_number(value: &[u8]) -> bool {
    value.len() <= 18 && (value.starts_with(b"0x") || value.starts_with(b"0X"))
}

/// Mean log-odds per character, in nats: positive speaks for random.
fn score(value: &[u8]) -> f64 {
    let hex = value
        .iter()
        .all(|byte| !byte.is_ascii_alphabetic() || byte.is_ascii_hexdigit());
    let letters = if hex { 6.0 } else { 26.0 };
    let alphabet = [letters, letters, 10.0, 2.0];
    let mut seen = [false; 4];
    for &byte in value {
        seen[class(byte)] = true;
    }
    let size: f64 = alphabet
        .iter()
        .zip(seen)
        .map(|(size, seen)| if seen { *size } else { 0.0 })
        .sum();
    let fewer_letters = (26.0 / letters).ln();
    let (mut total, mut last_class, mut last_letter) = (0.0, None::<usize>, 0);
    for &byte in value {
        let class = class(byte);
        if let Some(last) = last_class {
            let chance: f64 = alphabet[class] / size;
            total += chance.ln() - CLASS_PROBABILITY[last][class].ln();
        }
        if last_class == Some(LOWER) && class == UPPER {
            last_letter = 0;
        }
        if class == LOWER || class == UPPER {
            let letter = usize::from(byte.to_ascii_lowercase() - b'a');
            total += fewer_letters - f64::from(LETTER_ODDS[last_letter][letter]) / 16.0;
            last_letter = letter + 1;
        } else {
            last_letter = 0;
        }
        last_class = Some(class);
    }
    total / value.len().max(1) as f64
}

const LOWER: usize = 0;
const UPPER: usize = 1;

fn class(byte: u8) -> usize {
    match byte {
        b'a'..=b'z' => LOWER,
        b'A'..=b'Z' => UPPER,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

fn count(value: &[u8], class: impl Fn(&u8) -> bool) -> usize {
    value.iter().filter(|byte| class(byte)).count()
}
