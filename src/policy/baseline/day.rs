//! A day, as in `expires = 2026-12-31`.
//!
//! In: its ISO form, or the clock. Out: an ordered value.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use thiserror::Error;

/// A day of the common calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    year: u16,
    month: u8,
    date: u8,
}

/// A word that is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a day\nhelp: write it as 2026-12-31")]
pub struct NotADay;

impl Day {
    /// Today.
    pub fn today() -> Self {
        let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        // A clock far out of range must not make entries hold for ever.
        now.get(..10)
            .and_then(|day| day.parse().ok())
            .unwrap_or(Self {
                year: 9999,
                month: 12,
                date: 31,
            })
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let is_form = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        // It knows how long each month is.
        if !is_form || humantime::parse_rfc3339(&format!("{text}T00:00:00Z")).is_err() {
            return Err(NotADay);
        }
        Ok(Self {
            year: text[..4].parse().map_err(|_| NotADay)?,
            month: text[5..7].parse().map_err(|_| NotADay)?,
            date: text[8..].parse().map_err(|_| NotADay)?,
        })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_ordered_checked_and_round_trip() {
        let day = |text: &str| text.parse::<Day>();
        assert!(day("2026-12-31").unwrap() < day("2027-01-01").unwrap());
        assert_eq!(day("2028-02-29").unwrap().to_string(), "2028-02-29");
        for wrong in ["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "soon"] {
            assert_eq!(day(wrong), Err(NotADay), "{wrong}");
        }
        assert!(Day::today() > day("2024-01-01").unwrap());
    }
}
