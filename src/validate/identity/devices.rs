//! Numbers of telephones, their cards, and vehicles; and codes of banks.
//!
//! In: a value. Out: what its ranges and check digits say.

use super::digits::{Compact, luhn};
use super::{Check, Verdict, check};

pub(super) const CHECKS: &[Check] = &[
    check("imei", 10, imei),
    check("imsi", 2, imsi),
    check("iccid", 10, iccid),
    check("vin", 30, vin),
    check("vin-form", 2, vin_form),
    check("bic", 3, bic),
];

/// Mobile equipment (3GPP TS 23.003): fifteen digits of Luhn, first the body
/// that gave out the type.
fn imei(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 15) else {
        return Verdict::Invalid;
    };
    let body = matches!(digits.number(0, 2), 1 | 10 | 30 | 33 | 35 | 44..=54 | 86 | 91 | 97..=99);
    Verdict::unless_published(body && luhn(&digits), &digits)
}

/// Mobile subscriber (ITU E.212): the country first, 2 to 7; 001 is for tests.
fn imsi(value: &[u8]) -> Verdict {
    match Compact::digits(value, 15) {
        Some(digits) => Verdict::of_digits((202..=750).contains(&digits.number(0, 3)), &digits),
        None => Verdict::Invalid,
    }
}

/// Card in a telephone (ITU E.118): begins with 89, Luhn.
fn iccid(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let plain = digits.as_bytes().iter().all(u8::is_ascii_digit);
    let sized = matches!(digits.as_bytes().len(), 19 | 20);
    Verdict::of(plain && sized && digits.number(0, 2) == 89 && luhn(&digits))
}

/// Vehicle (ISO 3779): no I, O and Q, four digits at the end, letters and
/// digits both.
fn vin_form(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value).filter(|compact| compact.as_bytes().len() == 17) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    // `0x` begins a hexadecimal number.
    let allowed = !text.iter().any(|byte| b"IOQ".contains(byte)) && !text.starts_with(b"0X");
    let end = text.get(13..).unwrap_or_default();
    let one_case =
        value.iter().any(u8::is_ascii_lowercase) != value.iter().any(u8::is_ascii_uppercase);
    let year = !matches!(text.get(9), Some(b'U' | b'Z' | b'0'));
    Verdict::of(allowed && one_case && year && end.iter().all(u8::is_ascii_digit))
}

/// The same with the check digit of North America and China (49 CFR 565).
fn vin(value: &[u8]) -> Verdict {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let counts = |byte: &u8| match byte {
        b'A'..=b'H' => u32::from(byte - b'A') + 1,
        b'J'..=b'R' => u32::from(byte - b'J') + 1,
        b'S'..=b'Z' => u32::from(byte - b'S') + 2,
        digit => u32::from(digit.saturating_sub(b'0')),
    };
    let sum: u32 = text
        .iter()
        .map(counts)
        .zip(WEIGHTS)
        .map(|(v, w)| v * w)
        .sum();
    let check = match sum % 11 {
        10 => b'X',
        digit => b'0' + digit as u8,
    };
    match vin_form(value) {
        Verdict::Valid => Verdict::unless_published(text.get(8) == Some(&check), &compact),
        verdict => verdict,
    }
}

/// Countries of ISO 3166, and XK, as banks' codes have them.
const COUNTRIES: &[u8] = b"ADAEAFAGAIALAMAOARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBWBYBZCACDCFCGCHCICKCLCMCNCOCRCUCVCWCYCZDEDJDKDMDODZECEEEGERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGTGUGWGYHKHNHRHTHUIDIEILIMINIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISKSLSMSNSOSRSSSTSVSXSYSZTCTDTGTHTJTLTMTNTOTRTTTVTWTZUAUGUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";

/// Code of a bank (ISO 9362): four letters, a country, two and perhaps three
/// letters or digits.
fn bic(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let country = text.get(4..6).unwrap_or_default();
    let known = COUNTRIES.chunks(2).any(|known| known == country);
    let bank = text.iter().take(4).all(u8::is_ascii_uppercase);
    // A 0 or 1 in the eighth place is of tests and of passive members.
    match Verdict::of(matches!(text.len(), 8 | 11) && known && bank) {
        Verdict::Valid if matches!(text.get(7), Some(b'0')) => Verdict::Placeholder,
        verdict => verdict,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{errors_seen, one_error_is_seen, passing};
    use super::*;

    #[test]
    fn check_digits_see_an_error() {
        for (run, start) in [
            (imei as fn(&[u8]) -> Verdict, "35482041735298"),
            (iccid, "8949482041735298164"),
            (iccid, "894948204173529816"),
        ] {
            one_error_is_seen(run, &passing(run, start));
        }
        let vehicle = |check: char| ["WTXAB48K", &check.to_string(), "RX482041"].concat();
        let right: Vec<String> = ('0'..='9')
            .chain(['X'])
            .map(vehicle)
            .filter(|text| vin(text.as_bytes()) == Verdict::Valid)
            .collect();
        assert_eq!(right.len(), 1);
        let (digits, swaps) = errors_seen(vin, &right[0]);
        assert!(digits > 90 && swaps > 60);
        assert_eq!(vin(right[0].to_lowercase().as_bytes()), Verdict::Valid);
        assert_eq!(
            vin(right[0].replacen('W', "w", 1).as_bytes()),
            Verdict::Invalid
        );
    }

    #[test]
    fn letters_and_ranges_have_their_places() {
        assert_eq!(vin_form(&[b'1'; 17]), Verdict::Invalid);
        assert_eq!(vin_form(b"WQXIB48K3RX482041"), Verdict::Invalid);
        let subscriber = |country: u32| imsi(format!("{country}074820417352").as_bytes());
        assert_eq!(
            (subscriber(262), subscriber(101)),
            (Verdict::Valid, Verdict::Invalid)
        );
        let bank = |text: &str| bic(text.as_bytes());
        assert_eq!(bank(&["QXAB", "DEFF"].concat()), Verdict::Valid);
        assert_eq!(bank(&["QXAB", "DEFF500"].concat()), Verdict::Valid);
        assert_eq!(bank(&["QXAB", "QQFF"].concat()), Verdict::Invalid);
        assert_eq!(bank(&["QXAB", "DEF0"].concat()), Verdict::Placeholder);
    }
}
