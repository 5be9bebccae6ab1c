//! Private keys in armour: PEM blocks, bare or in base64, OpenSSH's own format,
//! `OpenPGP`.
//!
//! In: a candidate, or bytes to mint a key from. Out: an outcome; an encrypted
//! key is weak, because the file alone gives no access.

use super::encoding::{contains, decode_base64, encode_base64};
use super::placeholder::{Judgement, judge};
use super::{Candidate, Outcome};

const OPENSSH_MAGIC: &[u8] = b"openssh-key-v1\0";
/// What `-----BEGIN` is in base64.
const WRAPPED: &[u8] = b"LS0tLS1CRUdJTi";
/// The shortest private key in use: an Ed25519 key in PKCS#8.
const SHORTEST_DER: usize = 40;

/// A PEM block of that label around `noise`, dressed as one DER sequence that
/// starts with a version (or as one `OpenPGP` packet and its checksum).
pub fn mint_pem(label: &str, noise: &[u8]) -> String {
    if label.starts_with("PGP") {
        let length = (noise.len() as u16).to_be_bytes();
        let packet = [&[0x95][..], &length, noise].concat();
        let sum = encode_base64(&crc24(&packet).to_be_bytes()[1..]);
        return armour(label, &packet, &format!("={sum}\n"));
    }
    let length = (noise.len() as u16 + 3).to_be_bytes();
    armour(
        label,
        &[&[0x30, 0x82][..], &length, &[2, 1, 0], noise].concat(),
        "",
    )
}

/// The same block in base64, as Kubernetes and CI settings hold it.
pub fn mint_wrapped(label: &str, noise: &[u8]) -> String {
    encode_base64(mint_pem(label, noise).as_bytes())
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
    armour("OPENSSH PRIVATE KEY", &bytes, "")
}

pub(super) fn pem(candidate: &Candidate) -> Outcome {
    let Some(block) = read_block(candidate) else {
        return if contains(candidate.secret, WRAPPED) {
            Outcome::weak("does not decode to a key")
        } else {
            Outcome::Neutral
        };
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
    if block.label.starts_with(b"PGP") {
        pgp_outcome(&bytes, block.checksum)
    } else {
        der_outcome(&bytes, block.complete)
    }
}

/// One DER sequence whose first element is a version (PKCS#1, PKCS#8, SEC 1).
fn der_outcome(bytes: &[u8], complete: bool) -> Outcome {
    let (content, length) = match *bytes {
        [0x30, 0x82, high, low, ..] => (4, u16::from_be_bytes([high, low]).into()),
        [0x30, 0x81, length, ..] => (3, usize::from(length)),
        [0x30, length, ..] if length < 0x80 => (2, usize::from(length)),
        _ => return Outcome::weak("body is not a key"),
    };
    if !matches!(bytes[content..], [2, 1, 0 | 1, ..]) {
        return Outcome::weak("body is not a key");
    }
    if complete && bytes.len() < content + length {
        return Outcome::weak("key is cut off");
    }
    Outcome::valid("unencrypted, decodes as DER")
}

/// A packet of a secret key (tag 5 or 7, RFC 9580), then the armour's checksum.
fn pgp_outcome(bytes: &[u8], checksum: Option<u32>) -> Outcome {
    if !matches!(bytes[0], 0x94..=0x97 | 0x9c..=0x9f | 0xc5 | 0xc7) {
        return Outcome::weak("body is not a key");
    }
    match checksum {
        Some(written) if written == crc24(bytes) => Outcome::valid("OpenPGP, checksum matches"),
        Some(_) => Outcome::weak("checksum does not match"),
        None => Outcome::valid("OpenPGP packets"),
    }
}

/// The checksum of `OpenPGP` armour (RFC 4880, section 6.1).
fn crc24(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x00b7_04ce, |sum, &byte| {
        (0..8).fold(sum ^ (u32::from(byte) << 16), |sum, _| {
            let shifted = sum << 1;
            if shifted & 0x0100_0000 == 0 {
                shifted
            } else {
                shifted ^ 0x0186_4cfb
            }
        })
    })
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

struct Block {
    label: Vec<u8>,
    /// The base64 body without line breaks, real or escaped.
    body: Vec<u8>,
    /// The armour's checksum.
    checksum: Option<u32>,
    encrypted: bool,
    /// Does the end line follow?
    complete: bool,
}

/// Finds the label and body, wherever the rule put its group.
fn read_block(candidate: &Candidate) -> Option<Block> {
    let unwrapped = unwrap(candidate.secret);
    let text = match &unwrapped {
        Some(text) => text,
        None if contains(candidate.secret, b"-----BEGIN ") => candidate.secret,
        None => candidate.whole,
    };
    let begin = memchr::memmem::find(text, b"-----BEGIN ")? + 11;
    let label_end = begin + memchr::memmem::find(&text[begin..], b"-----")?;
    let label = &text[begin..label_end];
    let rest = &text[label_end + 5..];
    let end = memchr::memmem::find(rest, b"-----END");
    let follows = unwrapped.is_none() && candidate.after.starts_with(b"-----END");
    let rest = &rest[..end.unwrap_or(rest.len())];
    let encrypted = contains(label, b"ENCRYPTED") || contains(rest, b"Proc-Type: 4,ENCRYPTED");
    let (body, checksum) = body_of(rest);
    Some(Block {
        label: label.to_vec(),
        body,
        checksum,
        encrypted,
        complete: end.is_some() || follows,
    })
}

/// The block that the secret is in base64.
fn unwrap(secret: &[u8]) -> Option<Vec<u8>> {
    let at = memchr::memmem::find(secret, WRAPPED)?;
    let (body, _) = body_of(&secret[at..]);
    let end = memchr::memchr(b'=', &body).unwrap_or(body.len());
    // A cut one ends anywhere.
    let end = if end % 4 == 1 { end - 1 } else { end };
    decode_base64(&body[..end])
}

/// Joins the base64 lines and reads the armour's checksum; skips headers
/// (`Version: …`), and what joins strings in source code.
fn body_of(text: &[u8]) -> (Vec<u8>, Option<u32>) {
    let mut body = Vec::with_capacity(text.len());
    let (mut text, mut checksum) = (text, None);
    while !text.is_empty() {
        let (line, rest) = split_line(text);
        text = rest;
        let line = without_joints(line.trim_ascii());
        if contains(line, b": ") {
            continue;
        }
        if let Some(sum) = line.strip_prefix(b"=") {
            let sum = sum.get(..4).and_then(decode_base64);
            checksum = sum.map(|bytes| {
                bytes
                    .iter()
                    .fold(0, |sum, &byte| (sum << 8) | u32::from(byte))
            });
            continue;
        }
        let is_base64 = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(byte);
        body.extend(line.iter().filter(is_base64));
    }
    (body, checksum)
}

/// The line without the `+` between two strings of source code.
fn without_joints(line: &[u8]) -> &[u8] {
    let quote = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b'"' | b'\''));
    let mut line = line;
    if let Some(rest) = line.strip_prefix(b"+").map(<[u8]>::trim_ascii_start)
        && quote(rest.first())
    {
        line = rest;
    }
    if let Some(rest) = line.strip_suffix(b"+").map(<[u8]>::trim_ascii_end)
        && quote(rest.last())
    {
        line = rest;
    }
    line
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

fn armour(label: &str, bytes: &[u8], checksum: &str) -> String {
    let body = encode_base64(bytes);
    let mut block = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        block.push_str(line);
        block.push('\n');
        rest = after;
    }
    block + checksum + &format!("-----END {label}-----\n")
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
