//! Cloud credentials that say whose they are: AWS key ids, Google service
//! account files.
//!
//! In: a candidate, or the parts of a key id to mint. Out: an outcome whose
//! evidence names the account or project.

use super::encoding::contains;
use super::jwt::sanitise;
use super::placeholder::{Judgement, judge};
use super::{Candidate, Outcome};

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LARGEST_ACCOUNT: u64 = 999_999_999_999;

/// An AWS key id of that account: the prefix (`AKIA`, `ASIA`) and 16 base-32
/// characters, of which `noise` fills what the account does not.
pub fn aws_key_id(prefix: &str, account: u64, noise: u64) -> String {
    let head = (1 << 47) | ((account & 0xff_ffff_ffff) << 7) | (noise & 0x7f);
    let bits = (u128::from(head) << 32) | u128::from(noise >> 32);
    let body = (0..16).rev().map(|digit| {
        let value = (bits >> (digit * 5)) & 31;
        char::from(BASE32[value as usize])
    });
    prefix.chars().chain(body).collect()
}

pub(super) fn aws_account_id(candidate: &Candidate) -> Outcome {
    let Some(body) = candidate.secret.get(4..).filter(|body| body.len() == 16) else {
        return Outcome::Neutral;
    };
    let mut bits = 0_u128;
    for byte in body {
        let Some(value) = BASE32.iter().position(|known| known == byte) else {
            return Outcome::weak("not the base-32 alphabet of AWS key ids");
        };
        bits = (bits << 5) | value as u128;
    }
    let head = (bits >> 32) as u64;
    if head >> 47 == 0 {
        // Key ids from before 2019 hold no account.
        return Outcome::Neutral;
    }
    match (head >> 7) & 0xff_ffff_ffff {
        account @ 1..=LARGEST_ACCOUNT => Outcome::Valid(format!("AWS account {account:012}")),
        _ => Outcome::weak("holds no possible AWS account"),
    }
}

pub(super) fn google_service_account(candidate: &Candidate) -> Outcome {
    let near = [candidate.whole, candidate.before, candidate.after];
    let marked = near
        .iter()
        .any(|text| contains(text, b"service_account") || contains(text, b"gserviceaccount.com"));
    let key = json_string(candidate.whole, b"private_key").unwrap_or(candidate.secret);
    if let Judgement::Placeholder(why) = judge(key) {
        return Outcome::weak(why);
    }
    if !marked {
        return Outcome::Neutral;
    }
    match near
        .iter()
        .find_map(|text| json_string(text, b"project_id"))
    {
        Some(project) => Outcome::Valid(format!("Google project {}", sanitise(project))),
        None => Outcome::valid("Google service account file"),
    }
}

/// The string value of `"name": "…"`; escapes stay as they are.
fn json_string<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let at = memchr::memmem::find(text, name)?;
    let rest = text[at + name.len()..]
        .strip_prefix(b"\"")?
        .trim_ascii_start();
    let rest = rest
        .strip_prefix(b":")?
        .trim_ascii_start()
        .strip_prefix(b"\"")?;
    let end = memchr::memchr(b'"', rest)?;
    Some(&rest[..end])
}
