//! Hostile text inside Markdown.
//!
//! In: paths, snippets, advice. Out: inline Markdown that shows exactly that
//! text: no markup of its own, no HTML, no line break.

use crate::finding::printable;
use crate::report::wording::one_line;

/// Text as code, whatever backticks are in it.
pub(in crate::report) fn code(text: &str) -> String {
    let text = printable(text);
    if text.trim().is_empty() {
        return "(blank)".to_owned();
    }
    let mark = "`".repeat(longest_run(&text) + 1);
    let touches = |c: Option<char>| matches!(c, Some('`' | ' '));
    let pad = if touches(text.chars().next()) || touches(text.chars().last()) {
        " "
    } else {
        ""
    };
    format!("{mark}{pad}{text}{pad}{mark}")
}

/// Longest run of backticks.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}

/// Prose in which a pair of backticks means code.
pub(in crate::report) fn prose(body: &str) -> String {
    let body = one_line(body);
    let parts: Vec<&str> = body.split('`').collect();
    if parts.len().is_multiple_of(2) || parts.iter().skip(1).step_by(2).any(|code| code.is_empty())
    {
        return text(&body);
    }
    let part = |(index, part): (usize, &&str)| match index % 2 {
        0 => text_inside(part, index > 0),
        _ => code(part),
    };
    parts.iter().enumerate().map(part).collect()
}

/// Plain text.
pub(in crate::report) fn text(body: &str) -> String {
    text_inside(&one_line(body), false)
}

fn text_inside(body: &str, goes_on: bool) -> String {
    let mut escaped = String::with_capacity(body.len());
    let mut before = None;
    let mut letters = body.chars().peekable();
    while let Some(c) = letters.next() {
        let inside_word = before.is_some_and(char::is_alphanumeric)
            && letters.peek().is_some_and(|next| next.is_alphanumeric());
        let starts_block = before.is_none() && !goes_on && "#+-=>:".contains(c);
        // `1.` and `1)` at the start would begin a list.
        let lists = matches!(c, '.' | ')')
            && !goes_on
            && !escaped.is_empty()
            && escaped.bytes().all(|byte| byte.is_ascii_digit());
        let marks = match c {
            '_' => !inside_word,
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '~' | '$' => true,
            '&' => letters
                .peek()
                .is_some_and(|next| next.is_alphanumeric() || *next == '#'),
            _ => false,
        };
        if marks || starts_block || lists {
            escaped.push('\\');
        }
        escaped.push(c);
        before = Some(c);
    }
    escaped
}

/// A finished inline text as a cell of a table.
pub(in crate::report) fn cell(inline: &str) -> String {
    inline.replace('|', "\\|")
}

/// Lines as a block of code.
pub(in crate::report) fn block(language: &str, lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| printable(line)).collect();
    let longest = lines.iter().map(|line| longest_run(line)).max();
    let fence = "`".repeat(3.max(longest.unwrap_or(0) + 1));
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_holds_any_text() {
        assert_eq!(code("a b"), "`a b`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a``"), "``` `a`` ```");
        assert_eq!(code("a\nb"), "`a\u{fffd}b`");
        assert_eq!(code("  "), "(blank)");
    }

    #[test]
    fn text_has_no_markup() {
        assert_eq!(text("a_b _c_ *d*"), r"a_b \_c\_ \*d\*");
        assert_eq!(text("<b>[x](y)</b>"), r"\<b\>\[x\](y)\</b\>");
        assert_eq!(text("# 1. a"), r"\# 1. a");
        assert_eq!(text("12. a"), r"12\. a");
        assert_eq!(text("a & b &lt;"), r"a & b \&lt;");
    }

    #[test]
    fn pairs_of_backticks_are_code() {
        assert_eq!(prose("use `a*b` - or"), "use `a*b` - or");
        assert_eq!(prose("one ` alone"), r"one \` alone");
        assert_eq!(prose("``"), r"\`\`");
    }

    #[test]
    fn a_cell_has_no_bars_and_a_block_no_end() {
        assert_eq!(cell(&code("a|b")), r"`a\|b`");
        let lines = ["```".to_owned()];
        assert_eq!(block("sh", &lines), "````sh\n```\n````\n");
    }
}
