//! Places on Earth, exact to some metres.
//!
//! In: a group of digits. Out: a pair of decimal degrees, latitude first, or of
//! degrees, minutes and seconds; or one decimal number behind its name.

use std::ops::Range;

use super::coded::{Hit, Place};
use crate::validate::identity::Verdict;

/// A pair of numbers may be anything, with names or marks of degrees it is a
/// place.
const PAIR: u8 = 10;
const NAMED: u8 = 50;
const MARKED: u8 = 60;
/// Digits behind the point that tell a place to eleven metres.
const EXACT: usize = 4;
/// Bytes between the two numbers of a pair, names of keys included.
const BETWEEN: usize = 32;

pub(super) fn find(place: &Place<'_>) -> Option<Hit> {
    let first = place.rest().first()?;
    if first.letter || first.len() > 3 {
        return None;
    }
    match place.text.get(first.end)? {
        b'.' => decimal_pair(place),
        b' ' | 0xc2 | b'd' | b':' => marked_pair(place),
        _ => None,
    }
}

/// One decimal number.
#[derive(Clone, Debug)]
struct Degrees {
    span: Range<usize>,
    /// Whole degrees and the fraction's digits, without the sign.
    whole: u32,
    exact: bool,
    /// Is it nothing but zeros behind the point?
    round: bool,
}

/// The number that begins at a place, sign included.
fn decimal(text: &[u8], at: usize) -> Option<Degrees> {
    let signed = usize::from(matches!(text.get(at), Some(b'-' | b'+')));
    let start = at + signed;
    let digits = |from: usize, most: usize| {
        let rest = text.get(from..).unwrap_or_default();
        let run = rest.iter().take(most + 1);
        run.take_while(|byte| byte.is_ascii_digit()).count()
    };
    let whole_len = digits(start, 3);
    let point = start + whole_len;
    if !(1..=3).contains(&whole_len) || text.get(point) != Some(&b'.') {
        return None;
    }
    let len = digits(point + 1, 18);
    let end = point + 1 + len;
    let fraction = text.get(point + 1..end)?;
    let continued = match (text.get(end), text.get(end + 1)) {
        (Some(b'e' | b'E' | b'_' | b'f' | b'%'), _) => true,
        (Some(b'.'), Some(next)) => next.is_ascii_digit(),
        (Some(byte), _) => byte.is_ascii_digit(),
        _ => false,
    };
    if len == 0 || continued {
        return None;
    }
    let whole = text.get(start..point)?.iter();
    Some(Degrees {
        span: at..end,
        whole: whole.fold(0, |number, byte| number * 10 + u32::from(byte - b'0')),
        exact: len >= EXACT,
        round: fraction.iter().all(|byte| Some(byte) == fraction.first()),
    })
}

fn decimal_pair(place: &Place<'_>) -> Option<Hit> {
    let first = place.rest().first()?;
    let start = match place.before(first.start) {
        Some(b'-' | b'+') => first.start - 1,
        Some(b'.' | b'_' | b'/' | b'@') if !is_map(place.text, first.start) => return None,
        _ => first.start,
    };
    let one = decimal(place.text, start)?;
    if !one.exact || one.round {
        return None;
    }
    let own = name_before(place.text, start);
    let rest = place.text.get(one.span.end..)?;
    let gap = rest.iter().take(BETWEEN).position(u8::is_ascii_digit)?;
    let gap = match rest.get(gap.wrapping_sub(1)) {
        Some(b'-' | b'+') => gap - 1,
        _ => gap,
    };
    let between = rest.get(..gap)?;
    let two = decimal(place.text, one.span.end + gap).filter(|two| two.exact && !two.round)?;
    let other = name_in(between);
    let ordered = |lat: &Degrees, lon: &Degrees| lat.whole < 90 && lon.whole < 180;
    let (fits, score) = match (own, other) {
        (Some(Name::Latitude), Some(Name::Longitude)) => (ordered(&one, &two), NAMED),
        (Some(Name::Longitude), Some(Name::Latitude)) => (ordered(&two, &one), NAMED),
        _ => (is_plain(between) && ordered(&one, &two), PAIR),
    };
    let pair = [&one, &two].map(|degrees| place.text.get(degrees.span.clone()));
    let verdict = if pair.iter().any(|text| text.is_some_and(is_city)) {
        Verdict::Placeholder
    } else {
        Verdict::Valid
    };
    fits.then(|| Hit::new(one.span.start..two.span.end, score, verdict))
}

