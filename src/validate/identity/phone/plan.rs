//! Numbering plans: which numbers a country has.
//!
//! In: digits behind a `+`. Out: the country's [`Plan`], and of North America
//! the area codes in use. Sources: ITU-T E.164 and its national plans, and the
//! area codes of the North American Numbering Plan Administrator.

use std::sync::OnceLock;

/// One country code a line; the file says how.
const PLANS: &str = include_str!("../../../../patterns/phone-plans.txt");

/// First digits: `1-3,50`, each as `(from, to, count of digits)`.
type Starts = Vec<(u32, u32, usize)>;

/// How one country's numbers are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The country code.
    pub code: &'static str,
    /// Fewest and most digits of a national number.
    lengths: (usize, usize),
    /// What is dialled before it at home; empty if nothing.
    pub trunk: &'static str,
    first: Starts,
    mobile: Starts,
}

impl Plan {
    /// Can these digits be a national number?
    pub fn holds(&self, national: &[u8]) -> bool {
        let (least, most) = self.lengths;
        (least..=most).contains(&national.len())
            && begins(national, &self.first)
            && (self.code != "1" || is_north_american(national))
    }

    /// Do mobile numbers begin so? Where they do not differ, all do.
    pub fn is_mobile(&self, national: &[u8]) -> bool {
        self.mobile.is_empty() || begins(national, &self.mobile)
    }

    fn parse(line: &'static str) -> Option<Self> {
        let mut fields = line.split(' ');
        let code = fields.next()?;
        let lengths = fields.next()?;
        let (least, most) = lengths.split_once('-').unwrap_or((lengths, lengths));
        Some(Self {
            code,
            lengths: (least.parse().ok()?, most.parse().ok()?),
            trunk: fields.next().filter(|trunk| *trunk != "-").unwrap_or(""),
            first: starts(fields.next()?),
            mobile: starts(fields.next()?),
        })
    }
}

fn starts(field: &str) -> Starts {
    let start = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some((from.parse().ok()?, to.parse().ok()?, from.len()))
    };
    field.split(',').filter_map(start).collect()
}

fn begins(digits: &[u8], starts: &Starts) -> bool {
    let matches = |&(from, to, count): &(u32, u32, usize)| {
        number(digits.get(..count).unwrap_or_default())
            .is_some_and(|start| (from..=to).contains(&start))
    };
    starts.iter().any(matches)
}

/// The number that at most nine digits write.
pub(super) fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    Some(digits.iter().fold(0, |number, digit| {
        number * 10 + u32::from(digit.saturating_sub(b'0'))
    }))
}

/// The plan of the country code that digits begin with: no code is the
/// beginning of another.
pub(super) fn plan(digits: &[u8]) -> Option<&'static Plan> {
    static TABLE: OnceLock<Vec<Option<Plan>>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table = vec![None; 1000];
        let lines = PLANS.lines().filter(|line| !line.starts_with('#'));
        for plan in lines.filter_map(Plan::parse) {
            let place = number(plan.code.as_bytes()).and_then(|code| table.get_mut(code as usize));
            if let Some(place) = place {
                *place = Some(plan);
            }
        }
        table
    });
    // No code begins with 0.
    if digits.first() == Some(&b'0') {
        return None;
    }
    (1..=3).find_map(|count| {
        let code = number(digits.get(..count)?)?;
        table.get(code as usize)?.as_ref()
    })
}

/// Area codes in use in 2026, toll-free and premium ones included.
const AREAS: &str = "\
    201-210 212-220 223-229 231 234-236 239-240 242 246 248-254 256-257 260 262-264 \
    267-270 272-274 276 279 281 283-284 289 301-310 312-321 323-327 329-332 334 336-337 \
    339-341 343 345-347 350-354 360-361 363-365 367-369 380 382 385-386 401-410 412-419 \
    423-425 428 430-432 434-435 437-438 440-443 445 447-448 450 458 463-464 468-470 \
    472-475 478-480 484 500-510 512-534 539-541 544 548 551 557 559 561-564 566-567 \
    570-575 577 579-582 584-588 601-610 612-620 622-623 626 628-631 633 636 639-641 \
    645-647 649-651 656-662 664 667 669-672 678 680-684 686 689 701-709 712-721 724-728 \
    730-732 734 737-738 740 742-743 747-748 753-754 757-758 760 762-763 765 767 769-775 \
    778-782 784-787 800-810 812-821 825-826 828-833 835 838-840 843-845 847-850 854-860 \
    862-870 872-873 876-879 888 900-910 912-920 925 928-931 934 936-943 945 947-949 \
    951-952 954 956 959 970-973 975 978-980 983-986 989";

/// Is it an area code of North America?
pub(super) fn is_area(code: u32) -> bool {
    static TABLE: OnceLock<Vec<(u32, u32)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let range = |part: &str| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            Some((first.parse().ok()?, last.parse().ok()?))
        };
        AREAS.split(' ').filter_map(range).collect()
    });
    let at = table.partition_point(|&(_, last)| last < code);
    table.get(at).is_some_and(|&(first, _)| first <= code)
}

/// Ten digits as the North American plan has them: an area in use, and an
/// exchange of `[2-9]dd` that is no service such as 911.
pub fn is_north_american(national: &[u8]) -> bool {
    let area = national.get(..3).and_then(number);
    let exchange = national.get(3..6).and_then(number);
    national.len() == 10
        && area.is_some_and(is_area)
        && exchange.is_some_and(|exchange| exchange >= 200 && exchange % 100 != 11)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_plan() {
        let lines = PLANS.lines().filter(|line| !line.starts_with('#'));
        let mut count = 0;
        for line in lines {
            let parsed = Plan::parse(line).unwrap();
            assert_eq!(line.split(' ').count(), 5, "{line}");
            assert!(!parsed.first.is_empty(), "{line}");
            assert!(parsed.lengths.0 <= parsed.lengths.1, "{line}");
            let digits = format!("{}999", parsed.code);
            assert_eq!(plan(digits.as_bytes()), Some(&parsed), "{line}");
            count += 1;
        }
        assert!(count > 200);
    }

    #[test]
    fn codes_are_found_and_others_not() {
        for (digits, code) in [("49301", "49"), ("35312", "353"), ("1415", "1")] {
            assert_eq!(plan(digits.as_bytes()).unwrap().code, code);
        }
        for digits in ["", "0", "2", "210", "999", "38", "384"] {
            assert!(plan(digits.as_bytes()).is_none(), "{digits}");
        }
    }

    #[test]
    fn lengths_and_first_digits_count() {
        let france = plan(b"33").unwrap();
        assert!(france.holds(b"612345678"));
        assert!(france.is_mobile(b"612345678"));
        assert!(!france.is_mobile(b"112345678"));
        assert!(!france.holds(b"0612345678"));
        assert!(!france.holds(b"61234567"));
    }

    #[test]
    fn areas_are_assigned() {
        for (national, holds) in [
            ("2124567890", true),
            ("5554567890", false),
            ("2121567890", false),
            ("2129117890", false),
            ("1234567890", false),
            ("9994567890", false),
            ("212456789", false),
        ] {
            assert_eq!(is_north_american(national.as_bytes()), holds, "{national}");
        }
    }
}
