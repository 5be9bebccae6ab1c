//! What stands around digits in one piece.
//!
//! In: their place. Out: whether they are one of a list of numbers or reckoned
//! with, and whether a telephone is spoken of beside them. Whether a word is
//! one of an entity's is for `context`; numbers in one piece are in every file,
//! so they need more than a `call` somewhere near.

/// Bytes before and behind in which a telephone must be named.
const BEFORE: usize = 32;
const BEHIND: usize = 16;

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
    "mob",
    "cel",
    "gsm",
    "whats",
    "msisdn",
    "handy",
    "portab",
    "puh",
    "kännykk",
    "móv",
    "mov",
    "mobiel",
    "komór",
    "cep",
    "hp",
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
    [before, line].into_iter().any(|part| {
        if !part
            .iter()
            .any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)
        {
            return false;
        }
        let part = String::from_utf8_lossy(part).to_lowercase();
        STEMS.iter().any(|stem| part.contains(stem))
    })
}
