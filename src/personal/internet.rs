//! Addresses of the internet protocol, and of network cards.
//!
//! In: a group of hexadecimal digits. Out: the address it begins, with what it
//! is for: of everybody, of a private network, or of documentation (RFC 5737,
//! 3849, 6890, 7042, 9637).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::coded::{Hit, Place};
use super::groups::Group;
use crate::validate::identity::Verdict;

/// An address by its form alone, and one that has more behind it.
const PLAIN: u8 = 60;
/// Fewest hexadecimal digits of an address beyond the assigned ranges.
const UNASSIGNED: usize = 20;

/// An address of the internet.
pub(super) fn public_address(place: &Place<'_>) -> Option<Hit> {
    let (hit, scope) = address(place)?;
    let verdict = match scope {
        Scope::Public => Verdict::Valid,
        Scope::Private | Scope::Reserved => Verdict::Placeholder,
    };
    Some(Hit { verdict, ..hit })
}

/// An address of a network of one's own.
pub(super) fn private_address(place: &Place<'_>) -> Option<Hit> {
    let (hit, scope) = address(place)?;
    (scope == Scope::Private).then_some(hit)
}

fn address(place: &Place<'_>) -> Option<(Hit, Scope)> {
    let first = place.rest().first()?;
    match place.text.get(first.end) {
        Some(b'.') if !first.letter => version_4(place),
        Some(b':') if first.len() <= 4 => version_6(place),
        _ => None,
    }
}

/// Words behind which four numbers are a version.
const VERSIONS: &[&[u8]] = &[
    b"version",
    b"versions",
    b"ver",
    b"v",
    b"release",
    b"chrome",
    b"safari",
    b"firefox",
    b"edg",
    b"opr",
    b"build",
    b"rev",
    b"v8",
    b"minimum",
    b"maximum",
    b"oid",
    b"section",
    b"chapter",
    b"sec",
    b"figure",
    b"fig",
    b"table",
    b"eq",
    b"appendix",
];

fn version_4(place: &Place<'_>) -> Option<(Hit, Scope)> {
    let groups = place.rest().get(..4)?;
    let (first, last) = (groups.first()?, groups.last()?);
    let adjacent = groups
        .windows(2)
        .all(|pair| pair[0].end + 1 == pair[1].start && place.text.get(pair[0].end) == Some(&b'.'));
    if !adjacent || !is_free(place, first.start, last.end, b".-+/=_") {
        return None;
    }
    let text = place.text.get(first.start..last.end)?;
    let address: Ipv4Addr = std::str::from_utf8(text).ok()?.parse().ok()?;
    // `torch==2.1.0.1`
    let pinned = place.text[..first.start].ends_with(b"=")
        && place.text[..first.start - 1]
            .last()
            .is_some_and(|byte| matches!(byte, b'=' | b'<' | b'>' | b'~' | b'!'));
    let path = place.text[..first.start].ends_with(b"/")
        && place.text[..first.start - 1]
            .last()
            .is_some_and(u8::is_ascii_alphanumeric);
    if pinned || path || is_among_numbers(place, groups) {
        return None;
    }
    // `1.2.3.4` is a version more often than an address.
    let short = text.len() <= 7;
    let lower = lower_word_before(place.text, first.start);
    if VERSIONS.contains(&lower.as_slice()) {
        return None;
    }
    Some(hit(
        first.start..last.end,
        IpAddr::V4(address),
        if short { 20 } else { PLAIN },
    ))
}

/// Does it stand between plain numbers, as in a path of a drawing?
fn is_among_numbers(place: &Place<'_>, own: &[Group]) -> bool {
    let (Some(first), Some(last)) = (own.first(), own.last()) else {
        return false;
    };
    let text = place.text;
    let part_of_number = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    let left = text[..first.start].strip_suffix(b" ").unwrap_or_default();
    let right = text[last.end..].strip_prefix(b" ").unwrap_or_default();
    let left_len = left
        .iter()
        .rev()
        .take(16)
        .take_while(|byte| part_of_number(byte))
        .count();
    let right_len = right
        .iter()
        .take(16)
        .take_while(|byte| part_of_number(byte))
        .count();
    let plain = |number: &[u8]| {
        number.iter().any(u8::is_ascii_digit) && memchr::memchr_iter(b'.', number).count() < 3
    };
    plain(&left[left.len() - left_len..]) && plain(&right[..right_len])
}

