//! Does a name speak of a secret, and is a value one?
//!
//! In: names and values of configuration text. Out: yes or no; a setting, a
//! path, a reference, a known default or a placeholder is no secret.

use crate::validate::placeholder::{Judgement, judge};

/// Words that make a name that of a secret.
const SECRET_WORDS: &[&str] = &[
    "key",
    "apikey",
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "pass",
    "passphrase",
    "auth",
    "authtoken",
    "credential",
    "credentials",
    "dsn",
    "pat",
];

/// Words that do so as part of a longer one (`HFTOKEN`, `dbpassword`).
const SECRET_PARTS: &[&str] = &[
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "token",
    "secret",
    "password",
    "passwd",
];

/// Last words that make it the name of something about a secret.
const ABOUT: &[&str] = &[
    "id",
    "name",
    "path",
    "file",
    "dir",
    "folder",
    "url",
    "uri",
    "type",
    "host",
    "port",
    "ttl",
    "enabled",
    "algorithm",
    "header",
    "prefix",
    "suffix",
    "endpoint",
    "method",
    "mode",
    "length",
    "limit",
    "size",
    "count",
    "region",
    "user",
    "username",
    "email",
    "expiry",
    "expires",
    "timeout",
    "provider",
    "index",
    "ids",
    "names",
    "class",
    "format",
    "tokens",
];

/// Does the name say that its value is a secret?
pub(super) fn is_secret_name(name: &str) -> bool {
    let words = words(name);
    let Some(last) = words.last() else {
        return false;
    };
    let public = words.iter().any(|word| {
        matches!(
            word.as_str(),
            "public" | "publishable" | "primary" | "foreign"
        )
    });
    // Tokenizer settings (`pad_token`, `bos_token_id`) are no secrets.
    let vocabulary = words.len() >= 2
        && words.last().is_some_and(|word| word == "token")
        && matches!(
            words[words.len() - 2].as_str(),
            "pad"
                | "bos"
                | "eos"
                | "unk"
                | "sep"
                | "cls"
                | "mask"
                | "image"
                | "stop"
                | "start"
                | "end"
        );
    if public || vocabulary || ABOUT.contains(&last.as_str()) {
        return false;
    }
    words.iter().any(|word| {
        SECRET_WORDS.contains(&word.as_str())
            || (!word.contains("tokeniz") && SECRET_PARTS.iter().any(|part| word.ends_with(part)))
    })
}

/// Lower-case words of `snake_case`, `kebab-case`, `camelCase` or `DOTTED.NAME`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower_before = false;
    for c in name.chars() {
        let boundary = !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && lower_before);
        if boundary && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(c.to_ascii_lowercase());
        }
        lower_before = c.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Passwords software comes with; everybody knows them.
const DEFAULTS: &[&str] = &[
    "postgres",
    "postgresql",
    "admin",
    "root",
    "password",
    "minio",
    "minioadmin",
    "minio123",
    "guest",
    "mysql",
    "redis",
    "neo4j",
    "rabbitmq",
    "mongo",
    "mongodb",
    "airflow",
    "default",
    "anonymous",
    "localhost",
    "dev",
    "development",
    "docker",
    "elastic",
    "clickhouse",
    "ollama",
    "langfuse",
    "basic",
    "bearer",
    "letmein",
    "passw0rd",
    "password123",
    "admin123",
    "sk-1234",
    "miniosecret",
    "nokey",
    "no-key",
    "not-needed",
    "disabled",
    "empty",
];

/// Is the value of a secret's name a secret, rather than a setting, a path, a
/// reference or a placeholder?
pub(super) fn is_secret_value(name: &str, value: &[u8]) -> bool {
    let Ok(value) = std::str::from_utf8(value) else {
        return false;
    };
    let lower = value.to_ascii_lowercase();
    let plain = !value.is_empty()
        && value.chars().all(|c| c.is_ascii_graphic())
        && !value.contains(['(', '<', '`'])
        && !value.starts_with(['$', '{', '[', '%', '!', '&', '*', '|', '#'])
        && !DEFAULTS.contains(&lower.as_str())
        && !is_setting(&lower)
        && !is_path(value)
        && !matches!(judge(value.as_bytes()), Judgement::Placeholder(_));
    plain && dense_enough(name, value)
}