/// Latitudes of the middle of cities, as examples everywhere have them.
const CITIES: &[&str] = &[
    "1.3521", "12.9716", "19.0760", "19.4326", "23.5505", "25.2048", "28.6139", "28.7041",
    "33.8688", "34.0522", "35.6762", "35.6895", "37.3861", "37.4220", "37.4221", "37.5665",
    "37.7749", "39.9042", "40.4168", "40.7128", "40.7484", "41.8781", "41.9028", "43.6532",
    "47.6062", "48.8566", "48.8584", "51.5074", "52.5200", "55.7558",
];

/// Is it one of them? Both numbers of a pair are asked, whatever their order;
/// no digit may follow but zeros.
fn is_city(degrees: &[u8]) -> bool {
    let plain = degrees.strip_prefix(b"-").unwrap_or(degrees);
    CITIES.iter().any(|city| {
        let rest = plain.strip_prefix(city.as_bytes());
        rest.is_some_and(|rest| rest.iter().all(|byte| *byte == b'0'))
    })
}

/// Is what stands before it the address of a map, `@48.85,2.35`?
fn is_map(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(48)..at).unwrap_or_default();
    before.ends_with(b"@") && before.windows(4).any(|four| four == b"maps")
}

/// Nothing but one comma, semicolon or space, and brackets of degrees.
fn is_plain(between: &[u8]) -> bool {
    let text = between.strip_prefix("°".as_bytes()).unwrap_or(between);
    let text = text.trim_ascii();
    matches!(text, b"" | b"," | b";" | b"N," | b"S," | b"N" | b"S" | b"/")
        && !between.contains(&b'\n')
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Latitude,
    Longitude,
}

const NAMES: &[(&[u8], Name)] = &[
    (b"latitude", Name::Latitude),
    (b"lat", Name::Latitude),
    (b"longitude", Name::Longitude),
    (b"long", Name::Longitude),
    (b"lng", Name::Longitude),
    (b"lon", Name::Longitude),
];

/// The last word of a piece of text, marks behind it left out.
fn name_in(text: &[u8]) -> Option<Name> {
    let end = text.iter().rposition(u8::is_ascii_alphabetic)? + 1;
    let marks = text.get(end..)?.iter();
    if marks.clone().count() > 6 || marks.clone().any(|byte| matches!(byte, b',' | b';' | b'(')) {
        return None;
    }
    let head = text.get(..end)?;
    let start = head.iter().rposition(|byte| !byte.is_ascii_alphabetic());
    let word = head
        .get(start.map_or(0, |at| at + 1)..)?
        .to_ascii_lowercase();
    let known = NAMES.iter().find(|(name, _)| word.ends_with(name));
    known.map(|(_, name)| *name)
}

fn name_before(text: &[u8], at: usize) -> Option<Name> {
    name_in(text.get(at.saturating_sub(24)..at)?)
}

/// `48°51'24.1"N 2°21'03"E`, with letters and typographic marks too.
fn marked_pair(place: &Place<'_>) -> Option<Hit> {
    let first = place.rest().first()?;
    let (end, north) = marked(place.text, first.start)?;
    if !north {
        return None;
    }
    let between = place.text.get(end..)?.iter().take(4);
    let gap = between
        .take_while(|byte| matches!(byte, b' ' | b',' | b';'))
        .count();
    let (end, north) = marked(place.text, end + gap)?;
    (!north).then(|| Hit::new(first.start..end, MARKED, Verdict::Valid))
}

