//! What a stand-in needs around it, so that the text stays what it is.
//!
//! In: a stand-in and the place it goes to. Out: the same, quoted where a number
//! or nothing stood for itself, escaped where `<` opens a tag.

use std::ops::Range;

use crate::blob::{Kind, Text};

/// The stand-in as it has to be written at `span` of `text`.
pub(super) fn quoted(
    new: Vec<u8>,
    path: &str,
    kind: Kind,
    text: &[u8],
    span: &Range<usize>,
) -> Vec<u8> {
    let ending = path
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    if ["xml", "svg", "html", "htm", "xhtml"].contains(&ending.as_str()) {
        return escaped(&new);
    }
    let before = &text[..span.start];
    let assigned = || before.last() == Some(&b'=') && stands_in_code(before);
    let needs = match kind {
        Kind::Text(Text::Env) => assigned(),
        Kind::Text(Text::Source)
            if ["sh", "bash", "sbatch", "slurm"].contains(&ending.as_str()) =>
        {
            assigned()
        }
        Kind::Text(Text::Source) => is_number(&text[span.clone()]) && stands_in_code(before),
        Kind::Text(Text::Toml) if ending == "toml" => {
            is_number(&text[span.clone()]) && stands_in_code(before)
        }
        // `*` is an alias there, and nothing at all is null.
        Kind::Text(Text::Yaml) => {
            (new.is_empty() || new.starts_with(b"*")) && stands_in_code(before)
        }
        _ => false,
    };
    if needs {
        [&b"\""[..], &new, b"\""].concat()
    } else {
        new
    }
}

/// Could it be a literal without quotes: digits, and the marks of dates?
fn is_number(value: &[u8]) -> bool {
    value
        .iter()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'_' | b':'))
}

/// Is the end of this text neither in a string nor in a comment of its line?
fn stands_in_code(before: &[u8]) -> bool {
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let mut inside = None;
    let mut line = before[start..].iter().peekable();
    while let Some(byte) = line.next() {
        match (inside, byte) {
            (Some(_), b'\\') => {
                line.next();
            }
            (Some(quote), byte) if byte == quote => inside = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => inside = Some(byte),
            (None, b'#') => return false,
            (None, b'/') if line.peek() == Some(&&b'/') => return false,
            (None, _) => {}
        }
    }
    inside.is_none()
}

fn escaped(new: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(new.len() + 6);
    for byte in new {
        match byte {
            b'<' => escaped.extend_from_slice(b"&lt;"),
            b'>' => escaped.extend_from_slice(b"&gt;"),
            byte => escaped.push(*byte),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str, text: &str, new: &str) -> String {
        let kind = Kind::sniff(path, text.as_bytes(), text.len() as u64);
        let start = text.find("123456").unwrap();
        let span = start..start + 6;
        let made = quoted(new.as_bytes().to_vec(), path, kind, text.as_bytes(), &span);
        let made = String::from_utf8(made).unwrap();
        format!("{}{made}{}", &text[..start], &text[start + 6..])
    }

    #[test]
    fn code_stays_code() {
        for (path, text, expected) in [
            ("a.py", "x = 123456", "x = \"<N_1>\""),
            ("a.py", "if y == 123456: pass", "if y == \"<N_1>\": pass"),
            ("a.py", "d = {123456: 1}", "d = {\"<N_1>\": 1}"),
            (
                "a.py",
                "s = \"it's\"; x = 123456",
                "s = \"it's\"; x = \"<N_1>\"",
            ),
            ("a.py", "x = 'id 123456'", "x = 'id <N_1>'"),
            ("a.py", "x = 1  # 123456", "x = 1  # <N_1>"),
            ("a.js", "f(1) // 123456", "f(1) // <N_1>"),
            ("a.toml", "n = 123456", "n = \"<N_1>\""),
            ("a.ini", "n = 123456", "n = <N_1>"),
            (".env", "N=123456", "N=\"<N_1>\""),
            (".env", "N=\"123456\"", "N=\"<N_1>\""),
            ("a.html", "<b>123456</b>", "<b>&lt;N_1&gt;</b>"),
            ("a.yaml", "n: 123456", "n: <N_1>"),
            ("README.md", "n 123456", "n <N_1>"),
        ] {
            assert_eq!(at(path, text, "<N_1>"), expected, "{path}");
        }
        assert_eq!(at("a.yaml", "n: 123456", ""), "n: \"\"");
        assert_eq!(at("a.yaml", "n: 123456", "******"), "n: \"******\"");
    }
}
