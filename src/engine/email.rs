//! E-mail addresses.
//!
//! In: the place of an `@`. Out: the address around it with the class of its
//! owner, or nothing when it is no address, a login of a machine, or one that
//! documentation uses.

mod class;
mod known;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::OnceLock;

use super::detect::Detected;
use crate::finding::{Class, Confidence, Severity};
use class::Owner;

/// Longest part before the `@`, and after it.
const LOCAL: usize = 64;
const DOMAIN: usize = 253;
/// Shorter ones are noise of binary files: `ab@cd.ef`.
const SHORTEST: usize = 9;
/// Longest top-level domain.
const LONGEST_TLD: usize = 24;

/// Look at the `@` at `at`.
pub(super) fn detect(text: &[u8], at: usize) -> Option<Detected> {
    // Most `@` are decorators, operators and handles: no word touches them.
    let touches = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    if !touches(text.get(at + 1)) || !text[..at].last().is_some_and(|byte| is_local(*byte)) {
        return None;
    }
    let local = local(text, at)?;
    let domain = domain(text, at + 1)?;
    if at - local.start + domain.len() < SHORTEST
        || is_no_address(text, &local, &domain)
        || is_login(text, &local, &domain)
    {
        return None;
    }
    let owner = class::owner(text, &local, &domain)?;
    let found = Detected::at(local.start..domain.end);
    Some(match owner {
        Owner::Person => Detected {
            class: Some(Class::Real),
            ..found
        },
        Owner::StockName => Detected {
            class: Some(Class::Real),
            confidence: Some(Confidence::Low),
            evidence: vec!["a name that examples use".to_owned()],
            ..found
        },
        Owner::Author => Detected {
            class: Some(Class::Author),
            severity: Some(Severity::Info),
            evidence: vec!["named as an author or maintainer".to_owned()],
            ..found
        },
        Owner::Role => Detected {
            class: Some(Class::Role),
            severity: Some(Severity::Info),
            evidence: vec!["a role mailbox, not a person".to_owned()],
            ..found
        },
    })
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-')
}

/// The part before the `@`.
fn local(text: &[u8], at: usize) -> Option<Range<usize>> {
    let floor = at.saturating_sub(LOCAL + 1);
    let mut start = text[floor..at]
        .iter()
        .rposition(|byte| !is_local(*byte))
        .map_or(floor, |end| floor + end + 1);
    // `\njane@…` in an escaped string, `%3Cjane@…` in a URL.
    if start > 0 && text[start - 1] == b'\\' && matches!(text[start], b'n' | b't' | b'r') {
        start += 1;
    }
    if let Some(percent) = memchr::memrchr(b'%', &text[start..at]) {
        start += (percent + 3).min(at - start);
    }
    while start < at && !text[start].is_ascii_alphanumeric() && text[start] != b'_' {
        start += 1;
    }
    let local = &text[start..at];
    let plausible = (1..=LOCAL).contains(&local.len())
        && local.last() != Some(&b'.')
        && !local.windows(2).any(|pair| pair == b"..")
        && (local.iter().any(u8::is_ascii_alphabetic) || local.len() >= 5);
    plausible.then_some(start..at)
}

/// The part after the `@`: two labels or more, the last a top-level domain.
fn domain(text: &[u8], start: usize) -> Option<Range<usize>> {
    let ceiling = (start + DOMAIN).min(text.len());
    let mut end = text[start..ceiling]
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')))
        .map_or(ceiling, |end| start + end);
    while end > start && !text[end - 1].is_ascii_alphanumeric() {
        end -= 1;
    }
    let name = &text[start..end];
    let dot = memchr::memrchr(b'.', name)?;
    if !is_tld(&name[dot + 1..]) {
        return None;
    }
    let sound = |label: &[u8]| {
        (1..=63).contains(&label.len()) && label[0] != b'-' && label[label.len() - 1] != b'-'
    };
    name.split(|byte| *byte == b'.')
        .all(sound)
        .then_some(start..end)
}

/// Is it a top-level domain, in one case?
pub(super) fn is_tld(label: &[u8]) -> bool {
    static TLDS: OnceLock<Vec<&str>> = OnceLock::new();
    if !(2..=LONGEST_TLD).contains(&label.len())
        || label.iter().any(u8::is_ascii_uppercase) && label.iter().any(u8::is_ascii_lowercase)
    {
        return false;
    }
    let tlds = TLDS.get_or_init(|| {
        let lines = include_str!("../../patterns/tlds.txt").lines();
        lines.filter(|line| !line.starts_with('#')).collect()
    });
    let mut lower = [0; LONGEST_TLD];
    let lower = &mut lower[..label.len()];
    lower.copy_from_slice(label);
    lower.make_ascii_lowercase();
    tlds.binary_search_by(|tld| tld.as_bytes().cmp(lower))
        .is_ok()
}

/// Top-level domains that end more file names than addresses.
const EXTENSIONS: &[&[u8]] = &[
    b"py", b"sh", b"md", b"rs", b"zip", b"mov", b"so", b"pl", b"ps", b"tf", b"mm", b"cc", b"bz",
    b"st", b"cab", b"vi",
];