/// A password may be short and plain; a key or token mixes characters.
fn dense_enough(name: &str, value: &str) -> bool {
    let has = |test: fn(&char) -> bool| value.chars().any(|c| test(&c));
    let digit = has(char::is_ascii_digit);
    let mixed = has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase);
    let password = words(name)
        .iter()
        .any(|word| word.starts_with("pass") || word.ends_with("password") || word == "pwd");
    if password {
        return value.len() >= 6;
    }
    let word_like = value.contains(['.', '_', '-', '/', ' ']);
    value.len() >= 8 && (digit && has(char::is_ascii_alphabetic) || mixed && value.len() >= 16)
        || value.len() >= 24 && !word_like
}

/// A boolean, a number, a kind of nothing.
fn is_setting(lower: &str) -> bool {
    matches!(
        lower,
        "true" | "false" | "yes" | "no" | "on" | "off" | "none" | "null" | "nil" | "~" | "auto"
    ) || lower.bytes().all(|byte| {
        byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_' | b'+' | b'e' | b',')
    })
}

fn is_path(value: &str) -> bool {
    let file_ending = value
        .rsplit_once('.')
        .is_some_and(|(_, ending)| (1..=6).contains(&ending.len()));
    super::local_path::kind(value).is_some() && (value.matches('/').count() >= 2 || file_ending)
        || value.starts_with("http")
            && value.contains("://")
            && userinfo(value.as_bytes()).is_none()
        || value.contains('/') && file_ending
}

/// The password of the first URL with one in it, unless it is a placeholder or
/// a default.
pub(super) fn userinfo(text: &[u8]) -> Option<&[u8]> {
    memchr::memmem::find_iter(text, b"://").find_map(|at| {
        let rest = &text[at + 3..];
        let end = rest
            .iter()
            .position(|byte| {
                byte.is_ascii_whitespace()
                    || matches!(byte, b'/' | b'"' | b'\'' | b'<' | b'>' | b'`')
            })
            .unwrap_or(rest.len());
        let authority = &rest[..end];
        let login = &authority[..memchr::memrchr(b'@', authority)?];
        let colon = memchr::memchr(b':', login);
        let (user, password) =
            colon.map_or((&b""[..], login), |at| (&login[..at], &login[at + 1..]));
        // `https://token@host`: only a long user name can be a token.
        let long_enough = password.len() >= if colon.is_some() { 4 } else { 20 };
        let text = std::str::from_utf8(password).ok()?;
        let real = long_enough
            && password != user
            && text.chars().all(|c| c.is_ascii_graphic())
            && !text.contains(['$', '{', '[', '('])
            && !DEFAULTS.contains(&text.to_ascii_lowercase().as_str())
            && !matches!(judge(password), Judgement::Placeholder(_));
        real.then_some(password)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in [
            "API_KEY",
            "hfToken",
            "DB_PASSWORD",
            "HFTOKEN",
            "OPENAI_APIKEY",
            "_authToken",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "MAX_TOKENS",
            "pad_token",
            "TOKENIZER",
            "AWS_ACCESS_KEY_ID",
            "KEYBOARD",
            "public_key",
            "TOKEN_PATH",
            "monkey",
            "author",
            "AUTH_TYPE",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn values() {
        let random = format!("{}{}", "q7Zp2mVx", "9LkT4wRb8sNd");
        assert!(is_secret_value("API_KEY", random.as_bytes()));
        assert!(is_secret_value("DB_PASSWORD", b"tr0ub4dor"));
        for value in [
            "",
            "true",
            "4096",
            "your_key_here",
            "${KEY}",
            "$KEY",
            "/etc/app/key.pem",
            "~/.ssh/key",
            "postgres",
            "<key>",
            "{{ .Values.key }}",
            "os.environ['KEY']",
            "some-name",
            "https://example.org/token",
            "xxxxxxxxxxxxxxxx",
            "keys/service.json",
        ] {
            assert!(!is_secret_value("API_KEY", value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn passwords_in_urls() {
        let url = format!("DB=postgres://app:{}@db.example.org/x", "k3Jd82mQ");
        assert!(userinfo(url.as_bytes()).is_some());
        for url in [
            "https://example.org/a@b",
            "postgres://postgres:postgres@localhost",
            "http://user:pass@host",
            "https://${USER}:${TOKEN}@host",
            "https://git@github.com/a/b",
            "postgres://a:<password>@h",
        ] {
            assert!(userinfo(url.as_bytes()).is_none(), "{url}");
        }
    }
}
