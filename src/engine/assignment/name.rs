//! What an identifier means: a password, a token, or nothing secret.
//!
//! In: the identifier around a trigger word. Out: [`Means`].

use std::ops::Range;

/// What a name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// Chosen by a person: any characters, any length.
    Password,
    /// Made by a machine.
    Token,
}

/// Longest identifier looked at, each side of the trigger.
const REACH: usize = 48;

/// The identifier that holds `hit`; none if it is longer than names are.
pub(super) fn around(text: &[u8], hit: &Range<usize>) -> Option<Range<usize>> {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let before = text[..hit.start]
        .iter()
        .rev()
        .take(REACH + 1)
        .take_while(|byte| inside(byte))
        .count();
    // A trigger may end in the operator (`pass=`), which is no part of the name.
    let word_end = hit.end - usize::from(!inside(&text[hit.end - 1]));
    let after = text[word_end..]
        .iter()
        .take(REACH + 1)
        .take_while(|byte| inside(byte) && **byte != b'.')
        .count();
    (before <= REACH && after <= REACH).then(|| hit.start - before..word_end + after)
}

/// Names that hold a trigger word and no secret.
const HARMLESS: &[&str] = &[
    "tokeniz",
    "keyword",
    "keyboard",
    "monkey",
    "donkey",
    "turkey",
    "hotkey",
    "keypoint",
    "keyframe",
    "keystroke",
    "public",
    "primary_key",
    "foreign_key",
    "sort_key",
    "partition_key",
    "cache_key",
    "idempot",
    "keyerror",
    "keys",
    "tokens",
    "csrf",
    "pad_token",
    "eos_token",
    "bos_token",
    "unk_token",
    "sep_token",
    "cls_token",
    "mask_token",
    "special_token",
    "next_token",
    "page_token",
    "pagetoken",
    "nexttoken",
    "continuation",
    "recaptcha_site",
    "site_key",
    "sitekey",
    "key_id",
    "keyid",
    "thumbprint",
    "hash",
    "sha256",
    "md5",
    "checksum",
    "digest",
    "issuerkey",
    "license_key_name",
    "bypass",
    "compass",
    "keymap",
    "state_dict",
    "experimentkey",
    "experiment_key",
    // A public signature in a model card's `model-index`.
    "verifytoken",
];

/// What may follow the word in a name that tells about a secret instead of
/// holding it.
const ABOUT: &[&str] = &[
    "id",
    "ids",
    "name",
    "file",
    "path",
    "url",
    "uri",
    "type",
    "length",
    "len",
    "size",
    "count",
    "limit",
    "field",
    "header",
    "prefix",
    "suffix",
    "format",
    "class",
    "index",
    "idx",
    "dir",
    "endpoint",
    "expir",
    "ttl",
    "timeout",
    "env",
    "var",
    "env_var",
    "arn",
    "ref",
    "at",
    "rate",
    "ratio",
    "hint",
    "policy",
    "regex",
    "pattern",
    "min",
    "max",
    "label",
    "help",
    "placeholder",
    "desc",
    "manager",
    "provider",
    "store",
    "version",
    "alias",
    "fingerprint",
    "usage",
    "mask",
    "embedding",
    "shape",
    "dim",
    "proj",
    "layer",
    "states",
    "value_states",
    "padding",
    "sentinel",
    "marker",
    "separator",
    "down",
    "up",
    "press",
    "event",
    "code",
];

/// What the name means; `at` is where the trigger word starts in it.
pub(super) fn means(name: &[u8], at: usize) -> Option<Means> {
    let lower = name.to_ascii_lowercase();
    let lower = std::str::from_utf8(&lower).ok()?;
    if HARMLESS.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let word = &lower[at..];
    let (length, means) = [
        ("passphrase", Means::Password),
        ("password", Means::Password),
        ("passwd", Means::Password),
        ("passw", Means::Password),
        ("_pass", Means::Password),
        ("-pass", Means::Password),
        ("pass", Means::Password),
        ("pwd", Means::Password),
        ("credentials", Means::Token),
        ("credential", Means::Token),
        ("authorization", Means::Token),
        ("bearer", Means::Token),
        ("secret", Means::Token),
        ("token", Means::Token),
        ("key", Means::Token),
    ]
    .into_iter()
    .find_map(|(known, means)| word.starts_with(known).then_some((known.len(), means)))?;
    // `_passive`, `-passthrough`: another word.
    let is_short = matches!(&word[..length], "_pass" | "-pass" | "pass");
    if is_short && word[length..].starts_with(char::is_alphabetic) {
        return None;
    }
    // A `key` of whom, to what? Most are those of a map.
    if lower.trim_matches(|letter: char| !letter.is_ascii_alphanumeric()) == "key" {
        return None;
    }
    let rest = word[length..].trim_start_matches(['_', '-']);
    let about = ABOUT.iter().any(|about| {
        rest.strip_prefix(about)
            .is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    });
    (!about).then_some(means)
}

/// Does the name leave no doubt, as `experiment_key` would?
pub(super) fn is_clear(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    ["token", "secret", "api", "auth", "access"]
        .iter()
        .any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, word: &str) -> Option<Means> {
        means(
            name.as_bytes(),
            name.to_ascii_lowercase().find(word).unwrap(),
        )
    }

    #[test]
    fn names_of_secrets() {
        assert_eq!(of("OPENAI_ADMIN_KEY_DEV", "key"), Some(Means::Token));
        assert_eq!(of("clientSecret", "secret"), Some(Means::Token));
        assert_eq!(of("db_password", "passw"), Some(Means::Password));
        assert_eq!(of("config.token", "token"), Some(Means::Token));
    }

    #[test]
    fn names_about_secrets() {
        for (name, word) in [
            ("tokenizer", "token"),
            ("token_type_ids", "token"),
            ("secret_name", "secret"),
            ("key_padding_mask", "key"),
            ("public_key", "key"),
            ("max_tokens", "token"),
            ("password_file", "passw"),
            ("test_pass_at_1", "_pass"),
        ] {
            assert_eq!(of(name, word), None, "{name}");
        }
    }
}
