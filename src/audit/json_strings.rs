//! String values of JSON with the way to each.
//!
//! In: JSON that may be cut off at the end. Out: each `"key": "text"` and array
//! element with its JSON pointer and offset, up to the first thing that is no
//! JSON.

/// A string value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JsonString<'a> {
    /// JSON pointer.
    pub(super) route: String,
    /// Nearest key above it.
    pub(super) key: &'a str,
    /// The value, unescaped.
    pub(super) value: String,
    /// First byte of the value in the file, its quote included.
    pub(super) at: usize,
}

/// Deeper documents are read no further.
const DEEPEST: usize = 64;

enum Level<'a> {
    Object(&'a str),
    Array(usize),
}

/// Visit the string values in order.
pub(super) fn visit<'a>(text: &'a [u8], sink: &mut dyn FnMut(JsonString<'a>)) {
    let mut levels: Vec<Level> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'{' => levels.push(Level::Object("")),
            b'[' => levels.push(Level::Array(0)),
            b'}' | b']' => {
                levels.pop();
            }
            b',' => match levels.last_mut() {
                Some(Level::Array(index)) => *index += 1,
                Some(Level::Object(key)) => *key = "",
                None => {}
            },
            b'"' => {
                let Some(end) = string_end(text, at) else {
                    return;
                };
                let raw = &text[at..end];
                match levels.last_mut() {
                    Some(Level::Object(key)) if key.is_empty() => {
                        *key = std::str::from_utf8(&raw[1..raw.len() - 1]).unwrap_or("?");
                    }
                    _ => {
                        if let Ok(value) = serde_json::from_slice(raw) {
                            let (route, key) = place(&levels);
                            sink(JsonString {
                                route,
                                key,
                                value,
                                at,
                            });
                        }
                    }
                }
                at = end - 1;
            }
            _ => {}
        }
        if levels.len() > DEEPEST {
            return;
        }
        at += 1;
    }
}

/// One past the closing quote.
fn string_end(text: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

fn place<'a>(levels: &[Level<'a>]) -> (String, &'a str) {
    let mut route = String::new();
    let mut nearest = "";
    for level in levels {
        route.push('/');
        match level {
            Level::Object(key) => {
                route.push_str(&key.replace('~', "~0").replace('/', "~1"));
                nearest = key;
            }
            Level::Array(index) => route.push_str(&index.to_string()),
        }
    }
    (route, nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(String, String, String)> {
        let mut found = vec![];
        visit(text.as_bytes(), &mut |string| {
            found.push((string.route, string.key.to_owned(), string.value));
        });
        found
    }

    #[test]
    fn routes() {
        let text = r#"{"a": "x\"y", "n": 1, "b": {"c/d": ["p", {"e": "q"}]}, "f": "cut"#;
        let expected = [
            ("/a", "a", "x\"y"),
            ("/b/c~1d/0", "c/d", "p"),
            ("/b/c~1d/1/e", "e", "q"),
        ]
        .map(|(route, key, value)| (route.to_owned(), key.to_owned(), value.to_owned()));
        assert_eq!(all(text), expected);
    }

    #[test]
    fn hostile_input_ends() {
        assert!(all(&"[".repeat(100_000)).is_empty());
        assert!(all("\"\\").is_empty());
        assert!(all("]]}},,\"a").is_empty());
    }
}
