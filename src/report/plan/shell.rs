//! Commands with names in them that a shell takes as they are meant.
//!
//! In: hostile paths. Out: lines to paste, each name quoted.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{PATHS, more};
use crate::finding::printable;

/// A name as one word of a shell command. What cannot be seen, or would end
/// the line, is written as bytes in `$'…'`.
pub(crate) fn word(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/+@%:,=".contains(&byte);
    if !name.is_empty() && name.bytes().all(plain) {
        return name.to_owned();
    }
    if printable(name) == name {
        return format!("'{}'", name.replace('\'', r"'\''"));
    }
    let mut word = String::from("$'");
    for c in name.chars() {
        let mut utf8 = [0; 4];
        let text: &str = c.encode_utf8(&mut utf8);
        if matches!(c, '\'' | '\\') {
            word.push('\\');
            word.push(c);
        } else if printable(text) == text {
            word.push(c);
        } else {
            for byte in text.bytes() {
                // Octal: in hex, a digit that follows would be read along.
                let _ = write!(word, "\\{byte:03o}");
            }
        }
    }
    word.push('\'');
    word
}

/// A command over several lines, one path each, every path after `flag`.
pub(super) fn with_paths(command: &str, flag: &str, paths: &BTreeSet<&str>) -> Vec<String> {
    let mut lines = vec![command.to_owned()];
    for path in paths.iter().take(PATHS) {
        if let Some(last) = lines.last_mut() {
            last.push_str(" \\");
        }
        let space = if flag.is_empty() { "" } else { " " };
        lines.push(format!("  {flag}{space}{}", word(path)));
    }
    lines.extend(more(paths.len(), "path").map(|text| format!("# {text}: see the JSON report")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_stay_one_word() {
        assert_eq!(word("a/b-1.py"), "a/b-1.py");
        assert_eq!(word("a b"), "'a b'");
        assert_eq!(word("it's; rm"), r"'it'\''s; rm'");
        assert_eq!(word("a\n'b\u{202e}1"), r"$'a\012\'b\342\200\2561'");
        assert_eq!(word(""), "''");
    }
}