fn version_6(place: &Place<'_>) -> Option<(Hit, Scope)> {
    let first = place.rest().first()?;
    let is_part = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    // A leading `::` belongs to it.
    let start = if place.text[..first.start].ends_with(b"::") {
        first.start - 2
    } else {
        first.start
    };
    let rest = place.text.get(start..)?;
    let len = rest
        .iter()
        .take(46)
        .take_while(|byte| is_part(byte))
        .count();
    let text = rest.get(..len)?;
    let text = text.strip_suffix(b".").unwrap_or(text);
    let text = if text.ends_with(b"::") {
        text
    } else {
        text.strip_suffix(b":").unwrap_or(text)
    };
    let end = start + text.len();
    if memchr::memchr_iter(b':', text).count() < 2 || !is_free(place, start, end, b".:-_=") {
        return None;
    }
    let address: Ipv6Addr = std::str::from_utf8(text).ok()?.parse().ok()?;
    let digits = text.iter().filter(|byte| byte.is_ascii_hexdigit()).count();
    // Beyond what is assigned only a whole one is none by chance.
    let assigned = (0x2000..=0x3fff).contains(&address.segments()[0]);
    let short = memchr::memmem::find(text, b"::").is_some();
    // Eight pairs are the fingerprint of a key.
    let short = short || digits < UNASSIGNED;
    if short && !assigned && !is_local(address) {
        return None;
    }
    // `x[0::2]` is a slice of Python's, `10:30::1` a time.
    let url = place.text[..start].ends_with(b"://[");
    if digits < 8 || (place.before(start) == Some(b'[') && !url) {
        return None;
    }
    Some(hit(start..end, IpAddr::V6(address), PLAIN))
}

fn hit(span: std::ops::Range<usize>, address: IpAddr, score: u8) -> (Hit, Scope) {
    (Hit::new(span, score, Verdict::Valid), scope(address))
}

/// Of a network of one's own, or of a link.
fn is_local(address: Ipv6Addr) -> bool {
    matches!(address.segments()[0], 0xfc00..=0xfdff | 0xfe80..=0xfebf)
}

/// Who has an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Public,
    Private,
    /// Documentation, loopback, multicast, and resolvers everybody knows.
    Reserved,
}

/// Resolvers and the like, which are nobody's own: Google, Cloudflare, Quad9,
/// OpenDNS, Level 3, Verisign, Yandex, `AdGuard`, 114DNS, `AliDNS`.
const KNOWN: &[[u8; 4]] = &[
    [8, 8, 8, 8],
    [8, 8, 4, 4],
    [1, 1, 1, 1],
    [1, 0, 0, 1],
    [9, 9, 9, 9],
    [149, 112, 112, 112],
    [208, 67, 222, 222],
    [208, 67, 220, 220],
    [4, 2, 2, 1],
    [4, 2, 2, 2],
    [64, 6, 64, 6],
    [64, 6, 65, 6],
    [77, 88, 8, 8],
    [77, 88, 8, 1],
    [94, 140, 14, 14],
    [94, 140, 15, 15],
    [114, 114, 114, 114],
    [223, 5, 5, 5],
    [223, 6, 6, 6],
    [119, 29, 29, 29],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [2, 2, 2, 2],
    [3, 3, 3, 3],
    [5, 5, 5, 5],
    [6, 6, 6, 6],
    [7, 7, 7, 7],
    [169, 254, 169, 254],
    [168, 63, 129, 16],
];

