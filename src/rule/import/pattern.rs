//! A regex of another tool, as a rule of ours has it.
//!
//! In: a regex and which group is the secret. Out: a [`Pattern`] of the same
//! meaning that keeps the contract, and in which way it is less; or why there is
//! none. Verbose mode is written out, groups that hold no secret are dropped,
//! `\b` around a secret becomes a boundary, which also holds inside strings and
//! pickles, and what is unbounded gets a bound.

use regex_syntax::ast::{Ast, ErrorKind, Flag, FlagsItemKind, GroupKind, parse, print};

use super::bounds;
use super::edges::take_boundaries;
use crate::rule::literals;

/// Which group holds the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secret {
    /// The first one that holds something.
    First,
    /// The one of this number.
    Numbered(usize),
    /// The one with the most telling name, otherwise the first.
    Named,
}

/// A regex that keeps the contract.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    pub(super) regex: String,
    /// Name of the boundary.
    pub(super) boundary: &'static str,
    /// What changed.
    pub(super) notes: Vec<String>,
}

/// Names of groups that hold secrets, the most telling first.
const NAMES: &[&str] = &[
    "token",
    "secret",
    "client_secret",
    "secret_key",
    "api_key",
    "account_key",
    "password",
    "key",
];

/// Translate.
pub(super) fn translate(pattern: &str, secret: Secret) -> Result<Pattern, String> {
    let pattern = as_bytes(&without_comments(pattern));
    let mut ast = parse::ParserBuilder::new()
        .nest_limit(100)
        .build()
        .parse(pattern.trim())
        .map_err(|error| match error.kind() {
            ErrorKind::UnsupportedLookAround => {
                "the regex looks around, which takes more than one pass".to_owned()
            }
            ErrorKind::UnsupportedBackreference => "the regex refers back to a group".to_owned(),
            kind => format!("the regex does not parse: {kind}"),
        })?;
    drop_verbose(&mut ast);
    choose_group(&mut ast, secret)?;
    let boundary = take_boundaries(&mut ast);
    let mut notes = Vec::new();
    let text = printed(&ast);
    if !text.is_ascii() {
        return Err("the regex is not ASCII".to_owned());
    }
    literals::parse(&text)?;
    notes.extend(bounds::bound(&mut ast)?);
    let regex = printed(&ast);
    literals::analyse(&regex, None)?;
    Ok(Pattern {
        regex,
        boundary,
        notes,
    })
}

/// What the secret looks like, for a rule that knows its place by keywords: the
/// regex without boundaries and groups.
pub(super) fn as_value(pattern: &str) -> Option<String> {
    let mut ast = parse::ParserBuilder::new().build().parse(pattern).ok()?;
    drop_verbose(&mut ast);
    choose_group(&mut ast, Secret::Numbered(0)).ok()?;
    take_boundaries(&mut ast);
    let text = printed(&ast);
    literals::value::Value::parse(&text).ok()?;
    Some(text)
}

pub(super) fn printed(ast: &Ast) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = print::Printer::new().print(ast, &mut text);
    text
}

/// Without the comments of PCRE, `(?# … )`.
fn without_comments(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find("(?#") {
        let slashes = rest[..at]
            .bytes()
            .rev()
            .take_while(|&byte| byte == b'\\')
            .count();
        let end = rest[at..].find(')').filter(|_| slashes % 2 == 0);
        let (kept, skipped) = match end {
            Some(end) => (at, at + end + 1),
            None => (at + 3, at + 3),
        };
        out.push_str(&rest[..kept]);
        rest = &rest[skipped..];
    }
    out + rest
}

