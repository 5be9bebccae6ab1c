//! Hosts and addresses of internal networks.
//!
//! In: an internal ending (`.internal`, `.local` …) or the start of a private
//! IPv4 address in a text. Out: the host with its port, where the text around
//! shows that it is one: a URL, a port, a login, a name like `gpu01`.

#[cfg(test)]
mod tests;

use std::net::Ipv4Addr;
use std::ops::Range;

use super::detect::Detected;
use crate::finding::Confidence;

pub(super) const TRIGGERS: &[&str] = &[
    ".internal",
    ".corp",
    ".local",
    ".lan",
    ".intra",
    ".intranet",
    "192.168.",
    "169.254.",
    "172.1",
    "172.2",
    "172.3",
    // `10.` alone would wake on every float.
    "/10.",
    "@10.",
    "=10.",
    "\"10.",
    "'10.",
    " 10.",
    ":10.",
    "\n10.",
    "`10.",
];

/// Longest host name, and longest label.
const LONGEST: usize = 253;

/// Look at the ending or the first octets at `hit`.
pub(super) fn detect(text: &[u8], hit: Range<usize>) -> Option<Detected> {
    if text[hit.start] == b'.' && text[hit.start + 1].is_ascii_alphabetic() {
        return name(text, &hit);
    }
    let start = hit.start + text[hit.clone()].iter().position(u8::is_ascii_digit)?;
    address(text, start)
}

/// What the text around says about a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// `https://host`, `host:8080`, `me@host`.
    Certain,
    /// `MASTER_ADDR=host`.
    Named,
    /// Nothing.
    None,
}

/// Keys of configurations that hold hosts.
const KEYS: &[&[u8]] = &[
    b"addr",
    b"host",
    b"server",
    b"endpoint",
    b"_url",
    b"_ip",
    b"proxy",
    b"--rdzv",
    b"broker",
    b"nodes",
];

fn sign(text: &[u8], host: &Range<usize>) -> Sign {
    let before = &text[host.start.saturating_sub(64)..host.start];
    if port(text, host.end).is_some()
        || before.ends_with(b"://")
        || before.ends_with(b"@") && is_login(before)
    {
        return Sign::Certain;
    }
    let near = before[before.len().saturating_sub(32)..].to_ascii_lowercase();
    let line = near
        .rsplit(|byte| matches!(byte, b'\n' | b','))
        .next()
        .unwrap_or(&near);
    let assigned =
        memchr::memchr2(b'=', b':', line).is_some() || memchr::memmem::find(line, b"--").is_some();
    let keyed = KEYS
        .iter()
        .any(|key| memchr::memmem::find(line, key).is_some());
    if assigned && keyed {
        Sign::Named
    } else {
        Sign::None
    }
}

/// A name before the `@`: not a decorator's.
fn is_login(before: &[u8]) -> bool {
    before.len() >= 2 && before[before.len() - 2].is_ascii_alphanumeric()
}

/// The end of a `:port` at `end`.
fn port(text: &[u8], end: usize) -> Option<usize> {
    let rest = text.get(end..)?.strip_prefix(b":")?;
    let digits = rest
        .iter()
        .take(6)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let next = rest.get(digits);
    let whole = (2..=5).contains(&digits)
        && !next
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    whole.then_some(end + 1 + digits)
}

/// Internal names that mean the same on every machine.
const PUBLIC: &[&[u8]] = &[
    b"docker.internal",
    b"containers.internal",
    b"metadata.google.internal",
    b"metadata.internal",
    b"lima.internal",
    b"orb.local",
];
/// Labels of documentation.
const MADE_UP: &[&str] = &[
    "example",
    "your",
    "my-",
    "my_",
    "foo",
    "bar",
    "host",
    "hostname",
    "name",
    "service-name",
    "svc-name",
    "some",
    "test",
    "placeholder",
    "server-name",
    "domain",
    "company",
];

/// Where the name that ends in the trigger starts.
fn start_of(text: &[u8], hit: &Range<usize>) -> Option<usize> {
    let is_label = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    // `.intra` is the start of `.intranet`, `.local` of `.locale`.
    match text[hit.end..] {
        [next, ..]
            if next.is_ascii_alphanumeric() || matches!(next, b'_' | b'-' | b'(' | b'[' | b'=') =>
        {
            return None;
        }
        [b'.', next, ..] if next.is_ascii_alphanumeric() || next == b'_' => return None,
        _ => {}
    }
    let floor = hit.start.saturating_sub(LONGEST);
    let mut start = text[floor..hit.start]
        .iter()
        .rposition(|byte| !is_label(byte))
        .map_or(floor, |end| floor + end + 1);
    if start > 0 && text[start - 1] == b'\\' && matches!(text[start], b'n' | b't' | b'r') {
        start += 1;
    }
    // A template or an identifier goes on before it.
    let goes_on = matches!(
        text[..start],
        [
            ..,
            b'_' | b'}' | b')' | b']' | b'$' | b'*' | b'%' | b'{' | b'~'
        ]
    );
    (start < hit.start && !goes_on).then_some(start)
}

