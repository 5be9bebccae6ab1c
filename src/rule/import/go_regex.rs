//! Go's regexes, written as this engine reads them.
//!
//! In: a regex of RE2's syntax. Out: one of the same meaning in ours. They differ
//! where RE2 takes a sign for itself and ours does not: `[` and `&&` in a class,
//! `{` that begins no repetition, `\<`, and `\Q…\E`.

/// Translate.
pub(super) fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    // Inside a class: how many of its signs were read.
    let mut class: Option<usize> = None;
    while let Some(sign) = rest.chars().next() {
        let mut taken = sign.len_utf8();
        if sign == '\\' {
            taken += escape(rest, &mut out);
            class = class.map(|read| read + 1);
        } else if let Some(read) = class {
            class = in_class(rest, read, &mut out, &mut taken);
        } else if sign == '[' {
            out.push('[');
            if let Some(after) = rest[1..].strip_prefix('^') {
                out.push('^');
                taken = rest.len() - after.len();
            }
            class = Some(0);
        } else if sign == '{' && !is_repetition(rest) {
            out.push_str("\\{");
        } else {
            out.push(sign);
        }
        rest = &rest[taken..];
    }
    out
}

/// Copy an escape; the bytes of it beyond the backslash.
fn escape(rest: &str, out: &mut String) -> usize {
    let Some(next) = rest[1..].chars().next() else {
        out.push('\\');
        return 0;
    };
    match next {
        '<' | '>' => out.push(next),
        'Q' => {
            let text = &rest[2..];
            let end = text.find("\\E");
            let literal = &text[..end.unwrap_or(text.len())];
            out.push_str(&regex_syntax::escape(literal));
            return 1 + literal.len() + if end.is_some() { 2 } else { 0 };
        }
        'Z' => out.push_str("\\z"),
        _ => {
            out.push('\\');
            out.push(next);
        }
    }
    next.len_utf8()
}

/// Copy a sign of a class; what of the class is read then.
fn in_class(rest: &str, read: usize, out: &mut String, taken: &mut usize) -> Option<usize> {
    let named = rest.starts_with("[:").then(|| rest.find(":]")).flatten();
    match rest.chars().next() {
        // A class may begin with the sign that ends it.
        Some(']') if read > 0 => {
            out.push(']');
            return None;
        }
        Some(']') => out.push_str("\\]"),
        Some('[') => match named {
            Some(end) => {
                out.push_str(&rest[..end + 2]);
                *taken = end + 2;
            }
            None => out.push_str("\\["),
        },
        Some(sign @ ('&' | '~')) => out.extend(['\\', sign]),
        Some('-') if rest.starts_with("--") => out.push_str("\\-"),
        Some(sign) => out.push(sign),
        None => {}
    }
    Some(read + 1)
}

/// Is it `{n}`, `{n,}` or `{n,m}`?
fn is_repetition(rest: &str) -> bool {
    let Some(end) = rest.find('}') else {
        return false;
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match rest[1..end].split_once(',') {
        None => end > 1 && digits(&rest[1..end]),
        Some((least, most)) => !least.is_empty() && digits(least) && digits(most),
    }
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn only_what_differs_changes() {
        for (go, ours) in [
            (r"(?i)a{2,4}b{3,}[a-z]+$", r"(?i)a{2,4}b{3,}[a-z]+$"),
            (r"^\${a}$", r"^\$\{a}$"),
            (r"x{,3}", r"x\{,3}"),
            (r"\{{2}", r"\{{2}"),
            (r"[^]a[b]", r"[^\]a\[b]"),
            (r"[]a]", r"[\]a]"),
            (r"[\w[:alpha:]&&--~]", r"[\w[:alpha:]\&\&\--\~]"),
            (r"\<a\>", "<a>"),
            (r"\Qa.b\Ec", r"a\.bc"),
            (r"\Z", r"\z"),
        ] {
            assert_eq!(translate(go), ours);
            assert!(regex_syntax::parse(ours).is_ok(), "{ours}");
        }
    }
}
