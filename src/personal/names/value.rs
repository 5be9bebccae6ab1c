//! The form of a name: `Ana de la Cruz`, `J. R. O'Neil-Smith`, `al-Hassan`.
//!
//! In: a place in a text. Out: the name that begins there, with what the lists
//! say of its words.

use std::ops::Range;

use super::lists;

/// Longest name looked at, in bytes, and most words without particles.
const LONGEST: usize = 96;
const MOST_WORDS: usize = 4;

/// Small words inside names.
const PARTICLES: &[&str] = &[
    "van", "von", "vom", "de", "der", "den", "het", "'t", "ten", "ter", "te", "zu", "zum", "zur",
    "da", "do", "dos", "das", "di", "del", "della", "dello", "degli", "dei", "du", "des", "la",
    "le", "las", "los", "el", "al", "bin", "bint", "ibn", "ben", "abu", "af", "av", "san",
];
/// Small words before a capital in one word: `d'Angelo`, `al-Hassan`.
const JOINED: &[&str] = &["al", "el", "d", "l", "dell", "dall", "ad", "as", "ar", "t"];
/// What may come before a capital inside a word: `McDonald`, `DeShawn`.
const INNER: &[&str] = &[
    "mc", "mac", "de", "di", "da", "la", "le", "du", "fitz", "van", "o",
];
/// What stands behind some names and belongs to them.
const SUFFIXES: &[&str] = &["Jr", "Sr", "II", "III", "IV", "PhD", "MD"];

/// A name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) span: Range<usize>,
    /// Words without particles, in lower case.
    pub(super) words: Vec<String>,
    /// Is the first a given name, or the last a surname of many?
    pub(super) given: bool,
    pub(super) surname: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Capital,
    Capitals,
    Initial,
    Particle,
    Lower,
    /// A letter of a script without capitals.
    Uncased,
    /// An identifier, or nothing.
    No,
}

/// The name at `start`. Without `strict` words in small letters count too if
/// the lists have them all.
pub(super) fn at(text: &[u8], start: usize, strict: bool) -> Option<Value> {
    let part = text.get(start..(start + LONGEST).min(text.len()))?;
    let part = match std::str::from_utf8(part) {
        Ok(part) => part,
        Err(error) => std::str::from_utf8(part.get(..error.valid_up_to())?).ok()?,
    };
    let mut words: Vec<(&str, Form)> = Vec::new();
    let (mut end, mut place) = (0, 0);
    loop {
        let rest = part.get(place..)?;
        let word = word_of(rest);
        let form = form_of(word, rest.get(word.len()..).unwrap_or_default());
        match form {
            Form::No | Form::Uncased => break,
            Form::Lower if strict || !is_known(&word.to_lowercase()) => break,
            Form::Particle if words.is_empty() && strict => return None,
            _ => {}
        }
        let full = form != Form::Particle && form != Form::Initial;
        // A name that runs into another word is a title or a heading.
        if full && lists::is_denied(&word.to_lowercase()) {
            return None;
        }
        words.push((word, form));
        place += word.len();
        if form != Form::Particle {
            end = place;
        }
        let rest = part.get(place..)?;
        let dot = usize::from(form == Form::Initial && rest.starts_with('.'));
        end += dot;
        place += dot;
        let gap = part.get(place..)?;
        if !gap.starts_with([' ', '\u{a0}']) || gap.starts_with("  ") {
            break;
        }
        place += gap.chars().next().map_or(1, char::len_utf8);
    }
    while words
        .last()
        .is_some_and(|(_, form)| *form == Form::Particle)
    {
        words.pop();
    }
    value(start, start + end, &words)
}

