//! Azure's identifiable keys, each with a checksum of itself: common annotated
//! keys (Azure `OpenAI` and more), the older keys of 32, 39 and 64 bytes, and
//! passwords of Entra applications.
//!
//! In: a candidate, or the random part of a key to mint. Out: an outcome, or a
//! valid key. Signatures, seeds and algorithms are those of microsoft/
//! security-utilities, `IdentifiableSecrets.cs` and `IdentifiableMetadata.cs`.

use super::encoding::{base62, decode_base64, encode_base64, in_base};
use super::{Candidate, Outcome};

/// "Default0", the name of the checksum's version, read as a big-endian number.
const SEED: u64 = u64::from_be_bytes(*b"Default0");
const SIGNATURE_AT: usize = 52;
const CHECKSUM_AT: usize = 80;

/// Bytes of checksum at the end of an older key.
const SUM_BYTES: usize = 4;
/// How far before the end the signature starts, in characters.
const SIGNATURE_REACH: usize = 10;

const MESSAGING: &[&[u8; 8]] = &[
    b"Send0000",
    b"Listen00",
    b"Manage00",
    b"System00",
    b"Unknown0",
];
/// Each service's signature, and the names of its checksums.
const SERVICES: &[(&[u8; 4], &[&[u8; 8]])] = &[
    (b"+ABa", &[b"AbAcct00"]),
    (b"+ACR", &[b"ACRDflt0"]),
    (b"+AEh", MESSAGING),
    (b"+AMC", &[b"Classic0"]),
    (b"+ARm", MESSAGING),
    (b"+ASb", MESSAGING),
    (b"+ASt", &[b"Default0"]),
    (
        b"ACDb",
        &[
            b"MastRO00",
            b"MastRW00",
            b"SystRO00",
            b"SystRW00",
            b"SysAll00",
            b"Resour00",
            b"Encryp00",
        ],
    ),
    (b"AIoT", &[b"IoTHub00", b"DpsKey00", b"Device00"]),
    (
        b"APIM",
        &[b"Tenant00", b"IoTHub00", b"Gateway0", b"GitKey00"],
    ),
    (b"AzCa", &[b"Access00"]),
    (b"AzFu", &[b"Functi00", b"System00", b"Master00"]),
    (b"AzSe", &[b"Query000", b"PAdmin00"]),
];
/// Redis keys may hold `P` and `F` for `+` and `/`, which breaks the checksum.
const REWRITTEN: &[u8; 4] = b"AzCa";

/// The alphabet of an application password.
const PASSWORD: &[u8; 66] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";
/// Length of such a password, and of what its checksum covers.
const PASSWORD_LENGTH: usize = 40;
const PASSWORD_BODY: usize = 37;

/// An Azure `OpenAI` key from 52 random characters and 10 of platform data.
pub fn openai_key(random: &str, platform: &str) -> String {
    let body = format!("{random}JQQJ99BCAC{platform}AAABACOG");
    let sum = checksum(body.as_bytes()).map(encode_checksum);
    format!("{body}{}", sum.unwrap_or_default())
}

/// A key of the service with that signature: 32, 39 or 64 random bytes, of
/// which the last seven give way to signature and checksum.
pub fn service_key(signature: &str, random: &[u8]) -> String {
    let service = SERVICES
        .iter()
        .find(|(known, _)| *known == signature.as_bytes());
    let seed = service.map_or(SEED, |(_, names)| u64::from_be_bytes(*names[0]));
    let mut text = encode_base64(random);
    let bare = text.trim_end_matches('=').len();
    // The bits between signature and checksum are zero.
    let at = bare - SIGNATURE_REACH;
    text.replace_range(at..at + 5, &format!("{signature}A"));
    let mut bytes = decode_base64(text.as_bytes()).unwrap_or_default();
    let body = bytes.len() - SUM_BYTES;
    let sum = marvin32(&bytes[..body], seed).to_le_bytes();
    bytes[body..].copy_from_slice(&sum);
    let key = encode_base64(&bytes);
    // Keys of functions stand in URLs.
    let in_url = signature == "AzFu";
    if in_url {
        key.replace('+', "-").replace('/', "_")
    } else {
        key
    }
}

/// A password of an Entra application, from 3 and 31 random characters.
pub fn client_secret(head: &str, tail: &str) -> String {
    let body = format!("{head}8Q~{tail}");
    format!("{body}{}", password_checksum(body.as_bytes()))
}

