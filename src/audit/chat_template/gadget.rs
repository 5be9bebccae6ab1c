//! Finds in the code of a template what reaches from it into Python.
//!
//! In: a template. Out: signs of an escape from the template, the worst first.
//! Ordinary templates read messages and tools, loop, and raise; none names an
//! attribute with two underscores, passes methods on, or loads files.

mod computed;
mod names;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use names::{CALLS, FRAMEWORK, METHODS, REACHES, ROOTS, RUNS, is_dunder, is_python};

use super::jinja::{Code, Placed, Token, code};

/// How bad a sign is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Has no business in a chat template.
    Odd,
    /// Reads what a template should not reach.
    Reaches,
    /// Runs code.
    Runs,
}

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sign {
    pub(super) weight: Weight,
    /// Is it in its place, as an attribute or a call, and written plainly?
    pub(super) sure: bool,
    /// Offset in the template.
    pub(super) at: usize,
    /// What it is, in words.
    pub(super) text: String,
}

/// Longest replacement field of a format string.
const FIELD: usize = 128;

/// Most signs of one template.
const MOST: usize = 64;

/// The signs in a template.
pub(super) fn signs(template: &str) -> Vec<Sign> {
    let codes = code(template);
    let mut found = Found {
        signs: Vec::new(),
        own: codes.iter().flat_map(assigned).collect(),
    };
    for code in &codes {
        found.code(code);
    }
    for at in computed::keys(&codes) {
        let text = "a key put together from pieces".to_owned();
        found.add(Weight::Reaches, false, at, text);
    }
    let mut signs = found.signs;
    signs.sort_by_key(|sign| (std::cmp::Reverse((sign.weight, sign.sure)), sign.at));
    signs.dedup_by(|a, b| a.text == b.text);
    signs
}

/// Names that a statement gives a meaning of the template's own.
fn assigned(code: &Code) -> Vec<&str> {
    let mut tokens = code.tokens.iter();
    let keyword = tokens.next().filter(|_| code.statement);
    let keyword = keyword.map_or("", |placed| match &placed.token {
        Token::Name(name) => name.as_str(),
        _ => "",
    });
    let ends: fn(&&Placed) -> bool = match keyword {
        "set" | "with" => |placed| !placed.sign('='),
        "for" => |placed| !placed.is("in"),
        "macro" => |_| true,
        _ => return Vec::new(),
    };
    tokens
        .take_while(ends)
        .filter_map(|placed| match &placed.token {
            Token::Name(name) => Some(name.as_str()),
            _ => None,
        })
        .collect()
}

struct Found<'a> {
    signs: Vec<Sign>,
    /// Names the template itself gives a meaning.
    own: BTreeSet<&'a str>,
}