/// Mail providers under them, by which somebody without a dot is known too.
const PROVIDERS: &[&[u8]] = &[
    b"wp",
    b"onet",
    b"interia",
    b"o2",
    b"op",
    b"vp",
    b"gazeta",
    b"poczta",
    b"tlen",
    b"autograf",
    b"buziaczek",
    b"mts",
    b"eunet",
    b"open",
    b"sbb",
    b"ptt",
    b"mail",
];

/// Code, file names and package versions that look like an address.
fn is_no_address(text: &[u8], local: &Range<usize>, domain: &Range<usize>) -> bool {
    // What continues or calls the name: `x@w.to(…)`, `a@b.id[0]`, `a@b.co/x`.
    if text
        .get(domain.end)
        .is_some_and(|next| matches!(next, b'(' | b'[' | b'_' | b'@' | b'/' | b'='))
    {
        return true;
    }
    let name = &text[domain.clone()];
    let Some(dot) = memchr::memrchr(b'.', name) else {
        return true;
    };
    let (rest, tld) = (&name[..dot], &name[dot + 1..]);
    let last = rest.rsplit(|byte| *byte == b'.').next().unwrap_or(rest);
    // `pkg@v2.dev`, `logo@2x.app`, `icon@1.io`, `model@epoch10.pt`.
    let unmarked = last.strip_prefix(b"v").unwrap_or(last);
    let unmarked = unmarked.strip_suffix(b"x").unwrap_or(unmarked);
    let is_version =
        !unmarked.is_empty() && unmarked.iter().all(u8::is_ascii_digit) && unmarked.len() < 3;
    let is_checkpoint = tld == b"pt" && last.iter().any(u8::is_ascii_digit);
    if is_version || is_checkpoint {
        return true;
    }
    let before = text[..local.start].last();
    // `jan.kowalski@wp.pl` is no file: it has a name before the `@`.
    let is_name = text[local.clone()].contains(&b'.') || PROVIDERS.contains(&rest);
    let is_file =
        EXTENSIONS.contains(&tld) && !rest.contains(&b'.') && before != Some(&b'<') && !is_name;
    let is_self = rest == b"self" || rest.starts_with(b"self.");
    is_file || is_self
}

/// Names under which machines log in.
const LOGINS: &[&[u8]] = &[b"git", b"hg", b"svn", b"gitea", b"gerrit", b"ssh"];
/// Commands whose argument is a login.
const REMOTE: &[&[u8]] = &[
    b"ssh",
    b"scp",
    b"sftp",
    b"rsync",
    b"mosh",
    b"ssh-copy-id",
    b"sshfs",
];
/// Domains of accounts that are no person's.
const SERVICES: &[&[u8]] = &[b"gserviceaccount.com", b"calendar.google.com", b"sentry.io"];

/// A login on a host: `git@hf.co`, `ssh://id@host`, `me@gpu1.uni.edu:/data`.
fn is_login(text: &[u8], local: &Range<usize>, domain: &Range<usize>) -> bool {
    let name = &text[domain.clone()];
    let mailbox = &text[local.clone()];
    if LOGINS.contains(&mailbox)
        || name.starts_with(b"ssh.")
        || SERVICES.iter().any(|end| name.ends_with(end))
    {
        return true;
    }
    // A path after a colon is a copy's target; a word may be a dump's password.
    if let Some(rest) = text[domain.end..].strip_prefix(b":") {
        let token = rest
            .iter()
            .take(64)
            .take_while(|byte| byte.is_ascii_graphic());
        if rest.starts_with(b"~")
            || rest.starts_with(b".")
            || token.clone().any(|byte| *byte == b'/')
        {
            return true;
        }
    }
    let floor = local.start.saturating_sub(96);
    let before = &text[floor..local.start];
    let word = before
        .rsplit(|byte| {
            byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`' | b'(')
        })
        .next()
        .unwrap_or(before);
    // Part of a URL (`https://user:…@host`) or of a path (`@scope/pkg@x.io`).
    let in_url = is_userinfo(word) || word.ends_with(b"/") || word.ends_with(b"@");
    in_url || follows_remote_command(before)
}

/// Does an authority begin in `word` and not end: `https://mara:` of a login?
fn is_userinfo(word: &[u8]) -> bool {
    memchr::memmem::rfind(word, b"://").is_some_and(|at| {
        !word[at + 3..]
            .iter()
            .any(|byte| matches!(byte, b'/' | b'?' | b'#'))
    })
}

/// Is the nearest word before it, options aside, a remote command?
fn follows_remote_command(before: &[u8]) -> bool {
    let line = before
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or(before);
    let mut words = line
        .rsplit(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    words.any(|word| {
        let start = word
            .iter()
            .position(u8::is_ascii_alphabetic)
            .unwrap_or(word.len());
        REMOTE.contains(&&word[start..])
    })
}