pub(super) fn client_password(candidate: &Candidate) -> Outcome {
    let secret = candidate.secret;
    if secret.len() != PASSWORD_LENGTH || &secret[3..6] != b"8Q~" {
        return Outcome::Neutral;
    }
    let (body, sum) = secret.split_at(PASSWORD_BODY);
    if password_checksum(body).as_bytes() == sum {
        Outcome::valid("checksum matches")
    } else {
        // Microsoft's own scanner does not insist on it.
        Outcome::Neutral
    }
}

/// The first three of the checksum's six digits.
fn password_checksum(body: &[u8]) -> String {
    let digits = in_base(marvin32(body, u64::from_be_bytes(*b"AadPwd00")), PASSWORD);
    format!("{digits:a>6}").chars().take(3).collect()
}

pub(super) fn identifiable(candidate: &Candidate) -> Outcome {
    let key = candidate.secret;
    if matches!(key.len(), 84 | 88) && key[SIGNATURE_AT..].starts_with(b"JQQJ9") {
        annotated(key)
    } else {
        of_service(key)
    }
}

/// The older keys: the checksum is over all bytes before it, with one of the
/// service's seeds.
fn of_service(key: &[u8]) -> Outcome {
    let padding = key.iter().rev().take_while(|&&byte| byte == b'=').count();
    let Some(at) = (key.len() - padding).checked_sub(SIGNATURE_REACH) else {
        return Outcome::Neutral;
    };
    let signature = &key[at..at + 4];
    let Some((signature, names)) = SERVICES.iter().find(|(known, _)| *known == signature) else {
        return Outcome::Neutral;
    };
    let bytes = decode_base64(key).unwrap_or_default();
    let Some((body, sum)) = bytes.split_last_chunk::<SUM_BYTES>() else {
        return Outcome::Neutral;
    };
    let sum = u32::from_le_bytes(*sum);
    let fits = |name: &&&[u8; 8]| marvin32(body, u64::from_be_bytes(***name)) == sum;
    if names.iter().any(|name| fits(&name)) {
        Outcome::valid("checksum matches")
    } else if *signature == REWRITTEN {
        Outcome::Neutral
    } else {
        Outcome::weak("checksum does not match")
    }
}

fn annotated(key: &[u8]) -> Outcome {
    let Some(sum) = checksum(&key[..CHECKSUM_AT]) else {
        return Outcome::Neutral;
    };
    let written = key[CHECKSUM_AT..].trim_ascii_end();
    let written = written.strip_suffix(b"==").unwrap_or(written);
    // Older keys hold the plain base64 of the checksum.
    let plain = encode_base64(&sum.to_le_bytes()[..if key.len() == 84 { 3 } else { 4 }]);
    let base62 = format!("{:0<6}", swapped_base62(sum));
    if base62.as_bytes().starts_with(written) || plain.as_bytes().starts_with(written) {
        Outcome::valid("checksum matches")
    } else {
        Outcome::weak("checksum does not match")
    }
}

fn encode_checksum(sum: u32) -> String {
    let mut digits = format!("{:0<4}", swapped_base62(sum));
    digits.truncate(4);
    digits
}

/// The checksum's little-endian bytes, read as one number, in base 62.
fn swapped_base62(sum: u32) -> String {
    base62(sum.swap_bytes())
}

fn checksum(body: &[u8]) -> Option<u32> {
    decode_base64(body).map(|bytes| marvin32(&bytes, SEED))
}

/// The Marvin32 hash as .NET uses it.
fn marvin32(bytes: &[u8], seed: u64) -> u32 {
    let (mut low, mut high) = (seed as u32, (seed >> 32) as u32);
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        low = low.wrapping_add(u32::from_le_bytes(*word));
        mix(&mut low, &mut high);
    }
    let mut last = [0; 4];
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = 0x80;
    low = low.wrapping_add(u32::from_le_bytes(last));
    mix(&mut low, &mut high);
    mix(&mut low, &mut high);
    low ^ high
}

fn mix(low: &mut u32, high: &mut u32) {
    *high ^= *low;
    *low = low.rotate_left(20).wrapping_add(*high);
    *high = high.rotate_left(9) ^ *low;
    *low = low.rotate_left(27).wrapping_add(*high);
    *high = high.rotate_left(19);
}
