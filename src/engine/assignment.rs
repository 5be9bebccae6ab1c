//! Secret-named keys and their values: `api_key = "…"`, `password: …`,
//! `--token …`, `Authorization: Bearer …`.
//!
//! In: a place where a secret-like word stands. Out: the value, if the name
//! means a secret, an assignment follows, and the value is no placeholder,
//! reference, identifier or sentence.

mod name;
mod value;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, Anchored, Input, StartKind};

use base64::Engine as _;

use super::detect::Detected;
use super::digest::names_a_hash;
use super::keyword;
use crate::blob::{Kind, Text};
use crate::rule::Rule;
use crate::validate::known_public;
use crate::validate::placeholder::{self, Judgement};
use crate::validate::random;
use name::Means;

/// Words that may name a secret.
pub(super) const TRIGGERS: &[&str] = &[
    "key=",
    "key:",
    "key\"",
    "key'",
    "key ",
    "key_",
    "key-",
    "key>",
    "key]",
    "key)",
    "key`",
    "key\\",
    "key,",
    "key\t",
    "key}",
    "key|",
    "keyt",
    "token",
    "secret",
    "passw",
    "passphrase",
    "pwd",
    "_pass",
    "-pass",
    "pass=",
    "pass:",
    "pass\"",
    "credential",
    "authorization",
    "bearer",
];

/// Names of providers whose own rules know the exact form of their keys: what
/// such a name holds in another form is no key of theirs.
///
/// The same holds for values: what begins like a known token and is none, is
/// cut, made up, or checked by its own rule.
#[derive(Debug)]
pub(super) struct Names {
    providers: Lazy,
    prefixes: Lazy,
}

/// Words in an automaton that is built when first needed: most small folders
/// assign nothing that comes this far.
#[derive(Debug)]
struct Lazy {
    words: Vec<String>,
    automaton: OnceLock<Option<AhoCorasick>>,
}

impl Lazy {
    fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        Self {
            words: words.map(str::to_owned).collect(),
            automaton: OnceLock::new(),
        }
    }

    fn automaton(&self) -> Option<&AhoCorasick> {
        let build = || {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .start_kind(StartKind::Both)
                .build(&self.words)
                .ok()
        };
        self.automaton.get_or_init(build).as_ref()
    }
}

/// Shortest keyword that points to one provider.
const PROVIDER_NAME: usize = 4;
/// Families whose rules are named after a form or a program, not a provider.
const NO_PROVIDERS: &[&str] = &["databases", "generic", "private-keys", "tokens"];
/// Shortest fixed prefix that points to one kind of token.
const TOKEN_PREFIX: usize = 4;

impl Names {
    pub(super) fn new(rules: &[Rule]) -> Self {
        // A common word is a provider's name beside a secret only.
        let telling = |rule: &&Rule| rule.near.as_ref().is_none_or(|near| !near.secret_name);
        let keywords = rules
            .iter()
            .filter(telling)
            .flat_map(|rule| rule.keywords.iter());
        let points = |word: &&str| word.len() >= PROVIDER_NAME && names_somebody(word);
        let named = rules
            .iter()
            .filter(|rule| rule.detector.is_none() && !rule.is_keyword_rule())
            .filter(|rule| !NO_PROVIDERS.contains(&rule.family.as_ref()))
            .filter_map(|rule| rule.id.split('-').next());
        let providers: BTreeSet<&str> = keywords
            .map(AsRef::as_ref)
            .filter(points)
            .chain(named.filter(|name| name.len() > PROVIDER_NAME))
            .collect();
        let prefixes = rules
            .iter()
            .filter(|rule| !rule.is_keyword_rule() && rule.before == 0 && rule.group == 0)
            .flat_map(|rule| rule.literals.iter())
            .map(|literal| literal.text.as_ref());
        Self {
            providers: Lazy::new(providers.into_iter().filter(points)),
            prefixes: Lazy::new(prefixes.filter(|literal| literal.len() >= TOKEN_PREFIX)),
        }
    }

    fn is_provider(&self, name: &[u8]) -> bool {
        self.providers.automaton().is_some_and(|providers| {
            providers
                .find_overlapping_iter(name)
                .any(|found| keyword::is_word(name, &found.range()))
        })
    }

    fn begins_like_a_token(&self, value: &[u8]) -> bool {
        let start = Input::new(value).anchored(Anchored::Yes);
        self.prefixes
            .automaton()
            .is_some_and(|prefixes| prefixes.is_match(start))
    }
}

