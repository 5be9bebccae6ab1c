//! Keys that a template puts together before it looks something up.
//!
//! In: the code of a template. Out: where a subscript or the argument
//! `attribute` is made of joined, replaced or cut text. Jinja takes such a key
//! for the name of an attribute where there is no such item, so that
//! `x["@@mro@@"|replace("@", y)]` needs no word that could be looked for.

use std::collections::BTreeSet;

use super::super::jinja::{Code, Placed, Token};

/// Filters and methods that make another text of a text.
const MAKERS: &[&str] = &[
    "capitalize",
    "encode",
    "format",
    "join",
    "lower",
    "lstrip",
    "removeprefix",
    "removesuffix",
    "replace",
    "reverse",
    "rstrip",
    "strip",
    "string",
    "swapcase",
    "title",
    "translate",
    "trim",
    "truncate",
    "upper",
    "urlencode",
    "zfill",
];

/// Filters that read an attribute by the name in their first argument.
const READERS: &[&str] = &["groupby", "rejectattr", "selectattr"];

/// Longest key looked at, in tokens.
const KEY: usize = 64;

/// Offsets of the keys that are put together.
pub(super) fn keys(codes: &[Code]) -> Vec<usize> {
    let mut built = BTreeSet::new();
    // Twice, since one name may be made of a later one of a loop.
    for code in codes.iter().chain(codes) {
        built.extend(assigned(&code.tokens, &built).filter(|_| code.statement));
    }
    let mut found = Vec::new();
    for code in codes {
        for at in 1..code.tokens.len() {
            if let Some(key) = key(&code.tokens, at).filter(|key| builds(key, &built)) {
                found.extend(key.first().map(|first| first.at));
            }
        }
    }
    found
}

/// The name that a statement gives to a text put together.
fn assigned<'a>(tokens: &'a [Placed], built: &BTreeSet<&str>) -> Option<&'a str> {
    let (first, rest) = tokens.split_first()?;
    if first.is("macro") {
        return rest.first().and_then(name);
    }
    if !first.is("set") {
        return None;
    }
    match rest.iter().position(|placed| placed.sign('=')) {
        // What the block prints.
        None => rest.first().and_then(name),
        Some(equals) => {
            let made = builds(rest.get(equals + 1..)?, built);
            rest.get(..equals)?.last().and_then(name).filter(|_| made)
        }
    }
}

/// The key that begins at a token, if something is looked up there.
fn key(tokens: &[Placed], at: usize) -> Option<&[Placed]> {
    let before = tokens.get(at - 1)?;
    let (opened, here) = (tokens.get(..at)?, tokens.get(at)?);
    let subscript = here.sign('[') && is_value(before);
    let argument = here.sign('=') && before.is("attribute");
    let reader = here.sign('(') && READERS.iter().any(|reader| before.is(reader));
    let filter = reader && opened.iter().rev().nth(1).is_some_and(|bar| bar.sign('|'));
    if !(subscript || argument || filter) {
        return None;
    }
    let inner = tokens.get(at + 1..)?;
    let mut depth = 0usize;
    for (number, placed) in inner.iter().take(KEY).enumerate() {
        let Token::Sign(sign) = placed.token else {
            continue;
        };
        match sign {
            // A slice gives no more than a part.
            ':' if depth == 0 => return None,
            ',' if depth == 0 => return inner.get(..number),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return inner.get(..number),
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    inner.get(..KEY.min(inner.len()))
}

/// May a subscript follow?
fn is_value(placed: &Placed) -> bool {
    let keywords = ["in", "is", "if", "else", "and", "or", "not", "elif"];
    match &placed.token {
        Token::Name(name) => !keywords.contains(&name.as_str()),
        Token::Text(_) => true,
        Token::Sign(sign) => matches!(sign, ')' | ']' | '}'),
    }
}

/// Is a text put together here, or taken from such a one?
fn builds(tokens: &[Placed], built: &BTreeSet<&str>) -> bool {
    let is_text = |placed: Option<&Placed>| {
        placed.is_some_and(|placed| matches!(placed.token, Token::Text(_)))
    };
    tokens.iter().enumerate().any(|(number, placed)| {
        let before = number.checked_sub(1).and_then(|number| tokens.get(number));
        let behind = tokens.get(number + 1);
        match &placed.token {
            Token::Sign('~') => true,
            Token::Sign('+' | '*' | '%') => is_text(before) || is_text(behind),
            Token::Sign('[') => is_text(before),
            Token::Name(name) => {
                let made = MAKERS.contains(&name.as_str());
                let used = before.is_some_and(|before| before.sign('|') || before.sign('.'));
                (made && used) || (!used && built.contains(name.as_str()))
            }
            _ => false,
        }
    })
}

fn name(placed: &Placed) -> Option<&str> {
    match &placed.token {
        Token::Name(name) => Some(name),
        _ => None,
    }
}
