//! Names and values of configuration text: `NAME=value`, `name: value`,
//! `"name": "value"`.
//!
//! In: bytes in env, INI, TOML, YAML, JSON or the like; one tolerant reader,
//! since a stray file may be cut off or broken. Out: [`Assignment`]s.

/// One name with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Assignment<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a [u8],
}

/// All assignments of a text, in order.
pub(super) fn assignments(text: &[u8]) -> impl Iterator<Item = Assignment<'_>> {
    memchr::memchr2_iter(b'=', b':', text).filter_map(|at| {
        let name = name_before(&text[..at])?;
        let value = value_after(&text[at..]);
        Some(Assignment { name, value })
    })
}

/// Longest name that is still one.
const LONGEST_NAME: usize = 80;
/// No more of a value is looked at: long lines must not cost their square.
const LONGEST_VALUE: usize = 4096;

fn name_before(text: &[u8]) -> Option<&str> {
    let text = trim_blank_end(text);
    let text = match text {
        [rest @ .., b'"' | b'\''] => rest,
        _ => text,
    };
    let length = text
        .iter()
        .rev()
        .take(LONGEST_NAME + 1)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
        .count();
    let name = &text[text.len() - length..];
    let named = (1..=LONGEST_NAME).contains(&length) && name.iter().any(u8::is_ascii_alphabetic);
    named.then(|| std::str::from_utf8(name).ok()).flatten()
}

fn trim_blank_end(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// The value behind `=`, `:`, `:=` or `=>`, without quotes and comment.
fn value_after(text: &[u8]) -> &[u8] {
    let start = text
        .iter()
        .position(|byte| !matches!(byte, b'=' | b':' | b'>' | b' ' | b'\t'))
        .unwrap_or(text.len());
    let text = &text[start..];
    let text = &text[..text.len().min(LONGEST_VALUE)];
    let line = &text[..memchr::memchr(b'\n', text).unwrap_or(text.len())];
    if let [quote @ (b'"' | b'\''), rest @ ..] = line {
        return &rest[..memchr::memchr(*quote, rest).unwrap_or(rest.len())];
    }
    let bare = line
        .windows(2)
        .position(|pair| pair == b" #")
        .map_or(line, |comment| &line[..comment]);
    let mut bare = bare.trim_ascii();
    while let [rest @ .., b',' | b';' | b'}'] = bare {
        bare = rest.trim_ascii_end();
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(&str, String)> {
        assignments(text.as_bytes())
            .map(|pair| (pair.name, String::from_utf8_lossy(pair.value).into_owned()))
            .collect()
    }

    #[test]
    fn forms() {
        assert_eq!(
            pairs("export A_KEY='x y' # c\nb: z # c\n\"c\": \"d\", \"e\":\"f\"}\n//h/:_auth=q\n"),
            [
                ("A_KEY", "x y".into()),
                ("b", "z".into()),
                ("c", "d".into()),
                ("e", "f".into()),
                ("_auth", "q".into()),
            ]
        );
    }
}