fn value(start: usize, end: usize, words: &[(&str, Form)]) -> Option<Value> {
    let names: Vec<(String, Form)> = words
        .iter()
        .filter(|(word, form)| *form != Form::Particle && !SUFFIXES.contains(word))
        .map(|(word, form)| (word.to_lowercase(), *form))
        .collect();
    let full: Vec<&(String, Form)> = names
        .iter()
        .filter(|(_, form)| *form != Form::Initial)
        .collect();
    if full.is_empty() || names.len() > MOST_WORDS {
        return None;
    }
    let given = full.first().is_some_and(|word| lists::is_given(&word.0));
    let surname =
        full.last().is_some_and(|word| lists::is_surname(&word.0)) && (full.len() > 1 || !given);
    // In capitals everything looks like a name.
    let plain = full
        .iter()
        .all(|(_, form)| matches!(form, Form::Capital | Form::Particle));
    if !plain && !given && !surname {
        return None;
    }
    Some(Value {
        span: start..end,
        words: names.into_iter().map(|(word, _)| word).collect(),
        given,
        surname,
    })
}

/// Letters of a script without capitals behind a label: `姓名：`.
pub(super) fn uncased(text: &[u8], start: usize) -> Option<Range<usize>> {
    let part = text.get(start..(start + 48).min(text.len()))?;
    let part = match std::str::from_utf8(part) {
        Ok(part) => part,
        Err(error) => std::str::from_utf8(part.get(..error.valid_up_to())?).ok()?,
    };
    let is_name = |letter: &char| letter.is_alphabetic() && !letter.is_ascii();
    let len: usize = part.chars().take_while(is_name).map(char::len_utf8).sum();
    let count = part.get(..len)?.chars().count();
    ((2..=8).contains(&count)).then_some(start..start + len)
}

fn is_known(word: &str) -> bool {
    lists::is_given(word) || lists::is_surname(word)
}

/// Letters, with `'` and `-` between them; `'s` behind it is no part.
fn word_of(rest: &str) -> &str {
    let mut end = 0;
    let mut letters = rest.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().is_some_and(|(_, next)| next.is_alphabetic());
        let mark = at > 0 && matches!(letter, '\'' | '’' | '-') && next;
        if !letter.is_alphabetic() && !mark {
            break;
        }
        end = at + letter.len_utf8();
    }
    let word = rest.get(..end).unwrap_or_default();
    let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s"));
    bare.unwrap_or(word)
}

fn form_of(word: &str, behind: &str) -> Form {
    let mut letters = behind.chars();
    let (next, second) = (letters.next(), letters.next());
    let glued = matches!(
        next,
        Some('_' | '(' | '@' | '/' | '=' | '[' | '{' | '+' | '$')
    ) || next.is_some_and(char::is_numeric)
        || (matches!(next, Some('.' | ':'))
            && second.is_some_and(|c| c.is_alphanumeric() || c == ':'));
    let Some(first) = word.chars().next() else {
        return Form::No;
    };
    let initial = word.chars().count() == 1 && first.is_uppercase();
    if glued && !(initial && next == Some('.')) {
        return Form::No;
    }
    if initial {
        return Form::Initial;
    }
    if PARTICLES.contains(&word) {
        return Form::Particle;
    }
    if !first.is_uppercase() {
        let joined = word.split_once(['-', '\'', '’']);
        let capital = |rest: &str| rest.starts_with(char::is_uppercase) && is_plain(rest);
        return match joined {
            Some((small, rest)) if JOINED.contains(&small) && capital(rest) => Form::Capital,
            _ if first.is_lowercase() && word.chars().all(|c| !c.is_uppercase()) => Form::Lower,
            _ if first.is_lowercase() => Form::No,
            _ => Form::Uncased,
        };
    }
    if word.chars().all(|letter| !letter.is_lowercase()) {
        return Form::Capitals;
    }
    if word.split(['-', '\'', '’']).all(is_plain) {
        Form::Capital
    } else {
        Form::No
    }
}

/// No capitals inside but those of names.
fn is_plain(part: &str) -> bool {
    let inner = part.char_indices().skip(1).find(|(_, c)| c.is_uppercase());
    inner.is_none_or(|(at, _)| {
        let before = part.get(..at).unwrap_or_default().to_lowercase();
        let after = part.get(at..).unwrap_or_default();
        INNER.contains(&before.as_str()) && after.chars().skip(1).all(char::is_lowercase)
    })
}
