//! What one value looks like.
//!
//! In: its bytes. Out: a type, of those a text can stand for.

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// A whole number.
    Integer,
    /// Any other number.
    Number,
    /// True or false.
    Boolean,
    /// A day.
    Date,
    /// A day and the time.
    DateTime,
    /// Anything else.
    Text,
    /// A file, such as a picture.
    File,
}

/// All of them, in their own order, and their words.
pub(super) const LOOKS: [(Look, &str); 7] = [
    (Look::Integer, "integer"),
    (Look::Number, "number"),
    (Look::Boolean, "boolean"),
    (Look::Date, "date"),
    (Look::DateTime, "date and time"),
    (Look::Text, "text"),
    (Look::File, "file"),
];

/// What a value looks like, from its bytes alone.
pub(super) fn look(value: &[u8]) -> Look {
    let value = value.trim_ascii();
    match value.first() {
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => {}
        _ => {
            let word = |word: &[u8]| value.eq_ignore_ascii_case(word);
            return if word(b"true") || word(b"false") {
                Look::Boolean
            } else if word(b"nan") || word(b"infinity") {
                Look::Number
            } else {
                Look::Text
            };
        }
    }
    if value.len() > 40 {
        return Look::Text;
    }
    number(value).or_else(|| date(value)).unwrap_or(Look::Text)
}

/// `-12`, `3.5`, `1e-9`. Digits behind a zero are a code, not a number.
fn number(value: &[u8]) -> Option<Look> {
    let (sign, rest) = match value.split_first() {
        Some((b'+' | b'-', rest)) => (true, rest),
        _ => (false, value),
    };
    let digits = |bytes: &[u8]| {
        bytes
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let whole = digits(rest);
    let behind = rest.get(whole..)?;
    if behind.is_empty() && whole > 0 {
        let code = whole > 1 && rest.first() == Some(&b'0') && !sign;
        return (!code && whole <= 20).then_some(Look::Integer);
    }
    let (fraction, behind) = match behind.strip_prefix(b".") {
        Some(behind) => (digits(behind), behind.get(digits(behind)..)?),
        None => (0, behind),
    };
    if whole + fraction == 0 {
        return None;
    }
    let exponent = match behind {
        [] => return Some(Look::Number),
        [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => exponent,
        _ => return None,
    };
    let all = !exponent.is_empty() && digits(exponent) == exponent.len();
    all.then_some(Look::Number)
}

/// `2026-03-01`, `01/03/2026`, `2026-03-01T12:00:00Z`.
fn date(value: &[u8]) -> Option<Look> {
    let form: Vec<u8> = value
        .iter()
        .take(11)
        .map(|byte| if byte.is_ascii_digit() { b'9' } else { *byte })
        .collect();
    let day = match form.get(..10)? {
        [
            b'9',
            b'9',
            b'9',
            b'9',
            one @ (b'-' | b'/' | b'.'),
            b'9',
            b'9',
            two,
            b'9',
            b'9',
        ] => one == two,
        [
            b'9',
            b'9',
            one @ (b'-' | b'/' | b'.'),
            b'9',
            b'9',
            two,
            b'9',
            b'9',
            b'9',
            b'9',
        ] => one == two,
        _ => false,
    };
    match form.get(10) {
        _ if !day => None,
        None => Some(Look::Date),
        Some(b'T' | b' ') => {
            let time = value.get(11..)?;
            let clock = |byte: &u8| byte.is_ascii_digit() || b":.+-Zz ".contains(byte);
            let whole = time.len() >= 4 && time.contains(&b':') && time.iter().all(clock);
            whole.then_some(Look::DateTime)
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_numbers_and_dates() {
        let looks: [(&str, Look); 20] = [
            ("0", Look::Integer),
            ("-12", Look::Integer),
            ("1.", Look::Number),
            (".5", Look::Number),
            ("-3e+9", Look::Number),
            ("NaN", Look::Number),
            ("1e", Look::Text),
            (".", Look::Text),
            ("-", Look::Text),
            ("007", Look::Text),
            ("1,5", Look::Text),
            ("True", Look::Boolean),
            ("2026-03-01", Look::Date),
            ("01/03/2026", Look::Date),
            ("2026-03/01", Look::Text),
            ("2026-03-01 12:00", Look::DateTime),
            ("2026-03-01T12:00:00.5+01:00", Look::DateTime),
            ("2026-03-01 and on", Look::Text),
            ("99999999999999999999999", Look::Text),
            ("", Look::Text),
        ];
        for (value, expected) in looks {
            assert_eq!(look(value.as_bytes()), expected, "{value}");
        }
    }
}