/// Where degrees, minutes and a direction end, and whether it is north or south.
fn marked(text: &[u8], at: usize) -> Option<(usize, bool)> {
    let mut rest = text.get(at..)?;
    let most = rest.len();
    for (number, marks) in MARKS.iter().enumerate() {
        let digits = rest
            .iter()
            .take(4)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        // Seconds may be left out.
        if digits == 0 && number == 2 {
            break;
        }
        if !(1..=3).contains(&digits) {
            return None;
        }
        rest = rest.get(digits..)?;
        if let Some(fraction) = rest.strip_prefix(b".").filter(|_| number > 0) {
            let digits = fraction
                .iter()
                .take(9)
                .take_while(|byte| byte.is_ascii_digit());
            rest = fraction.get(digits.count()..)?;
        }
        let mark = marks
            .iter()
            .find_map(|mark| rest.strip_prefix(mark.as_bytes()))?;
        rest = mark.strip_prefix(b" ").unwrap_or(mark);
    }
    let (direction, rest) = rest.split_first()?;
    let free = rest
        .first()
        .is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let north = matches!(direction, b'N' | b'S');
    let known = north || matches!(direction, b'E' | b'W' | b'O');
    (known && free).then_some((at + most - rest.len(), north))
}

/// Marks of degrees, minutes and seconds.
const MARKS: [&[&str]; 3] = [
    &["°", "º", " deg", "deg", "d"],
    &["'", "′", "’", "m"],
    &["\\\"", "\"", "″", "''", "”", "s"],
];

#[cfg(test)]
mod tests {
    use super::super::groups;
    use super::*;

    fn found(text: &str) -> Vec<(&str, u8)> {
        let mut all = Vec::new();
        groups::find(text.as_bytes(), 0, text.len(), &mut all);
        let hit = |at: usize| {
            find(&Place {
                text: text.as_bytes(),
                groups: &all,
                at,
            })
        };
        let hits = (0..all.len()).filter_map(hit);
        hits.map(|hit| (&text[hit.span], hit.score)).collect()
    }

    #[test]
    fn pairs_are_latitude_and_longitude() {
        assert_eq!(
            found("at 48.85837, 2.29448."),
            [("48.85837, 2.29448", PAIR)]
        );
        assert_eq!(
            found("(-33.85678,151.21530)"),
            [("-33.85678,151.21530", PAIR)]
        );
        let named = "{\"lat\": 48.85837, \"lng\": -2.29448}";
        assert_eq!(found(named), [("48.85837, \"lng\": -2.29448", NAMED)]);
        let named = "longitude=151.21530&latitude=-33.85678";
        assert_eq!(found(named).len(), 1);
        for text in [
            "48.85, 2.29",
            "148.85837, 2.29448",
            "48.85837, 202.29448",
            "48.85837e3, 2.29448",
            "loss 0.12345 acc 0.98765",
            "48.00000, 2.00000",
            "1.48.85837, 2.29448",
            "48.85837\n2.29448",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn cities_are_examples() {
        assert!(is_city(b"-33.8688") && is_city(b"48.856600"));
        assert!(!is_city(b"48.85661") && !is_city(b"8.8566"));
    }

    #[test]
    fn degrees_have_marks() {
        for text in [
            "48°51'24\"N 2°17'40\"E",
            "48°51'24.11\"N, 2°17'40.02\"W",
            "33° 51′ 24″ S 151° 12′ 55″ E",
            "48°51.402'N 2°17.668'E",
        ] {
            assert_eq!(found(text), [(text, MARKED)]);
        }
        assert!(found("48°51'24\" and 2°17'40\"").is_empty());
        assert!(found("rotate 90° 45'N").is_empty());
    }

    #[test]
    fn any_cut_is_harmless() {
        let text = "lat 48.85837, lng -2.29448; 48°51'24.1\"N 2°17'40\"E 9° 9′ 9″ S";
        for start in 0..text.len() {
            for end in start..text.len() {
                let bytes = &text.as_bytes()[start..end];
                let mut all = Vec::new();
                groups::find(bytes, 0, bytes.len(), &mut all);
                for at in 0..=all.len() {
                    let place = Place {
                        text: bytes,
                        groups: &all,
                        at,
                    };
                    let span = find(&place).map(|hit| hit.span);
                    assert!(span.is_none_or(|span| span.end <= bytes.len()));
                }
            }
        }
    }
}
