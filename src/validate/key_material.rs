//! Private keys: PEM blocks, OpenSSH's own format, age identities.
//!
//! In: a candidate, or bytes to mint a key from. Out: an outcome; an encrypted
//! key is weak, because the file alone gives no access.

use super::encoding::{contains, decode_base64, encode_base64};
use super::placeholder::{Judgement, judge};
use super::{Candidate, Outcome};

const OPENSSH_MAGIC: &[u8] = b"openssh-key-v1\0";
const AGE_PREFIX: &[u8] = b"age-secret-key-";
const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// The shortest private key in use: an Ed25519 key in PKCS#8.
const SHORTEST_DER: usize = 40;

/// A PEM block of that label around `noise`, dressed as one DER sequence (or as
/// one `OpenPGP` packet).
pub fn mint_pem(label: &str, noise: &[u8]) -> String {
    let pgp = label.starts_with("PGP");
    let tag: &[u8] = if pgp { &[0x95] } else { &[0x30, 0x82] };
    let length = (noise.len() as u16).to_be_bytes();
    armour(label, &[tag, &length, noise].concat())
}

/// An unencrypted OpenSSH private key block (Ed25519) of 96 bytes of noise.
pub fn mint_openssh(noise: &[u8; 96]) -> String {
    let mut public = Vec::new();
    push_string(&mut public, b"ssh-ed25519");
    push_string(&mut public, &noise[..32]);
    let mut private = [&noise[32..36], &noise[32..36], &public].concat();
    push_string(&mut private, &noise[32..96]);
    push_string(&mut private, b"");
    let padding = (8 - private.len() % 8) % 8;
    private.extend(1..=padding as u8);
    let mut bytes = OPENSSH_MAGIC.to_vec();
    for field in [&b"none"[..], b"none", b""] {
        push_string(&mut bytes, field);
    }
    bytes.extend(1_u32.to_be_bytes());
    push_string(&mut bytes, &public);
    push_string(&mut bytes, &private);
    armour("OPENSSH PRIVATE KEY", &bytes)
}

/// An age identity of 32 bytes of key.
pub fn mint_age(key: &[u8; 32]) -> String {
    let (mut bits, mut held, mut data) = (0_u32, 0, Vec::new());
    for &byte in key {
        bits = (bits << 8) | u32::from(byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            data.push((bits >> held) as u8 & 31);
        }
    }
    data.push((bits << (5 - held)) as u8 & 31);
    let sum = bech32_sum(data.iter().copied().chain([0; 6])) ^ 1;
    data.extend((0..6).rev().map(|digit| (sum >> (digit * 5)) as u8 & 31));
    let body = data.iter().map(|&value| BECH32[usize::from(value)]);
    let token = AGE_PREFIX.iter().copied().chain([b'1']).chain(body);
    token
        .map(|byte| char::from(byte.to_ascii_uppercase()))
        .collect()
}

pub(super) fn age(candidate: &Candidate) -> Outcome {
    let lower = candidate.secret.to_ascii_lowercase();
    let Some(body) = lower
        .strip_prefix(AGE_PREFIX)
        .and_then(|rest| rest.strip_prefix(b"1"))
    else {
        return Outcome::Neutral;
    };
    let values: Option<Vec<u8>> = body
        .iter()
        .map(|byte| BECH32.iter().position(|known| known == byte))
        .map(|value| value.map(|value| value as u8))
        .collect();
    match values {
        Some(values) if bech32_sum(values.iter().copied()) == 1 => {
            Outcome::valid("checksum matches")
        }
        _ => Outcome::weak("checksum does not match"),
    }
}

pub(super) fn pem(candidate: &Candidate) -> Outcome {
    let Some(block) = read_block(candidate) else {
        return Outcome::Neutral;
    };
    if let Judgement::Placeholder(_) = judge(&block.body[..block.body.len().min(64)]) {
        return Outcome::Reject;
    }
    if block.encrypted {
        return Outcome::weak("encrypted with a passphrase");
    }
    let Some(bytes) = decode_base64(&block.body) else {
        return Outcome::weak("body is not base64");
    };
    if bytes.len() < SHORTEST_DER {
        return Outcome::weak("too short for a private key");
    }
    if bytes.starts_with(OPENSSH_MAGIC) {
        return openssh_outcome(&bytes);
    }
    match (block.label.starts_with(b"PGP"), bytes[0]) {
        (true, 0x80..) => Outcome::valid("OpenPGP packets"),
        (false, 0x30) => Outcome::valid("unencrypted, decodes as DER"),
        _ => Outcome::weak("body is not a key"),
    }
}