/// A host name that ends in the trigger.
fn name(text: &[u8], hit: &Range<usize>) -> Option<Detected> {
    let start = start_of(text, hit)?;
    let before = text[..start].last();
    let labels = &text[start..hit.start];
    let lower = text[start..hit.end].to_ascii_lowercase();
    let sound = labels
        .split(|byte| *byte == b'.')
        .all(|label| !label.is_empty() && label[0] != b'-');
    let first = lower
        .split(|byte| *byte == b'.')
        .next()
        .and_then(|label| std::str::from_utf8(label).ok())?;
    let made_up = MADE_UP.iter().any(|word| first.starts_with(word))
        || memchr::memmem::find(&lower, b"example").is_some();
    if !sound || made_up || PUBLIC.iter().any(|known| lower.ends_with(known)) {
        return None;
    }
    let host = start..hit.end;
    let sign = sign(text, &host);
    // A file (`/etc/app.local`) or a path of a URL.
    if sign != Sign::Certain && matches!(before, Some(b'/' | b'\\' | b'-' | b'.')) {
        return None;
    }
    let is_machine = looks_like_a_machine(labels, lower.ends_with(b".local"));
    let certain = sign == Sign::Certain || lower.ends_with(b".svc.cluster.local");
    let named = sign == Sign::Named
        && labels
            .iter()
            .any(|byte| matches!(byte, b'-') || byte.is_ascii_digit());
    (certain || named || is_machine).then(|| Detected {
        confidence: (!certain).then_some(Confidence::Low),
        evidence: vec!["a host name of an internal network".to_owned()],
        ..Detected::at(start..port(text, hit.end).unwrap_or(hit.end))
    })
}

/// Words in the names of machines that announce themselves as `NAME.local`.
const MACHINES: &[&str] = &[
    "macbook",
    "imac",
    "mac-",
    "mbp",
    "desktop",
    "laptop",
    "workstation",
    "node",
    "gpu",
    "nas",
    "cluster",
];

/// `ip-10-1-2-3.ec2.internal`, `gpu01.lan`, `Janes-MacBook-Pro.local`.
fn looks_like_a_machine(labels: &[u8], mdns: bool) -> bool {
    let hyphen = labels.contains(&b'-');
    let first = labels.split(|byte| *byte == b'.').next().unwrap_or(labels);
    let digits = first
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let numbered = digits >= 2 && first.len() >= digits + 2;
    if mdns {
        let lower = first.to_ascii_lowercase();
        let known = MACHINES
            .iter()
            .any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some());
        return known && (hyphen || numbered);
    }
    let letters = labels
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    letters >= 2 && (numbered || hyphen && labels.iter().any(u8::is_ascii_digit))
}

/// A private IPv4 address that starts at `start`.
fn address(text: &[u8], start: usize) -> Option<Detected> {
    let before = text[..start].last();
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
    {
        return None;
    }
    let rest = &text[start..(start + 15).min(text.len())];
    let length = rest
        .iter()
        .position(|byte| !(byte.is_ascii_digit() || *byte == b'.'))
        .unwrap_or(rest.len());
    let ip: Ipv4Addr = std::str::from_utf8(&rest[..length])
        .ok()?
        .trim_end_matches('.')
        .parse()
        .ok()?;
    let end = start
        + if rest[length - 1] == b'.' {
            length - 1
        } else {
            length
        };
    let next = text.get(end);
    // A longer number, a version, a subnet.
    if next.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        || next == Some(&b'.') && text.get(end + 1).is_some_and(u8::is_ascii_digit)
    {
        return None;
    }
    let octets = ip.octets();
    let is_internal = ip.is_private() || ip.is_link_local();
    let is_network = octets[3] == 0 || octets[3] == 255;
    // The metadata services of the clouds.
    let is_service = matches!(
        octets,
        [169, 254, 169 | 170, _] | [10, 96, 0, 1 | 10] | [172, 17, 0, 1]
    );
    let sign = sign(text, &(start..end));
    if !is_internal || is_network || is_service || sign == Sign::None {
        return None;
    }
    // Addresses of home routers and of every guide.
    let is_stock = matches!(
        octets,
        [192, 168, 0 | 1, _] | [10, 0, 0, _] | [10, 1, 1, 1] | [10, 10, 10, 10] | [10, 1, 2, 3]
    );
    Some(Detected {
        confidence: (is_stock || sign == Sign::Named).then_some(Confidence::Low),
        evidence: vec!["an address of a private network".to_owned()],
        ..Detected::at(start..port(text, end).unwrap_or(end))
    })
}
