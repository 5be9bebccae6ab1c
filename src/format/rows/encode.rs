//! Texts as tokens of JSON and fields of tables.
//!
//! A text and the form of what it replaces enter; the bytes to write leave.

use super::Form;

/// Writes `text` where a value of this form stood, so that it reads back as the
/// same text. A literal that would be none becomes a string, a field gets quotes
/// if it needs them; where there were quotes there are.
pub fn encode(form: Form, text: &[u8], delimiter: u8) -> Vec<u8> {
    let special = |byte: &u8| matches!(byte, b'"' | b'\n' | b'\r') || *byte == delimiter;
    match form {
        Form::JsonLiteral if is_literal(text) => text.to_vec(),
        Form::JsonLiteral | Form::JsonString => string(text),
        Form::Field if !text.iter().any(special) => text.to_vec(),
        Form::Field | Form::QuotedField => field(text),
        Form::Stray => text.to_vec(),
    }
}

/// Is it a number or a word of JSON, or one that Python writes for numbers?
pub(super) fn is_literal(text: &[u8]) -> bool {
    match text {
        b"true" | b"false" | b"null" | b"NaN" | b"Infinity" | b"-Infinity" => true,
        _ => is_number(text),
    }
}

fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.first() == Some(&b'0')) {
        return false;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let places = digits(fraction);
        if places == 0 {
            return false;
        }
        rest = &fraction[places..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = match exponent {
            [b'+' | b'-', unsigned @ ..] => unsigned,
            unsigned => unsigned,
        };
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

/// The text as a string of JSON.
fn string(text: &[u8]) -> Vec<u8> {
    let mut token = Vec::with_capacity(text.len() + 2);
    token.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => token.extend_from_slice(&[b'\\', byte]),
            b'\n' => token.extend_from_slice(b"\\n"),
            b'\r' => token.extend_from_slice(b"\\r"),
            b'\t' => token.extend_from_slice(b"\\t"),
            0..0x20 => token.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => token.push(byte),
        }
    }
    token.push(b'"');
    token
}

/// The text as a field in quotes.
fn field(text: &[u8]) -> Vec<u8> {
    let mut token = Vec::with_capacity(text.len() + 2);
    token.push(b'"');
    for &byte in text {
        if byte == b'"' {
            token.push(byte);
        }
        token.push(byte);
    }
    token.push(b'"');
    token
}
