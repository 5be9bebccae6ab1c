//! Does a credential file hold a credential?
//!
//! In: the form such a file keeps its values in, and its first bytes. Out: one
//! line of evidence that never quotes the value.

use super::assignment::assignments;
use super::likeness::{is_secret_name, is_secret_value, userinfo};
use crate::validate::placeholder::{Judgement, judge};

/// How a file keeps its secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `NAME=value` and its like, and passwords in URLs.
    Assignment,
    /// A private key of PEM, `PuTTY` or age.
    PrivateKey,
    /// `machine … login … password …`.
    Netrc,
    /// `host:port:database:user:password`, `user:hash`.
    LastField,
    /// One word is the whole file.
    Word,
}

/// What was found inside, if anything real was.
pub(super) fn find(form: Form, keys: &[&str], head: &[u8]) -> Option<String> {
    match form {
        Form::Assignment => assigned(keys, head),
        Form::PrivateKey => private_key(head).then(|| "holds a private key".to_owned()),
        Form::Netrc => netrc(head).then(|| "holds a password".to_owned()),
        Form::LastField => last_field(head).then(|| "holds a password or its hash".to_owned()),
        // A token store may also be INI or JSON.
        Form::Word => word(head)
            .then(|| "the file is one token".to_owned())
            .or_else(|| assigned(keys, head)),
    }
}

fn assigned(keys: &[&str], head: &[u8]) -> Option<String> {
    let named = assignments(head).find(|pair| {
        let counts = if keys.is_empty() {
            is_secret_name(pair.name)
        } else {
            keys.contains(&pair.name.to_ascii_lowercase().as_str())
        };
        counts && (is_secret_value(pair.name, pair.value) || is_key_text(pair.value))
    });
    named
        .map(|pair| format!("`{}` has a value that is no placeholder", pair.name))
        .or_else(|| userinfo(head).map(|_| "a URL inside holds a password".to_owned()))
}

/// A PEM key inside a JSON or env value, its line ends escaped.
fn is_key_text(value: &[u8]) -> bool {
    private_key(value)
}

/// Least characters of key material behind the header.
const LEAST_KEY: usize = 64;

fn private_key(head: &[u8]) -> bool {
    if head.starts_with(b"PuTTY-User-Key-File-") {
        return memchr::memmem::find(head, b"Private-Lines:").is_some();
    }
    if memchr::memmem::find(head, b"AGE-SECRET-KEY-1").is_some() {
        return true;
    }
    memchr::memmem::find_iter(head, b"PRIVATE KEY").any(|at| {
        let opened =
            memchr::memmem::rfind(&head[at.saturating_sub(32)..at], b"-----BEGIN").is_some();
        let body = &head[at..];
        let end = memchr::memmem::find(body, b"-----END").unwrap_or(body.len());
        let body = body.get(11..end).unwrap_or_default();
        let material = body
            .iter()
            .filter(|byte| byte.is_ascii_alphanumeric())
            .count();
        opened && material >= LEAST_KEY && !matches!(judge(body), Judgement::Placeholder(_))
    })
}

fn netrc(head: &[u8]) -> bool {
    let mut words = head
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if word == b"password"
            && let Some(value) = words.next()
            && value.len() >= 4
            && !matches!(judge(value), Judgement::Placeholder(_))
        {
            return true;
        }
    }
    false
}

fn last_field(head: &[u8]) -> bool {
    head.split(|&byte| byte == b'\n').any(|line| {
        let line = line.trim_ascii();
        let field = memchr::memrchr(b':', line).map_or(&b""[..], |at| &line[at + 1..]);
        !line.starts_with(b"#") && field.len() >= 4 && is_secret_value("password", field)
    })
}

fn word(head: &[u8]) -> bool {
    let word = head.trim_ascii();
    (16..=4096).contains(&word.len())
        && word.iter().all(u8::is_ascii_graphic)
        && !word.contains(&b'=')
        && !matches!(judge(word), Judgement::Placeholder(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(length: usize) -> String {
        (0..length)
            .map(|i| char::from(b"aQ7mZk2VtR9xLw4sYp8HdNc"[(i * 11 + i / 23) % 23]))
            .collect()
    }

    #[test]
    fn values_are_told_from_placeholders() {
        let cases = [
            (
                Form::Assignment,
                format!("HF_TOKEN={}", random(34)),
                "HF_TOKEN=your_token_here".to_owned(),
            ),
            (
                Form::Assignment,
                format!("URL=postgres://app:{}@db/x", random(12)),
                "URL=postgres://app:${PASSWORD}@db/x".to_owned(),
            ),
            (
                Form::PrivateKey,
                format!(
                    "-----BEGIN {} KEY-----\n{}\n-----END",
                    "PRIVATE",
                    random(128)
                ),
                format!("-----BEGIN {} KEY-----\n...\n-----END", "PRIVATE"),
            ),
            (
                Form::Netrc,
                format!(
                    "machine api.wandb.ai\n login user\n password {}\n",
                    random(40)
                ),
                "machine x login user password <password>".to_owned(),
            ),
            (
                Form::LastField,
                format!("db:5432:app:me:{}", random(12)),
                "db:5432:app:me:*".to_owned(),
            ),
            (
                Form::Word,
                format!("{}\n", random(34)),
                "your_token_goes_here_please\n".to_owned(),
            ),
        ];
        for (form, real, stand_in) in cases {
            assert!(find(form, &[], real.as_bytes()).is_some(), "{form:?}");
            assert!(find(form, &[], stand_in.as_bytes()).is_none(), "{form:?}");
        }
    }

    #[test]
    fn only_the_named_keys_count() {
        let text = format!("{{\"username\":\"jane\",\"key\":\"{}\"}}", random(32));
        let evidence = find(Form::Assignment, &["key"], text.as_bytes()).unwrap();
        assert!(evidence.contains("`key`") && !evidence.contains(&random(32)));
        assert!(find(Form::Assignment, &["token"], text.as_bytes()).is_none());
    }
}