fn scope(address: IpAddr) -> Scope {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            let documentation = v4.is_documentation() || (a == 192 && b == 0 && c == 0);
            let benchmark = a == 198 && (b == 18 || b == 19);
            if v4.is_unspecified()
                || v4.is_loopback()
                || v4.is_link_local()
                || a == 0
                || a >= 224
                || documentation
                || benchmark
                || KNOWN.contains(&v4.octets())
            {
                Scope::Reserved
            } else if v4.is_private() || (a == 100 && (64..128).contains(&b)) {
                Scope::Private
            } else {
                Scope::Public
            }
        }
        IpAddr::V6(v6) => {
            if let Some(v4) = v6.to_ipv4_mapped() {
                return scope(IpAddr::V4(v4));
            }
            let [first, second, ..] = v6.segments();
            match first {
                0x2001 if second == 0xdb8 => Scope::Reserved,
                0x3fff if second < 0x1000 => Scope::Reserved,
                0x2001
                    if matches!(second, 0x4860 | 0x1608) && v6.segments()[7] & 0xff00 == 0x8800 =>
                {
                    Scope::Reserved
                }
                0x2606 if second == 0x4700 && v6.segments()[2] == 0x4700 => Scope::Reserved,
                0xfc00..=0xfdff => Scope::Private,
                0xfe80..=0xfebf => Scope::Private,
                // Loopback, mapped and discard; multicast.
                0 | 0x100 | 0xff00.. => Scope::Reserved,
                _ => Scope::Public,
            }
        }
    }
}

/// Pairs of hexadecimal digits, or three fours with dots.
pub(super) fn hardware(place: &Place<'_>) -> Option<Hit> {
    let first = place.rest().first()?;
    let (count, size, between) = match (first.len(), place.text.get(first.end)?) {
        (2, between @ (b':' | b'-')) => (6, 2, *between),
        (4, between @ b'.') => (3, 4, *between),
        _ => return None,
    };
    let groups = place.rest().get(..count)?;
    let last = groups.last()?;
    let joined = groups.windows(2).all(|pair| {
        pair[0].end + 1 == pair[1].start && place.text.get(pair[0].end) == Some(&between)
    });
    let sized = groups.iter().all(|group| group.len() == size);
    if !joined || !sized || !is_free(place, first.start, last.end, b":-._") {
        return None;
    }
    let text = place.text.get(first.start..last.end)?;
    let hex: Vec<u8> = text
        .iter()
        .copied()
        .filter(u8::is_ascii_alphanumeric)
        .collect();
    let upper = hex.iter().any(u8::is_ascii_uppercase);
    let lower = hex.iter().any(u8::is_ascii_lowercase);
    // Digits alone are a time or a date, dots alone a version.
    if !hex.iter().all(u8::is_ascii_hexdigit)
        || (upper && lower)
        || !(upper || lower || between == b':')
    {
        return None;
    }
    let same = hex.chunks(2).all(|pair| pair == &hex[..2]);
    let documentation = hex.to_ascii_lowercase().starts_with(b"00005e0053");
    let counted = hex == b"001122334455" || hex.eq_ignore_ascii_case(b"aabbccddeeff");
    let verdict = if same || documentation || counted {
        Verdict::Placeholder
    } else {
        Verdict::Valid
    };
    Some(Hit::new(first.start..last.end, 30, verdict))
}

/// Does nothing that would continue it touch either side?
fn is_free(place: &Place<'_>, start: usize, end: usize, joins: &[u8]) -> bool {
    let continues = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let joined = |byte: &u8| continues(*byte) || joins.contains(byte);
    let before = place.before(start);
    let after = place.text.get(end).copied();
    let next = place
        .text
        .get(end + 1)
        .copied()
        .is_some_and(|next| next.is_ascii_alphanumeric());
    let left = !before
        .filter(|byte| !matches!(byte, b'/' | b'=' | b':'))
        .is_some_and(|byte| joined(&byte));
    let right = !after
        .filter(|byte| *byte != b'/')
        .is_some_and(|byte| continues(byte) || (joins.contains(&byte) && next));
    left && right
}

/// The word before a place, spaces, slashes and marks between them left out.
fn lower_word_before(text: &[u8], at: usize) -> Vec<u8> {
    let before = &text[at.saturating_sub(24)..at];
    let between = |byte: &u8| matches!(byte, b' ' | b'/' | b':' | b'=' | b'"' | b'\'' | b'(');
    let end = before
        .iter()
        .rposition(|byte| !between(byte))
        .map_or(0, |at| at + 1);
    let start = before[..end]
        .iter()
        .rposition(|byte| !byte.is_ascii_alphanumeric())
        .map_or(0, |at| at + 1);
    before[start..end].to_ascii_lowercase()
}