/// Signs outside ASCII as the bytes they are; comments may hold any.
fn as_bytes(pattern: &str) -> String {
    let mut depth = 0usize;
    let mut escaped = false;
    let mut out = String::with_capacity(pattern.len());
    for sign in pattern.chars() {
        if sign.is_ascii() || depth > 0 {
            match sign {
                _ if escaped => {}
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            escaped = sign == '\\' && !escaped;
            out.push(sign);
        } else {
            let mut buffer = [0; 4];
            let bytes = sign.encode_utf8(&mut buffer).bytes();
            out.push_str("(?:");
            out.extend(bytes.map(|byte| format!("\\x{byte:02x}")));
            out.push(')');
        }
    }
    out
}

/// Call `sink` for every part, the outer ones first.
pub(super) fn walk(ast: &mut Ast, sink: &mut impl FnMut(&mut Ast)) {
    sink(ast);
    match ast {
        Ast::Repetition(repetition) => walk(&mut repetition.ast, sink),
        Ast::Group(group) => walk(&mut group.ast, sink),
        Ast::Alternation(parts) => parts.asts.iter_mut().for_each(|part| walk(part, sink)),
        Ast::Concat(parts) => parts.asts.iter_mut().for_each(|part| walk(part, sink)),
        _ => {}
    }
}

/// The parser has read past spaces and comments; the flag would do so again.
fn drop_verbose(ast: &mut Ast) {
    let verbose = FlagsItemKind::Flag(Flag::IgnoreWhitespace);
    let clean = |flags: &mut regex_syntax::ast::Flags| {
        flags.items.retain(|item| item.kind != verbose);
        // A negation of nothing.
        if flags
            .items
            .last()
            .is_some_and(|item| item.kind.is_negation())
        {
            flags.items.pop();
        }
        flags.items.is_empty()
    };
    walk(ast, &mut |part| {
        let empty = match part {
            Ast::Flags(set) => clean(&mut set.flags).then_some(set.span),
            Ast::Group(group) => {
                if let GroupKind::NonCapturing(flags) = &mut group.kind {
                    clean(flags);
                }
                None
            }
            _ => None,
        };
        if let Some(span) = empty {
            *part = Ast::empty(span);
        }
    });
}

/// Keep the groups that may hold the secret.
fn choose_group(ast: &mut Ast, secret: Secret) -> Result<(), String> {
    let mut names: Vec<Option<String>> = Vec::new();
    walk(ast, &mut |part| {
        if let Ast::Group(group) = part {
            match &group.kind {
                GroupKind::CaptureIndex(_) => names.push(None),
                GroupKind::CaptureName { name, .. } => names.push(Some(name.name.to_lowercase())),
                GroupKind::NonCapturing(_) => {}
            }
        }
    });
    let named = |wanted: &&str| {
        names
            .iter()
            .position(|name| name.as_deref() == Some(*wanted))
    };
    let chosen = match secret {
        Secret::Numbered(0) => Some(usize::MAX),
        Secret::Numbered(number) if number > names.len() => {
            return Err(format!(
                "secretGroup is {number}, of {} groups",
                names.len()
            ));
        }
        Secret::Numbered(number) => Some(number - 1),
        Secret::Named => NAMES.iter().find_map(named),
        Secret::First => None,
    };
    // The first one, if every match has it.
    let chosen = chosen.or_else(|| is_sure(ast).then_some(0));
    let mut number = 0;
    walk(ast, &mut |part| {
        let Ast::Group(group) = part else { return };
        if !group.is_capturing() {
            return;
        }
        let keep = chosen.is_none_or(|chosen| chosen == number);
        number += 1;
        group.kind = if keep {
            GroupKind::CaptureIndex(number as u32)
        } else {
            GroupKind::NonCapturing(regex_syntax::ast::Flags {
                span: group.span,
                items: Vec::new(),
            })
        };
    });
    Ok(())
}

/// Does the first group take part in every match?
fn is_sure(ast: &Ast) -> bool {
    match ast {
        Ast::Group(group) => group.is_capturing() || is_sure(&group.ast),
        Ast::Concat(parts) => {
            let first = parts.asts.iter().find(|part| has_group(part));
            first.is_some_and(is_sure)
        }
        _ => false,
    }
}

pub(super) fn has_group(ast: &Ast) -> bool {
    match ast {
        Ast::Group(group) => group.is_capturing() || has_group(&group.ast),
        Ast::Repetition(repetition) => has_group(&repetition.ast),
        Ast::Concat(parts) => parts.asts.iter().any(has_group),
        Ast::Alternation(parts) => parts.asts.iter().any(has_group),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Secret, translate};

    fn ok(pattern: &str, secret: Secret) -> (String, &'static str) {
        let Pattern {
            regex, boundary, ..
        } = translate(pattern, secret).unwrap();
        (regex, boundary)
    }

    #[test]
    fn verbose_mode_is_written_out() {
        let pattern = "(?x)(?i)  # Größe\n \\b ( acme_ [a-f\\ ] {8} [\\#] ) \\b # end\n";
        let (regex, _) = ok(pattern, Secret::First);
        assert_eq!(regex, r"(?i)(acme_[a-f\ ]{8}[\#])\b");
        assert_eq!(
            ok("(?xi: acme_ [0-9]{8} )", Secret::First).0,
            "(?i:acme_[0-9]{8})"
        );
    }

    #[test]
    fn comments_are_dropped() {
        let pattern = r"acme_(?# a kind )[0-9]{8}(?#end)\(?#";
        assert_eq!(ok(pattern, Secret::First).0, r"acme_[0-9]{8}\(?#");
    }

    #[test]
    fn the_group_of_the_secret() {
        let two = "user=([a-z]{4}):pass=(?P<token>[a-z]{4})";
        let first = "user=([a-z]{4}):pass=(?:[a-z]{4})";
        assert_eq!(ok(two, Secret::First).0, first);
        let second = "user=(?:[a-z]{4}):pass=([a-z]{4})";
        assert_eq!(ok(two, Secret::Named).0, second);
        assert_eq!(ok(two, Secret::Numbered(2)).0, second);
        assert!(translate(two, Secret::Numbered(3)).is_err());
        // Either may hold it.
        let either = "acme(?:=([a-z]{4})|:([0-9]{4}))";
        assert_eq!(ok(either, Secret::First).0, either);
    }

    #[test]
    fn what_cannot_be_translated() {
        let why = |pattern: &str| translate(pattern, Secret::First).unwrap_err();
        assert!(why("acme(?=x)").contains("looks around"));
        assert!(why(r"(a)cme\1").contains("refers back"));
        assert!(why("[a-f0-9]{32}").contains("no literal"));
        assert!(why("acme(").contains("does not parse"));
    }

    #[test]
    fn signs_outside_ascii_are_bytes() {
        let (regex, _) = ok("acme\u{201c}[a-z]{4}", Secret::First);
        assert_eq!(regex, r"acme(?:\xE2\x80\x9C)[a-z]{4}");
        assert!(translate("acme[\u{201c}a]", Secret::First).is_err());
    }
}
