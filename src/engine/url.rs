//! Passwords inside URLs: `scheme://user:password@host`.
//!
//! In: a place where `://` stands. Out: the password.

use std::ops::Range;

use super::detect::Detected;
use crate::validate::placeholder::{self, Judgement};

pub(super) const TRIGGERS: &[&str] = &["://"];

/// Longest `user:password`.
const REACH: usize = 320;
/// Passwords of tutorials and development set-ups.
const COMMON: &[&[u8]] = &[
    b"password",
    b"pass",
    b"passwd",
    b"pwd",
    b"postgres",
    b"root",
    b"admin",
    b"guest",
    b"user",
    b"mysql",
    b"redis",
    b"secret",
    b"test",
    b"mongo",
    b"token",
    b"username",
    b"x-oauth-basic",
    b"minioadmin",
    b"minio",
    b"minio123",
    b"rabbitmq",
    b"elastic",
    b"docker",
    b"airflow",
    b"mlflow",
    b"example",
];

/// Look at the `://` at `hit`.
pub(super) fn detect(text: &[u8], hit: Range<usize>) -> Option<Detected> {
    if !text[..hit.start].last()?.is_ascii_alphanumeric() {
        return None;
    }
    let rest = &text[hit.end..(hit.end + REACH).min(text.len())];
    let authority = rest
        .iter()
        .position(|byte| !in_authority(*byte))
        .unwrap_or(rest.len());
    let at = memchr::memrchr(b'@', &rest[..authority])?;
    let colon = memchr::memchr(b':', &rest[..at])?;
    let host = &rest[at + 1..authority];
    let (user, password) = (&rest[..colon], &rest[colon + 1..at]);
    // The same twice is what development set-ups have.
    if password.len() < 3
        || user == password
        || host.is_empty()
        || COMMON
            .iter()
            .any(|common| password.eq_ignore_ascii_case(common))
    {
        return None;
    }
    let judged = placeholder::judge(password);
    if matches!(judged, Judgement::Placeholder(_)) || is_example_host(host) {
        return None;
    }
    let sure = judged == Judgement::Real
        && password.len() >= 8
        && !is_local_host(host)
        && has_two_classes(password);
    Some(Detected::generic(hit.end + colon + 1..hit.end + at, sure))
}

fn in_authority(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"/?#\"'`<>\\,;()[]{}|".contains(&byte)
}

fn has_two_classes(password: &[u8]) -> bool {
    password.iter().any(|byte| !byte.is_ascii_alphabetic())
        || password.iter().any(u8::is_ascii_uppercase)
}

fn is_example_host(host: &[u8]) -> bool {
    let name = host
        .split(|&byte| byte == b':')
        .next()
        .unwrap_or(host)
        .to_ascii_lowercase();
    let known: [&[u8]; 4] = [b"host", b"hostname", b"server", b"example"];
    known.contains(&name.as_slice())
        || [
            &b"example.com"[..],
            b"example.org",
            b"example.net",
            b".example",
            b".invalid",
            b".test",
        ]
        .iter()
        .any(|ending| name.ends_with(ending))
}

fn is_local_host(host: &[u8]) -> bool {
    [&b"localhost"[..], b"127.", b"0.0.0.0"]
        .iter()
        .any(|local| host.starts_with(local))
}
