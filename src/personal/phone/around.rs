//! What stands around digits in one piece.
//!
//! In: their place. Out: whether they are one of a list of numbers or reckoned
//! with, and whether a telephone is spoken of beside them. Whether a word is
//! one of an entity's is for `context`; numbers in one piece are in every file,
//! so they need more than a `call` somewhere near.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

/// Bytes before and behind in which a telephone must be named.
const BEFORE: usize = 32;
const BEHIND: usize = 16;

/// Bytes in which `context` looks for words.
const WORDS_BEFORE: usize = 64;
const WORDS_BEHIND: usize = 16;

/// Is there any letter where words would name it?
pub(super) fn has_words(text: &[u8], start: usize, end: usize) -> bool {
    let before = text.get(start.saturating_sub(WORDS_BEFORE)..start);
    let behind = text.get(end..(end + WORDS_BEHIND).min(text.len()));
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
    // The nearest first.
    before.unwrap_or_default().iter().rev().any(letter)
        || behind.unwrap_or_default().iter().any(letter)
}

/// Is it one of a list of numbers, or one that is reckoned with?
pub(super) fn is_listed(text: &[u8], start: usize, end: usize) -> bool {
    let before = text
        .get(start.saturating_sub(16)..start)
        .unwrap_or_default();
    let after = text.get(end..(end + 8).min(text.len())).unwrap_or_default();
    let after = after.trim_ascii_start();
    let Some((last, before)) = before.trim_ascii_end().split_last() else {
        return false;
    };
    // A column of a table.
    if last.is_ascii_digit() {
        return true;
    }
    let next = after.strip_prefix(b",").map(<[u8]>::trim_ascii_start);
    let goes_on = next.is_some_and(|next| next.first().is_none_or(u8::is_ascii_digit));
    let closes = matches!(after.first(), None | Some(b']' | b')' | b'}'));
    match last {
        b'<' | b'>' | b'+' | b'*' | b'-' | b'|' | b'&' | b'/' | b'%' | b'^' | b'~' | b'!' => true,
        b'[' | b'(' | b'{' => goes_on,
        b',' => before.last().is_some_and(u8::is_ascii_digit) && (goes_on || closes),
        _ => false,
    }
}

/// Beginnings of words for telephones, and words of prose before a number, in
/// lower case.
const STEMS: &[&str] = &[
    "phon",
    "fon",
    "tel",
    "tfn",
    "tlf",
    "fax",
    "gsm",
    "whats",
    "msisdn",
    "handy",
    "puh",
    "kännykk",
    "móv",
    "mov",
    "mobiel",
    "komór",
    "ponsel",
    "selfoon",
    "simu",
    "rufn",
    "hotline",
    "helpline",
    "pager",
    "contact n",
    "kontakt",
    "fono",
    "тел",
    "моб",
    "факс",
    "сотов",
    "τηλ",
    "κινητ",
    "φαξ",
    "טלפ",
    "נייד",
    "هات",
    "جوال",
    "موب",
    "تلف",
    "फोन",
    "फ़ोन",
    "मोब",
    "ফোন",
    "মোব",
    "電",
    "电",
    "手机",
    "手機",
    "携帯",
    "联系",
    "聯絡",
    "传真",
    "傳真",
    "전화",
    "휴대",
    "핸드폰",
    "연락",
    "팩스",
    "โทร",
    "เบอร์",
    "มือถือ",
    "thoại",
    "sđt",
    "sdt",
    " at ",
    " on ",
    " me ",
    " us ",
    " to ",
    " is ",
];

/// The same, but of other things too: only as a label, `Cell: 0…`.
const LABELS: &[&str] = &["mob", "cel", "portab", "cep", "hp"];

/// Is a telephone spoken of on this line or the one before, or behind?
pub(super) fn is_named(text: &[u8], start: usize, end: usize) -> bool {
    let before = text
        .get(start.saturating_sub(BEFORE)..start)
        .unwrap_or_default();
    let behind = text
        .get(end..(end + BEHIND).min(text.len()))
        .unwrap_or_default();
    let line = behind
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let last = before.iter().rfind(|byte| !byte.is_ascii_whitespace());
    let label = last.is_some_and(u8::is_ascii_punctuation);
    [(before, label), (line, true)]
        .into_iter()
        .any(|(part, label)| {
            if !part
                .iter()
                .any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)
            {
                return false;
            }
            // `Тел` is `тел`; the letters of ASCII have no case for the automaton.
            let lower;
            let part = if part.is_ascii() {
                part
            } else {
                lower = String::from_utf8_lossy(part).to_lowercase();
                lower.as_bytes()
            };
            says(part, label)
        })
}

fn says(part: &[u8], label: bool) -> bool {
    static STEM: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let automaton = STEM.get_or_init(|| {
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(STEMS.iter().chain(LABELS))
            .ok()
    });
    automaton.as_ref().is_some_and(|automaton| {
        automaton
            .find_overlapping_iter(part)
            .any(|found| label || found.pattern().as_usize() < STEMS.len())
    })
}