pub(super) fn openssh(candidate: &Candidate) -> Outcome {
    match read_block(candidate).and_then(|block| decode_base64(&block.body)) {
        Some(bytes) if bytes.starts_with(OPENSSH_MAGIC) => openssh_outcome(&bytes),
        _ => Outcome::weak("not an OpenSSH key"),
    }
}

fn openssh_outcome(bytes: &[u8]) -> Outcome {
    let mut rest = &bytes[OPENSSH_MAGIC.len()..];
    let Some(cipher) = take_string(&mut rest) else {
        return Outcome::weak("key is cut off");
    };
    if cipher != b"none" {
        return Outcome::weak("encrypted with a passphrase");
    }
    let private = (|| {
        take_string(&mut rest)?;
        take_string(&mut rest)?;
        rest = rest.get(4..)?;
        take_string(&mut rest)?;
        take_string(&mut rest)
    })();
    match private {
        Some(private) if private.len() > 8 && private[..4] == private[4..8] => {
            Outcome::valid("unencrypted, check numbers agree")
        }
        _ => Outcome::weak("key is cut off"),
    }
}

struct Block<'a> {
    label: &'a [u8],
    /// The base64 body without line breaks, real or escaped.
    body: Vec<u8>,
    encrypted: bool,
}

/// Finds the label and body, wherever the rule put its group.
fn read_block<'a>(candidate: &Candidate<'a>) -> Option<Block<'a>> {
    let text = if contains(candidate.secret, b"-----BEGIN ") {
        candidate.secret
    } else {
        candidate.whole
    };
    let begin = memchr::memmem::find(text, b"-----BEGIN ")? + 11;
    let label_end = begin + memchr::memmem::find(&text[begin..], b"-----")?;
    let label = &text[begin..label_end];
    let rest = &text[label_end + 5..];
    let end = memchr::memmem::find(rest, b"-----END").unwrap_or(rest.len());
    let rest = &rest[..end];
    let encrypted = contains(label, b"ENCRYPTED") || contains(rest, b"Proc-Type: 4,ENCRYPTED");
    Some(Block {
        label,
        body: body_of(rest),
        encrypted,
    })
}

/// Joins the base64 lines; skips headers (`Version: …`) and the armour's CRC.
fn body_of(text: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(text.len());
    let mut text = text;
    while !text.is_empty() {
        let (line, rest) = split_line(text);
        text = rest;
        let line = line.trim_ascii();
        if contains(line, b": ") || line.starts_with(b"=") {
            continue;
        }
        let kept = line
            .iter()
            .filter(|byte| !matches!(byte, b' ' | b'"' | b'\'' | b',' | b'\\'));
        body.extend(kept);
    }
    body
}

/// One line, ended by a line feed or by an escaped `\n` or `\r`.
fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    for (at, pair) in text.windows(2).enumerate() {
        match pair {
            [b'\n', _] => return (&text[..at], &text[at + 1..]),
            [b'\\', b'n' | b'r'] => return (&text[..at], &text[at + 2..]),
            _ => {}
        }
    }
    (text, &[])
}

fn armour(label: &str, bytes: &[u8]) -> String {
    let body = encode_base64(bytes);
    let mut block = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        block.push_str(line);
        block.push('\n');
        rest = after;
    }
    block + &format!("-----END {label}-----\n")
}

fn push_string(bytes: &mut Vec<u8>, field: &[u8]) {
    bytes.extend((field.len() as u32).to_be_bytes());
    bytes.extend(field);
}

fn take_string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    let field = after.get(..length)?;
    *rest = &after[length..];
    Some(field)
}

/// The bech32 checksum over age's prefix and these five-bit values.
fn bech32_sum(values: impl Iterator<Item = u8>) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    let high = AGE_PREFIX.iter().map(|byte| byte >> 5);
    let low = AGE_PREFIX.iter().map(|byte| byte & 31);
    let mut sum = 1_u32;
    for value in high.chain([0]).chain(low).chain(values) {
        let top = sum >> 25;
        sum = ((sum & 0x1ff_ffff) << 5) ^ u32::from(value);
        for (bit, generator) in GENERATOR.iter().enumerate() {
            if top >> bit & 1 == 1 {
                sum ^= generator;
            }
        }
    }
    sum
}