impl Found<'_> {
    fn add(&mut self, weight: Weight, sure: bool, at: usize, text: String) {
        let sign = Sign {
            weight,
            sure,
            at,
            text,
        };
        if self.signs.len() < MOST {
            self.signs.push(sign);
        } else if let Some(least) = self.signs.iter_mut().min_by_key(|sign| sign.weight)
            && least.weight < weight
        {
            // Many odd things do not crowd out the one that runs code.
            *least = sign;
        }
    }

    fn code(&mut self, code: &Code) {
        let tokens = &code.tokens;
        if code.statement {
            self.statement(tokens);
        }
        for (number, placed) in tokens.iter().enumerate() {
            let before = number.checked_sub(1).and_then(|number| tokens.get(number));
            let behind = tokens.get(number + 1..).unwrap_or_default();
            match &placed.token {
                Token::Name(name) => self.name(name, placed.at, before, behind),
                Token::Text(text) => self.string(text, placed, before, behind),
                Token::Sign(_) => {}
            }
        }
        self.assembled(tokens);
    }

    /// Statements that bring in other files.
    fn statement(&mut self, tokens: &[Placed]) {
        let Some(first) = tokens.first() else {
            return;
        };
        for word in ["include", "import", "extends", "from"] {
            if first.is(word) {
                let text = format!("`{word}` loads another file");
                self.add(Weight::Odd, true, first.at, text);
            }
        }
    }

    fn name(&mut self, name: &str, at: usize, before: Option<&Placed>, behind: &[Placed]) {
        let attribute = before.is_some_and(|before| before.sign('.'));
        let filter = before.is_some_and(|before| before.sign('|'));
        let called = behind.first().is_some_and(|next| next.sign('('));
        let own = self.own.contains(name);
        if is_dunder(name) || (attribute && (RUNS.contains(&name) || REACHES.contains(&name))) {
            self.add(weight_of(name), true, at, format!("`{name}`"));
        } else if called && attribute && METHODS.contains(&name) {
            self.add(Weight::Runs, true, at, format!("a call of `.{name}`"));
        } else if called && !attribute && !filter && CALLS.contains(&name) && !own {
            self.add(Weight::Runs, true, at, format!("a call of `{name}`"));
        } else if filter && name == "attr" {
            self.attr(at, behind);
        } else if attribute && name == "format" && !called {
            let text = "the method `format` is passed on".to_owned();
            self.add(Weight::Reaches, false, at, text);
        } else if !attribute && !filter && ROOTS.contains(&name) && !own {
            self.root(name, at, behind);
        }
    }

    /// The filter that reads an attribute whatever its name.
    fn attr(&mut self, at: usize, behind: &[Placed]) {
        let plain = match behind {
            [open, name, close, ..] if open.sign('(') && close.sign(')') => {
                matches!(&name.token, Token::Text(text) if !text.contains('_')) && !name.veiled
            }
            _ => false,
        };
        let (weight, text) = if plain {
            (Weight::Odd, "the filter `attr`")
        } else {
            (Weight::Reaches, "the filter `attr` with a veiled name")
        };
        self.add(weight, !plain, at, text.to_owned());
    }

    /// An object that every template is given.
    fn root(&mut self, name: &str, at: usize, behind: &[Placed]) {
        match behind {
            [dot, attribute, ..] if dot.sign('.') => {
                let framework = matches!(name, "request" | "config" | "current_app");
                if framework && FRAMEWORK.iter().any(|known| attribute.is(known)) {
                    let text = format!("`{name}` of a web framework");
                    self.add(Weight::Reaches, true, at, text);
                }
            }
            [open, key, ..] if open.sign('[') && name != "request" && name != "config" => {
                // `namespace['x']`: none of them has anything to look up.
                if matches!(key.token, Token::Text(_) | Token::Name(_)) {
                    let text = format!("an attribute of `{name}` by its name");
                    self.add(Weight::Reaches, true, at, text);
                }
            }
            [bar, ..] if bar.sign('|') && !matches!(name, "request" | "config") => {
                // Letters of `<function lipsum at …>` are picked to build names.
                let text = format!("`{name}` as a text");
                self.add(Weight::Reaches, false, at, text);
            }
            _ if matches!(
                name,
                "url_for" | "get_flashed_messages" | "current_app" | "config"
            ) =>
            {
                let text = format!("`{name}` of a web framework");
                self.add(Weight::Odd, name != "config", at, text);
            }
            _ => {}
        }
    }

    /// A string that names an attribute, in full or as a part of a path.
    fn string(&mut self, text: &str, placed: &Placed, before: Option<&Placed>, behind: &[Placed]) {
        let closed = |mark| behind.first().is_some_and(|next| next.sign(mark));
        let opened = |mark| before.is_some_and(|before| before.sign(mark));
        // A subscript, an argument, or a value of an argument.
        let used = (opened('[') && closed(']'))
            || ((opened('(') || opened('=') || opened(',')) && (closed(')') || closed(',')));
        self.named(text, placed.at, used || placed.veiled);
        if is_piece(text) {
            let text = "a piece of a name with two underscores".to_owned();
            self.add(Weight::Reaches, false, placed.at, text);
        }
        let formats = |next: &Placed| next.sign('%') || next.sign('|') || next.sign('.');
        if text.contains("%c") && behind.first().is_some_and(formats) {
            let text = "letters made from numbers".to_owned();
            self.add(Weight::Reaches, false, placed.at, text);
        }
        if let Some(field) = format_field(text) {
            let text = format!("a format string that reads `{field}`");
            self.add(Weight::Reaches, true, placed.at, text);
        }
    }

    /// A name as a string.
    fn named(&mut self, text: &str, at: usize, sure: bool) {
        let is_path = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
        if text.len() > 256
            || !text.bytes().all(is_path)
            || text.split('.').next_back() == Some("py")
        {
            return;
        }
        let backwards: String = text.chars().rev().collect();
        for text in [text, &backwards] {
            for name in text.split('.').filter(|name| is_python(name)) {
                self.add(weight_of(name), sure, at, format!("`{name}` as a string"));
            }
        }
    }

    /// Names put together from pieces: strings with nothing but signs of
    /// joining between them.
    fn assembled(&mut self, tokens: &[Placed]) {
        let mut whole = String::new();
        let (mut from, mut pieces) = (0, 0);
        for placed in tokens {
            match &placed.token {
                Token::Text(text) if whole.len() + text.len() <= 256 => {
                    if pieces == 0 {
                        from = placed.at;
                    }
                    whole.push_str(text);
                    pieces += 1;
                }
                Token::Sign('~' | '+' | ',' | '(' | ')' | '[' | ']' | '%' | '|') => {}
                Token::Name(name) if matches!(name.as_str(), "join" | "format") => {}
                _ => {
                    self.joined(&whole, from, pieces);
                    whole.clear();
                    pieces = 0;
                }
            }
        }
        self.joined(&whole, from, pieces);
    }

    fn joined(&mut self, whole: &str, at: usize, pieces: usize) {
        let mut rest = whole;
        while let Some((_, tail)) = rest.split_once("__").filter(|_| pieces > 1) {
            let inner = tail.split_once("__").map_or("", |(inner, _)| inner);
            let name = format!("__{inner}__");
            if is_python(&name) {
                let text = format!("`{name}` put together from pieces");
                self.add(weight_of(&name), true, at, text);
            }
            rest = tail;
        }
    }
}

/// `__cla`, `ss__`, `__%s__`: what a name with two underscores is put together
/// from.
fn is_piece(text: &str) -> bool {
    let letters = |name: &str| {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        !name.is_empty() && name.bytes().all(letter)
    };
    let (begins, ends) = (text.strip_prefix("__"), text.strip_suffix("__"));
    match (begins, ends) {
        (Some(rest), None) | (None, Some(rest)) => text.len() <= 20 && letters(rest),
        (Some(_), Some(_)) => text.contains("%s") || text.contains("{}") || text.contains("{0}"),
        (None, None) => false,
    }
}

fn weight_of(name: &str) -> Weight {
    if RUNS.contains(&name) {
        Weight::Runs
    } else {
        Weight::Reaches
    }
}

/// The attribute that a replacement field such as `{0.__class__}` reads.
fn format_field(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once('{') {
        let end = tail.bytes().take(FIELD).position(|byte| byte == b'}');
        let field = end.and_then(|end| tail.get(..end)).unwrap_or_default();
        let mut names = field.split(['.', '[', ']', '!', ':']).skip(1);
        if let Some(name) = names.find(|name| is_dunder(name)) {
            return Some(name);
        }
        rest = tail;
    }
    None
}
