//! How telephone numbers are grouped, country by country.
//!
//! In: a number as it is written. Out: what the way it is written says, 0 to
//! 100 without any context. Numbers behind a `+` are told by their country's
//! plan, those of North America by their area, others at home by a form that
//! little else has; any group of digits may be one where words say so.

use super::home;
use super::other::{counts_up, is_book, is_limit, is_other_number, is_patterned, value};
use super::written::Written;
use crate::validate::identity::Verdict;
use crate::validate::identity::phone::{
    National, country, is_drama_at_home, is_made_up, is_north_american,
};

/// Needs a word that names it, and nothing else.
const NAMED: u8 = 12;
/// Needs a word near it: of those, words within 32 bytes are enough, or within
/// 16 (`score` in `personal`).
const NAMED_NEAR: u8 = 8;
const NAMED_BESIDE: u8 = 7;

/// What a number's form says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) score: u8,
    pub(super) verdict: Verdict,
    pub(super) evidence: Option<&'static str>,
}

impl Told {
    fn new(score: u8, fiction: bool) -> Self {
        let verdict = if fiction {
            Verdict::Placeholder
        } else {
            Verdict::Valid
        };
        Self {
            score,
            verdict,
            evidence: None,
        }
    }

    fn because(self, evidence: &'static str) -> Self {
        Self {
            evidence: Some(evidence),
            ..self
        }
    }
}

/// What the form of a number says; `None` if it is none.
pub(super) fn told(number: &Written) -> Option<Told> {
    if number.plus {
        return abroad(number, number.digits(), 0);
    }
    for (prefix, skipped) in [(&b"00"[..], 2), (b"011", 3)] {
        if let Some(digits) = number.digits().strip_prefix(prefix) {
            if let Some(told) = abroad(number, digits, skipped) {
                return Some(told);
            }
        }
    }
    north_american(number)
        .or_else(|| at_home(number))
        .or_else(|| grouped(number))
        .or_else(|| bare(number))
}

/// A number behind `+`, or behind `skipped` digits that mean the same.
fn abroad(number: &Written, digits: &[u8], skipped: usize) -> Option<Told> {
    let plan = country(digits)?;
    let code = skipped + plan.code.len();
    let groups = number.groups();
    // The country stands alone, or with what follows in the first group; or
    // the prefix stands alone.
    let mut lens = groups.iter().map(|group| usize::from(group.len));
    let first = lens.next()?;
    let apart = first == code || (first == skipped && lens.next() == Some(plan.code.len()));
    // One digit alone is an area, as in Paris, or a trunk prefix.
    let singles = groups.iter().skip(1).filter(|group| group.len == 1);
    let whole = groups.len() > 1 && singles.count() <= 2 && !ends_short(number);
    if groups.len() > 1 && (!whole || first < code && !apart) {
        return None;
    }
    // A point among other marks is of a fraction.
    if number.has(b'.') && (number.has(b' ') || number.has(b'-')) {
        return None;
    }
    // Bytes and characters in hexadecimal are in groups of one size.
    if skipped > 0 && groups.len() > 1 && groups.iter().all(|group| usize::from(group.len) == first)
    {
        return None;
    }
    let rest = digits.get(plan.code.len()..)?;
    let Some(national) = National::of(digits) else {
        let likely = (7..=12).contains(&rest.len()) && (apart || groups.len() == 1);
        let fiction =
            is_made_up(digits) || is_made_up(rest) || (plan.code == "1" && is_drama_at_home(rest));
        return likely.then(|| Told::new(if groups.len() > 2 { 18 } else { NAMED }, fiction));
    };
    let fiction = national.is_fiction() || is_made_up(digits);
    let score = match (groups.len(), skipped) {
        (1, 0) if national.is_mobile() => 42,
        (1, 0) => 20,
        (1, _) => NAMED,
        // Registries write `+49.301234567`, tables `+49.301234`.
        (2, 0) if number.has(b'.') && rest.len() < 7 => return None,
        (2, 0) if number.has(b'.') => 35,
        (2, 0) if apart => 65,
        (_, 0) if apart => 80,
        // So are coordinates: +4339-07923.
        (2, 0) if number.has(b'-') => 18,
        // So is a line of numbers that a patch adds.
        (_, 0) if groups.iter().skip(1).all(|group| group.mark == b' ') => 40,
        (_, 0) => 60,
        (2, _) => 35,
        (..) if apart => 60,
        (..) => 40,
    };
    Some(Told::new(score, fiction).because("country code and length are right"))
}

/// Three, three and four digits, with or without a 1 before them.
fn north_american(number: &Written) -> Option<Told> {
    let groups = number.groups();
    let lens: [u8; 3] = match groups {
        [one, a, b, c] if one.len == 1 && number.group(0) == b"1" => [a.len, b.len, c.len],
        [a, b, c] => [a.len, b.len, c.len],
        _ => return None,
    };
    if lens != [3, 3, 4] {
        return None;
    }
    let long = groups.len() == 4;
    if number.bracket.is_some_and(|at| at != usize::from(long)) {
        return None;
    }
    let national = number.digits().get(usize::from(long)..)?;
    let mark = groups.last()?.mark;
    let uniform = groups.iter().skip(1).all(|group| group.mark == mark);
    let fiction = is_drama_at_home(national) || is_made_up(national) || is_patterned(number);
    if !is_north_american(national) {
        return (mark != b'/' && national.first() != Some(&b'0'))
            .then(|| Told::new(NAMED, fiction));
    }
    if !uniform && number.bracket.is_none() && number.has(b'.') {
        return None;
    }
    let score = match (mark, uniform) {
        (b'/', _) => return None,
        (_, false) if number.bracket.is_some() => 65,
        (b'-', true) => 55,
        (b'.', true) => 52,
        (b'-', false) if number.has(b' ') => 50,
        (b' ', _) if long => 35,
        _ => 18,
    };
    Some(Told::new(score + u8::from(long) * 5, fiction).because("the area code is in use"))
}