/// Words anybody's secret is named with.
const ANYBODY: &[&str] = &[
    "access", "api", "app", "auth", "bot", "client", "hash", "key", "login", "private", "refresh",
    "secret", "token", "webhook", "x",
];

/// Does a keyword point to one provider, unlike `access_token` and `apikey`?
fn names_somebody(keyword: &str) -> bool {
    keyword
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|word| !is_made_of(word, ANYBODY))
}

/// Is it nothing but some of these words, joined?
fn is_made_of(word: &str, words: &[&str]) -> bool {
    word.is_empty()
        || words
            .iter()
            .filter_map(|known| word.strip_prefix(known))
            .any(|rest| is_made_of(rest, words))
}

/// Bytes before a name that may still belong to it: `wandb api key`.
const NAME_REACH: usize = 16;

/// Look at the word at `hit`.
pub(super) fn detect(
    names: &Names,
    text: &[u8],
    hit: Range<usize>,
    kind: Kind,
) -> Option<Detected> {
    let name = name::around(text, &hit)?;
    let assigned = value::assigned(text, name.end, kind)?;
    let bytes = &text[assigned.value.clone()];
    if !is_mixed(bytes) || is_fraction(bytes) || is_date(bytes) {
        return None;
    }
    let means = name::means(&text[name.clone()], hit.start - name.start)?;
    if bytes.len() < shortest(means) {
        return None;
    }
    let line = text[name.start.saturating_sub(NAME_REACH)..name.start]
        .rsplit(|&byte| byte == b'\n')
        .next();
    let before = line.map_or(name.start, |line| name.start - line.len());
    if names.is_provider(&text[before..name.end]) || names_a_hash(&text[name.clone()], bytes) {
        return None;
    }
    if means == Means::Token && names.begins_like_a_token(bytes) {
        return None;
    }
    let mut doubt = None;
    match placeholder::judge(bytes) {
        Judgement::Placeholder(_) => return None,
        Judgement::Doubtful(why) => doubt = Some(why),
        Judgement::Real => {}
    }
    let strong = match means {
        Means::Password => judge_password(bytes, &assigned, kind)?,
        Means::Token if random::is_grouped(bytes) => {
            (assigned.clear && name::is_clear(&text[name.clone()])).then_some(false)?
        }
        Means::Token => judge_token(bytes, &assigned)?,
    };
    if known_public::is_published_example(bytes) {
        return None;
    }
    let sure = strong && doubt.is_none();
    Some(Detected {
        evidence: doubt.map(str::to_owned).into_iter().collect(),
        ..Detected::generic(assigned.value, sure)
    })
}

/// More than a word or a `snake_case` name? Spares most code a closer look.
fn is_mixed(bytes: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| bytes.iter().any(is);
    let odd = |byte: &u8| byte.is_ascii_punctuation() && !matches!(byte, b'_' | b'.' | b'-');
    has(u8::is_ascii_digit)
        || bytes.iter().any(odd)
        || (has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase))
        || (bytes.len() >= LONG_WORD && bytes.iter().all(u8::is_ascii_alphabetic))
}

/// A measurement: `0.8125`, `1e-05`.
fn is_fraction(bytes: &[u8]) -> bool {
    let marked = bytes.contains(&b'.') || bytes.len() <= 8;
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    marked && text.parse::<f64>().is_ok()
}

/// `2016-12-31`, and a time after it or not.
fn is_date(bytes: &[u8]) -> bool {
    let shape = b"0000-00-00";
    let fits = |(byte, like): (&u8, &u8)| match like {
        b'0' => byte.is_ascii_digit(),
        mark => byte == mark,
    };
    bytes.len() >= shape.len() && bytes.iter().zip(shape).all(fits)
}

/// No word has this many letters.
const LONG_WORD: usize = 24;

fn shortest(means: Means) -> usize {
    match means {
        Means::Password => 5,
        Means::Token => 12,
    }
}

/// A token must look machine made. `Some(true)` when nothing speaks against it.
fn judge_token(bytes: &[u8], assigned: &value::Assigned) -> Option<bool> {
    if bytes
        .iter()
        .any(|byte| matches!(byte, b' ' | b'?' | b'"' | b'\'' | b','))
        || !(random::looks_random(bytes) || is_pair(bytes))
    {
        return None;
    }
    match base64_text(bytes) {
        // What it says was looked at by itself.
        Some(text) if placeholder::judge(&text) != Judgement::Real => None,
        Some(text) => random::looks_random(&text).then_some(false),
        None => {
            let plain = random::looks_random(bytes);
            Some(plain && assigned.clear && bytes.len() >= 16)
        }
    }
}

