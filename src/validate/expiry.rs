//! When a token or a signed URL expires.
//!
//! In: a moment as tokens and URLs write it, or a candidate. Out: whether it is
//! past. What is expired opens nothing any more, so it weakens.

use std::time::{SystemTime, UNIX_EPOCH};

use super::encoding::decode_base64;
use super::{Candidate, Outcome};

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// The outcome for something that expires then.
pub(super) fn outcome(expiry: u64) -> Outcome {
    if expiry < now() {
        Outcome::Weak(format!("expired on {}", date(expiry)))
    } else {
        Outcome::Valid(format!("expires {}", date(expiry)))
    }
}

/// A signed URL: S3 and Google Cloud Storage (date and lifetime), `CloudFront`
/// (a Unix time, plain or in the policy), Azure (`se`), and Bedrock's short
/// keys, which are such a URL in base64.
pub(super) fn signed_url(candidate: &Candidate) -> Outcome {
    let bedrock = candidate.secret.strip_prefix(b"bedrock-api-key-");
    let url = match bedrock.map(decode_base64) {
        Some(None) => return Outcome::weak("does not decode to a signed URL"),
        Some(Some(url)) => url,
        None => {
            let is_url = |byte: &&u8| !matches!(byte, b' ' | b'"' | b'\'' | b'<' | b'>' | 0..=31);
            let after = candidate.after.iter().take_while(is_url);
            candidate.whole.iter().chain(after).copied().collect()
        }
    };
    match expiry_of(&url) {
        Some(expiry) => outcome(expiry),
        None => Outcome::Neutral,
    }
}

fn expiry_of(url: &[u8]) -> Option<u64> {
    for vendor in ["X-Amz-", "X-Goog-"] {
        let start = parameter(url, &format!("{vendor}Date")).and_then(moment);
        let life = parameter(url, &format!("{vendor}Expires")).and_then(number);
        if let (Some(start), Some(life)) = (start, life) {
            return start.checked_add(life);
        }
    }
    parameter(url, "se")
        .and_then(moment)
        .or_else(|| parameter(url, "Expires").and_then(number))
        .or_else(|| policy_expiry(parameter(url, "Policy")?))
}

/// `CloudFront`'s policy is JSON in base64 with three characters replaced.
fn policy_expiry(policy: &[u8]) -> Option<u64> {
    let policy: Vec<u8> = policy
        .iter()
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'=',
            b'~' => b'/',
            other => *other,
        })
        .collect();
    let json = decode_base64(&policy)?;
    let at = memchr::memmem::find(&json, b"\"DateLessThan\"")?;
    let rest = &json[at..];
    let at = memchr::memmem::find(rest, b"\"AWS:EpochTime\":")? + 16;
    number(&rest[at..])
}

/// The value of `name=…` in a query; `&` may be written `&amp;`.
fn parameter<'a>(url: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let name = name.as_bytes();
    let at = memchr::memmem::find_iter(url, name).find(|&at| {
        let starts = at == 0 || matches!(url[at - 1], b'?' | b'&' | b';');
        starts && url.get(at + name.len()) == Some(&b'=')
    })?;
    let value = &url[at + name.len() + 1..];
    let end = value.iter().position(|&byte| byte == b'&');
    Some(&value[..end.unwrap_or(value.len())])
}

/// The digits a value starts with.
fn number(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&text[..digits]).ok()?.parse().ok()
}

/// A moment in ISO 8601, with its marks, without, or percent-encoded; a date
/// alone is its first second, and the zone is taken for UTC.
pub(super) fn moment(text: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(text)
        .replace("%3A", ":")
        .replace("%3a", ":");
    let mut digits = [0_u64; 14];
    let marks = |letter: char| !matches!(letter, '-' | ':' | 'T' | 't');
    let mut count = 0;
    for letter in text.chars().filter(|&letter| marks(letter)) {
        match (letter.to_digit(10), digits.get_mut(count)) {
            (Some(digit), Some(slot)) => *slot = u64::from(digit),
            _ => break,
        }
        count += 1;
    }
    let field = |from: usize, to: usize| {
        digits[from..to]
            .iter()
            .fold(0, |sum, digit| sum * 10 + digit)
    };
    let (year, month, day) = (field(0, 4), field(4, 6), field(6, 8));
    if count < 8 || year < 1970 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let clock = field(8, 10) * 3_600 + field(10, 12) * 60 + field(12, 14);
    Some(days(year, month, day) * 86_400 + clock)
}

/// Days are counted from 0000-03-01, so that a leap day ends its year.
const EPOCH: u64 = 719_468;

/// Days from 1970 to a date (proleptic Gregorian).
fn days(year: u64, month: u64, day: u64) -> u64 {
    let (year, from_march) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - EPOCH
}

/// A Unix time as `YYYY-MM-DD` (proleptic Gregorian, UTC).
pub(super) fn date(seconds: u64) -> String {
    let days = (seconds / 86_400).min(3_000_000) + EPOCH;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::{date, moment};

    #[test]
    fn dates_follow_the_calendar() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_600_000_000), "2020-09-13");
        assert_eq!(date(4_102_444_800), "2100-01-01");
    }

    #[test]
    fn moments_are_read_in_every_form() {
        for text in [
            "2020-09-13T12:26:40Z",
            "20200913T122640Z",
            "2020-09-13T12%3A26%3A40Z",
            "2020-09-13T12:26:40+00:00",
        ] {
            assert_eq!(moment(text.as_bytes()), Some(1_600_000_000), "{text}");
        }
        assert_eq!(moment(b"2000-02-29"), Some(951_782_400));
        for text in ["", "2020", "2020-13-01", "2020-00-10", "1960-01-01", "soon"] {
            assert_eq!(moment(text.as_bytes()), None, "{text}");
        }
        for day in (0..40_000).step_by(17) {
            let seconds = day * 86_400;
            assert_eq!(moment(date(seconds).as_bytes()), Some(seconds));
        }
    }
}