fn at_home(number: &Written) -> Option<Told> {
    if number.groups().len() < 2 || !(8..=12).contains(&number.digits().len()) {
        return None;
    }
    let (plain, len) = number.plain();
    let plain = plain.get(..len)?;
    let score = match home::score(plain) {
        Some(score) => score,
        None if is_bracketed_area(number) => 46,
        None => return None,
    };
    let digits = number.digits();
    let fiction = is_drama_at_home(digits) || is_made_up(digits) || counts_up(number);
    Some(Told::new(score, fiction).because("a country writes its numbers so"))
}

/// `(0dd) ddd dddd`: an area with its trunk prefix, and a number of five to
/// eight digits.
fn is_bracketed_area(number: &Written) -> bool {
    let area = number.group(0);
    let rest = number.digits().len() - area.len();
    number.bracket == Some(0)
        && area.len() > 1
        && area.first() == Some(&b'0')
        && area.get(1) != Some(&b'0')
        && (5..=8).contains(&rest)
        && (8..=11).contains(&number.digits().len())
        && !ends_short(number)
}

/// Two to six groups of two to nine digits, where words say what they are.
fn grouped(number: &Written) -> Option<Told> {
    let (groups, digits) = (number.groups(), number.digits());
    let second = groups.get(1)?;
    let sized = |(at, group): (usize, &super::written::Part)| match group.len {
        1 => at == 0 && (groups.len() > 2 || number.bracket == Some(1)),
        2..=9 => true,
        _ => false,
    };
    let sound = groups.len() <= 6
        && (6..=14).contains(&digits.len())
        && !digits.starts_with(b"00")
        && groups.iter().enumerate().all(sized)
        && number
            .bracket
            .is_none_or(|at| at == 0 || (at == 1 && second.mark == b'('))
        && marks_agree(number);
    if !sound || is_other_number(number) {
        return None;
    }
    let fiction =
        is_drama_at_home(digits) || is_made_up(digits) || is_patterned(number) || counts_up(number);
    let home = digits.first() == Some(&b'0');
    let thousands = groups.iter().skip(1).all(|group| group.len == 3);
    let score = match second.mark {
        // Versions, and amounts in some countries.
        b'.' if groups.iter().any(|group| group.len == 1) => return None,
        b'.' if digits.len() < 10 && !home => return None,
        b' ' if thousands && groups.iter().any(|group| group.len == 1) && !home => return None,
        b'/' if !home && !number.has(b'-') => return None,
        b' ' if thousands => NAMED_NEAR,
        _ => NAMED,
    };
    Some(Told::new(score, fiction))
}

/// Are the marks the same, save for the first, which sets an area apart?
fn marks_agree(number: &Written) -> bool {
    let marks = || number.groups().iter().skip(1).map(|group| group.mark);
    let first = marks().next().unwrap_or(0);
    let Some(last) = marks().next_back() else {
        return false;
    };
    let two = number.groups().len() == 2;
    let area = number.bracket.map_or(1, |at| at + 1);
    let rest = marks().skip(area).all(|mark| mark == last);
    // Clauses are `252.227-7013`.
    let points_end = first == b'.' && last != b'.';
    // Of points there are many, or it is a number with a fraction.
    let points = last != b'.' || (!two && matches!(first, b'.' | b'/' | b')'));
    rest && points && !points_end && (last != b'/' || two)
}

/// Digits in one piece, where words say what they are.
fn bare(number: &Written) -> Option<Told> {
    let digits = number.digits();
    if number.groups().len() != 1 || number.bracket.is_some() || !(7..=12).contains(&digits.len()) {
        return None;
    }
    let head = |count: usize| value(digits.get(..count).unwrap_or_default());
    let day = digits.len() == 8 && (1900..2100).contains(&head(4)) && head(8) % 10_000 <= 1231;
    let epoch = digits.len() == 10 && matches!(head(2), 14..=19);
    let padded = digits.starts_with(b"00");
    if day || epoch || padded || is_book(number) || is_limit(digits) {
        return None;
    }
    let home = digits.starts_with(b"0") && digits.len() >= 9;
    let score = match home {
        true => NAMED_NEAR + 1,
        false if is_north_american(digits) => NAMED_NEAR,
        false => NAMED_BESIDE,
    };
    Some(Told::new(
        score,
        is_drama_at_home(digits) || is_made_up(digits),
    ))
}

/// Is the last group of one digit? No number is written so.
fn ends_short(number: &Written) -> bool {
    number.groups().last().is_some_and(|group| group.len < 2)
}
