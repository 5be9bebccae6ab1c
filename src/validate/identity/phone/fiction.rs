//! Telephone numbers that nobody has.
//!
//! In: a number's digits. Out: whether regulators keep it for films and
//! documentation, or it is made up at a glance. Sources: NANPA (555-0100 to
//! 555-0199), Ofcom, ACMA, Arcep, Bundesnetzagentur and PTS on numbers for
//! drama.

/// Country code and national number, `d` for any digit.
const DRAMA: &[(&str, &str)] = &[
    ("44", "7700900ddd"),
    ("44", "2079460ddd"),
    ("44", "1632960ddd"),
    ("44", "11d4960ddd"),
    ("44", "1d14960ddd"),
    ("44", "1914980ddd"),
    ("44", "2896496ddd"),
    ("44", "2890180ddd"),
    ("44", "2920180ddd"),
    ("44", "8081570ddd"),
    ("44", "9098790ddd"),
    ("44", "3069990ddd"),
    ("61", "d5550dddd"),
    ("61", "d7010dddd"),
    ("61", "491570ddd"),
    ("33", "19900dddd"),
    ("33", "26191dddd"),
    ("33", "35301dddd"),
    ("33", "46571dddd"),
    ("33", "53649dddd"),
    ("33", "63998dddd"),
    ("49", "3023125ddd"),
    ("49", "6990009ddd"),
    ("49", "4066969ddd"),
    ("49", "2214710ddd"),
    ("49", "8999998ddd"),
    ("49", "17139200dd"),
    ("46", "3139006dd"),
    ("46", "4062804dd"),
    ("46", "8465004dd"),
    ("46", "980319ddd"),
    ("46", "7017406dd"),
];
/// Ten digits of North America: `555` is no area, of its exchange the lines from
/// 0100 to 0199 are kept, and these others are used for the same; no exchange
/// begins with 1.
const NORTH_AMERICA: &[&str] = &[
    "555ddddddd",
    "ddd55501dd",
    "ddd5551212",
    "ddd5551234",
    "ddd5555555",
    "ddd1234567",
];
/// So many digits that count up are no chance.
const LADDER: usize = 9;

/// Is this number of a country for films and documentation?
pub(super) fn is_drama(code: &str, national: &[u8]) -> bool {
    if code == "1" {
        return NORTH_AMERICA.iter().any(|form| is_like(national, form));
    }
    let drama = DRAMA.iter().filter(|(country, _)| *country == code);
    drama.into_iter().any(|(_, form)| is_like(national, form))
}

/// Is this number, as dialled at home, for films and documentation somewhere?
pub fn is_drama_at_home(digits: &[u8]) -> bool {
    let national = digits.strip_prefix(b"0");
    is_like(digits, "555dddd")
        || (digits.len() == 10 && is_drama("1", digits))
        || national.is_some_and(|national| DRAMA.iter().any(|(_, form)| is_like(national, form)))
}

fn is_like(digits: &[u8], form: &str) -> bool {
    digits.len() == form.len()
        && digits
            .iter()
            .zip(form.bytes())
            .all(|(digit, form)| form == b'd' || *digit == form)
}

/// Does it count up or down, or repeat one digit?
pub fn is_made_up(digits: &[u8]) -> bool {
    let mut longest = 1;
    let mut run = (0, 1);
    for pair in digits.windows(2) {
        let step = (pair[1].wrapping_sub(pair[0]).wrapping_add(10)) % 10;
        run = if step == run.0 {
            (step, run.1 + 1)
        } else {
            (step, 2)
        };
        if matches!(step, 0 | 1 | 9) {
            longest = longest.max(run.1);
        }
    }
    longest >= LADDER.min(digits.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_ranges_are_nobodys() {
        for (code, form) in DRAMA {
            let national = form.replace('d', "4");
            assert!(is_drama(code, national.as_bytes()), "{form}");
            let home = format!("0{national}");
            assert!(is_drama_at_home(home.as_bytes()), "{form}");
            assert!(!is_drama_at_home(format!("{home}4").as_bytes()));
        }
        assert!(is_drama("1", b"2125550143"));
        assert!(!is_drama("1", b"2125550243"));
        for form in NORTH_AMERICA {
            assert!(
                is_drama_at_home(form.replace('d', "4").as_bytes()),
                "{form}"
            );
        }
        assert!(is_drama_at_home(b"5552034"));
    }

    #[test]
    fn ladders_are_made_up() {
        for digits in [
            "1234567890",
            "0123456789",
            "9876543210",
            "0000000",
            "12345678900",
        ] {
            assert!(is_made_up(digits.as_bytes()), "{digits}");
        }
        for digits in ["2124567890", "4930123567", "99999123"] {
            assert!(!is_made_up(digits.as_bytes()), "{digits}");
        }
    }
}
