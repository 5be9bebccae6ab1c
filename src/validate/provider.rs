//! Structures that one provider's tokens have.
//!
//! In: a candidate, or the parts of a token to mint. Out: an outcome. Where the
//! structure is published, what lacks it is weak or no such token; where it was
//! only seen in tokens, it can but speak for one.

use super::encoding::{contains, decode_base64, encode_base64, encode_base64url};
use super::jwt::sanitise;
use super::{Candidate, Outcome, expiry};

pub(super) fn openai_signature(candidate: &Candidate) -> Outcome {
    // Base64 of "OpenAI"; every key since 2021 has it in its middle.
    if contains(candidate.secret, b"T3BlbkFJ") {
        Outcome::valid("holds the OpenAI signature")
    } else {
        Outcome::weak("lacks the OpenAI signature")
    }
}

/// `sk-ant-api03-`, 93 characters of base64url and `AA`; the ending is all of
/// the structure that is known.
pub(super) fn anthropic(candidate: &Candidate) -> Outcome {
    let secret = candidate.secret;
    let kinds = [&b"sk-ant-api"[..], b"sk-ant-admin"];
    let known = kinds.iter().any(|kind| secret.starts_with(kind));
    let body = secret.get(secret.len().saturating_sub(95)..);
    if known && secret.ends_with(b"AA") && body.and_then(decode_base64).is_some() {
        Outcome::valid("length and ending of an Anthropic key")
    } else {
        Outcome::Neutral
    }
}

/// A legacy key of NVIDIA's catalogue: 26 characters and a UUID, in base64.
pub fn mint_ngc(organisation: &str, uuid: &str) -> String {
    encode_base64(format!("{organisation}:{uuid}").as_bytes())
}

/// Form: trufflehog, `ngc.go`.
pub(super) fn ngc_legacy(candidate: &Candidate) -> Outcome {
    let decoded = if candidate.secret.len() == 84 {
        decode_base64(candidate.secret)
    } else {
        Some(candidate.secret.to_vec())
    };
    let fits = decoded.is_some_and(|text| {
        let mut parts = text.splitn(2, |&byte| byte == b':');
        let id = parts.next().unwrap_or_default();
        let is_id = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        id.len() == 26 && id.iter().all(is_id) && parts.next().is_some_and(is_uuid)
    });
    if fits {
        Outcome::valid("decodes to an NGC key")
    } else {
        Outcome::weak("does not decode to an NGC key")
    }
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The first second of Discord's ids, in milliseconds.
const DISCORD_EPOCH: u64 = 1_420_070_400_000;

/// A Discord bot token of that id; the rest is free.
pub fn mint_discord(id: u64, rest: &str) -> String {
    format!("{}.{rest}", encode_base64url(id.to_string().as_bytes()))
}

/// The first part is the bot's id, and the id holds when it was made
/// (discord.com/developers/docs/reference).
pub(super) fn discord(candidate: &Candidate) -> Outcome {
    let first = candidate.secret.split(|&byte| byte == b'.').next();
    let id = first.and_then(decode_base64).and_then(|text| {
        let digits = text.iter().all(u8::is_ascii_digit);
        let text = String::from_utf8(text).ok().filter(|_| digits)?;
        text.parse::<u64>()
            .ok()
            .filter(|_| (17..=20).contains(&text.len()))
    });
    let made = id.map(|id| ((id >> 22) + DISCORD_EPOCH) / 1_000);
    match made {
        Some(made) if made < expiry::now() => {
            Outcome::Valid(format!("names a bot made on {}", expiry::date(made)))
        }
        _ => Outcome::Reject,
    }
}

/// Ids of bots are numbers of the users' sequence: no leading zero.
pub(super) fn telegram(candidate: &Candidate) -> Outcome {
    match candidate.secret.split_first() {
        Some((b'1'..=b'9', _)) => Outcome::Neutral,
        _ => Outcome::Reject,
    }
}

/// 1Password's alphabet has no letter or digit that looks like another (its
/// security design paper, "Secret Key").
pub(super) fn onepassword(candidate: &Candidate) -> Outcome {
    let body = candidate.secret.strip_prefix(b"A3-").unwrap_or_default();
    if body.iter().any(|byte| b"01IOU".contains(byte)) {
        Outcome::weak("not the alphabet of 1Password")
    } else {
        Outcome::valid("alphabet of 1Password")
    }
}

/// A service token of Vault, signed for its cluster.
pub fn mint_vault(noise: &[u8; 32], random: &str) -> String {
    let inner = format!("hvs.{random}");
    let mut bytes = vec![8, 1, 18, 32];
    bytes.extend(noise);
    bytes.extend([26, inner.len() as u8 + 2, 10, inner.len() as u8]);
    bytes.extend(inner.as_bytes());
    format!("hvs.{}", encode_base64url(&bytes))
}

/// A long service token is `SignedToken { version, hmac, token }` in protobuf
/// (hashicorp/vault, `token_store.go`); batch tokens are sealed by the barrier.
pub(super) fn vault(candidate: &Candidate) -> Outcome {
    let Some(body) = candidate.secret.strip_prefix(b"hvs.") else {
        return Outcome::Neutral;
    };
    if body.len() < 90 {
        return Outcome::Neutral;
    }
    match decode_base64(body).as_deref() {
        Some([8, 1, 18, 32, rest @ ..]) if rest.get(32) == Some(&26) => {
            Outcome::valid("signed by a Vault cluster")
        }
        // Of namespaces and other editions the layout is not known.
        _ => Outcome::Neutral,
    }
}

/// A session token names its region. Seen in tokens, not published.
pub(super) fn aws_session(candidate: &Candidate) -> Outcome {
    let token = &candidate.secret[..candidate.secret.len().min(96) / 4 * 4];
    let region = decode_base64(token).and_then(|bytes| {
        let mut rest = bytes.get(1..)?;
        loop {
            let (key, after) = rest.split_first()?;
            rest = match key & 7 {
                0 => &after[after.iter().position(|byte| byte & 0x80 == 0)? + 1..],
                2 => {
                    let (length, after) = after.split_first()?;
                    let field = after.get(..usize::from(*length))?;
                    if *key == 26 && is_region(field) {
                        return Some(sanitise(field));
                    }
                    &after[field.len()..]
                }
                _ => return None,
            };
        }
    });
    match region {
        Some(region) => Outcome::Valid(format!("AWS session in {region}")),
        None => Outcome::Neutral,
    }
}

fn is_region(text: &[u8]) -> bool {
    let mut parts = text.split(|&byte| byte == b'-');
    let area = parts.next().is_some_and(|part| part.len() == 2);
    area && text.last().is_some_and(u8::is_ascii_digit) && parts.count() >= 2
}