/// An id and a random key, joined: `id:key`, `id|key`.
fn is_pair(bytes: &[u8]) -> bool {
    let Some(at) = memchr::memchr2(b':', b'|', bytes) else {
        return false;
    };
    let (id, key) = (&bytes[..at], &bytes[at + 1..]);
    !id.is_empty() && id.iter().all(u8::is_ascii_alphanumeric) && random::looks_random(key)
}

/// The readable text the value decodes to.
fn base64_text(bytes: &[u8]) -> Option<Vec<u8>> {
    let engine = base64::engine::general_purpose::STANDARD_NO_PAD;
    let whole = bytes.trim_ascii_end();
    let end = whole
        .iter()
        .rposition(|&byte| byte != b'=')
        .map_or(0, |at| at + 1);
    let text = engine.decode(&whole[..end]).ok()?;
    let readable = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    text.iter().all(readable).then_some(text)
}

/// A password may be a word; a strong one mixes classes.
fn judge_password(bytes: &[u8], assigned: &value::Assigned, kind: Kind) -> Option<bool> {
    if !assigned.quoted
        && !matches!(
            kind,
            Kind::Text(Text::Env | Text::Yaml | Text::Toml | Text::Plain | Text::Json)
        )
    {
        return random::looks_random(bytes).then_some(assigned.clear);
    }
    if is_field(bytes) {
        return None;
    }
    let bracketed = has_brackets(bytes) && !(assigned.quoted && is_scrambled(bytes));
    if bytes.contains(&b' ') || bracketed || is_code(bytes) || is_wordy(bytes) {
        return None;
    }
    let class = |is: fn(&u8) -> bool| usize::from(bytes.iter().any(is));
    let classes = class(u8::is_ascii_lowercase)
        + class(u8::is_ascii_uppercase)
        + class(u8::is_ascii_digit)
        + class(u8::is_ascii_punctuation);
    if classes < 2 || (classes == 2 && random::dictionary_share(bytes) > 0.7) {
        return None;
    }
    Some(assigned.clear && bytes.len() >= 8 && (classes >= 3 || random::looks_random(bytes)))
}

/// Words of some language, joined or not: a label, an interface text.
fn is_wordy(bytes: &[u8]) -> bool {
    let wordy = |byte: &u8| {
        byte.is_ascii_alphabetic() || !byte.is_ascii() || matches!(byte, b'-' | b'_' | b'.' | b'\'')
    };
    bytes.iter().all(wordy) && !random::looks_random(bytes)
}

/// The name of a field, such as `new_password1`.
fn is_field(bytes: &[u8]) -> bool {
    let named = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
    bytes.contains(&b'_')
        && bytes.iter().all(named)
        && bytes[0].is_ascii_lowercase()
        && random::dictionary_share(bytes) > 0.7
}

fn has_brackets(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| b"()[]{}<>\\`".contains(byte))
}

/// Brackets as password makers strew them: three classes, nothing enclosed in
/// them, and no word.
fn is_scrambled(bytes: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| bytes.iter().any(is);
    let letters = bytes
        .split(|byte| !byte.is_ascii_alphabetic())
        .map(<[u8]>::len);
    let encloses = |open: u8, close: u8| {
        let start = memchr::memchr(open, bytes);
        start.is_some_and(|start| bytes[start..].contains(&close))
    };
    has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
        && bytes.len() >= 12
        && letters.max().is_some_and(|longest| longest < 6)
        && ![(b'(', b')'), (b'[', b']'), (b'{', b'}'), (b'<', b'>')]
            .iter()
            .any(|&(open, close)| encloses(open, close))
        && !bytes.contains(&b'\\')
        && random::dictionary_share(bytes) < 0.3
}

/// An expression, a path or a format, not a literal password.
fn is_code(bytes: &[u8]) -> bool {
    bytes.starts_with(b"/")
        || bytes.starts_with(b"./")
        || bytes.starts_with(b"$")
        || bytes.starts_with(b"--")
        || bytes.starts_with(b"env.")
        || bytes.windows(3).any(|part| part == b"://")
}
