//! The arithmetic of check digits.
//!
//! In: values, of which only the digits or the letters and digits count. Out:
//! sums, remainders, and whether the last digit is the right one.

/// Most characters of a value without its separators.
pub const LONGEST: usize = 40;

/// The letters and digits of a value, letters in upper case.
#[derive(Clone, Copy, Debug)]
pub struct Compact {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Compact {
    /// Leave the separators out; `None` if what is left is too long.
    pub fn of(value: &[u8]) -> Option<Self> {
        let mut compact = Self {
            bytes: [0; LONGEST],
            len: 0,
        };
        for byte in value.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
            *compact.bytes.get_mut(compact.len)? = byte.to_ascii_uppercase();
            compact.len += 1;
        }
        Some(compact)
    }

    /// The same of digits alone, `None` if there are others than `count`, or
    /// letters.
    pub fn digits(value: &[u8], count: usize) -> Option<Self> {
        let compact = Self::of(value)?;
        let plain = compact.as_bytes().iter().all(u8::is_ascii_digit);
        (plain && compact.len == count).then_some(compact)
    }

    /// Letters and digits.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// The values of its digits; letters count from 10.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + Clone + '_ {
        self.as_bytes().iter().map(|byte| value(*byte))
    }

    /// The number that digits `from..to` write, 0 where there are none.
    pub fn number(&self, from: usize, to: usize) -> u32 {
        let part = self.as_bytes().get(from..to).unwrap_or_default();
        part.iter().fold(0, |number: u32, byte| {
            number.wrapping_mul(10).wrapping_add(value(*byte))
        })
    }

    /// The value of one digit, 0 where there is none.
    pub fn digit(&self, at: usize) -> u32 {
        self.as_bytes().get(at).map_or(0, |byte| value(*byte))
    }

    /// Is it a number that documentation and programs are full of: one digit
    /// over and over, digits in order up to the last two, the greatest of 32
    /// bits?
    pub fn is_common(&self) -> bool {
        let most = self
            .as_bytes()
            .get(..self.len.saturating_sub(2))
            .unwrap_or_default();
        let next = |pair: &[u8]| matches!(pair, [a, b] if b.wrapping_sub(b'0') == (a.wrapping_sub(b'0') + 1) % 10);
        let run = most.len() > 4 && most.windows(2).all(next);
        let greatest: [&[u8]; 3] = [b"2147483647", b"2147483648", b"4294967295"];
        run || self.is_repeated() || greatest.contains(&self.as_bytes())
    }

    /// Is it one digit over and over?
    pub fn is_repeated(&self) -> bool {
        let first = self.as_bytes().first();
        self.as_bytes().iter().all(|byte| Some(byte) == first)
    }

    /// Does it count 1, 2, 3 and so on, but for its last digit?
    pub fn is_counted(&self) -> bool {
        let (_, counted) = self.as_bytes().split_last().unwrap_or((&0, &[]));
        let count = (1..=10).cycle().map(|number| b'0' + number % 10);
        !counted.is_empty() && counted.iter().zip(count).all(|(byte, want)| *byte == want)
    }
}

/// The value of a digit; letters count from 10 as in IBAN and ISO 7064.
pub fn value(byte: u8) -> u32 {
    char::from(byte).to_digit(36).unwrap_or_default()
}

/// Luhn, ISO/IEC 7812-1: from the right every second digit is doubled and the
/// sum is a multiple of ten.
pub fn luhn(digits: &Compact) -> bool {
    luhn_sum(digits.values()).is_multiple_of(10)
}

/// The sum of Luhn: from the right every second digit doubled, and nine taken
/// from what is above nine.
pub fn luhn_sum(values: impl DoubleEndedIterator<Item = u32>) -> u32 {
    let doubled = |(at, digit): (usize, u32)| match digit * 2 {
        _ if at % 2 == 0 => digit,
        twice if twice > 9 => twice - 9,
        twice => twice,
    };
    values.rev().enumerate().map(doubled).sum()
}

/// Sum of digits, each times its weight; digits beyond the weights do not
/// count.
pub fn weighted(digits: &Compact, weights: &[u32]) -> u32 {
    let pairs = digits.values().zip(weights);
    pairs.map(|(digit, weight)| digit * weight).sum()
}

/// The remainder of the number modulo 97, letters as two digits from 10 (ISO
/// 7064 MOD 97-10).
pub fn mod_97(values: impl Iterator<Item = u32>) -> u32 {
    values.fold(0, |rest, value| {
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    })
}

/// ISO 7064 MOD 11,10: is the last digit the check digit?
pub fn mod_11_10(digits: &Compact) -> bool {
    let mut product = 10;
    let mut values = digits.values();
    let Some(check) = values.next_back() else {
        return false;
    };
    for digit in values {
        let sum = (digit + product) % 10;
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    (11 - product) % 10 == check
}

/// ISO 7064 MOD 11,2: is the last character the check digit, an `X` for ten?
pub fn mod_11_2(digits: &Compact) -> bool {
    let Some((last, body)) = digits.as_bytes().split_last() else {
        return false;
    };
    let rest = body
        .iter()
        .fold(0, |rest, byte| (rest + value(*byte)) * 2 % 11);
    let check = if *last == b'X' { 10 } else { value(*last) };
    (rest + check) % 11 == 1
}

/// Multiplication of the dihedral group of order ten, and its permutations.
const DIHEDRAL: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];
const PERMUTED: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

/// Verhoeff (1969): is the last digit the check digit?
pub fn verhoeff(digits: &Compact) -> bool {
    let mut check = 0;
    for (at, digit) in digits.values().rev().enumerate() {
        let permuted = PERMUTED[at % 8][digit as usize % 10];
        check = DIHEDRAL[check][usize::from(permuted)] as usize;
    }
    check == 0
}

/// Is it a day of the calendar? `year` may be of two digits, for which every
/// fourth is a leap year.
pub fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap || year == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compact(text: &str) -> Compact {
        Compact::of(text.as_bytes()).unwrap()
    }

    #[test]
    fn published_examples_hold() {
        // ISO/IEC 7812-1 annex, Verhoeff 1969, ISO 7064 tables.
        assert!(luhn(&compact("7992739871 3")));
        assert!(!luhn(&compact("79927398710")));
        assert!(verhoeff(&compact("2363")));
        assert!(!verhoeff(&compact("2364")));
        assert!(mod_11_10(&compact("0794 5")));
        assert!(mod_11_2(&compact("0794 0")));
        assert!(mod_11_2(&compact("079 X")));
        assert!(!mod_11_2(&compact("0799")));
        assert_eq!(
            mod_97("7944".bytes().map(value).chain([4, 4])),
            794_444 % 97
        );
    }

    #[test]
    fn separators_do_not_count() {
        assert_eq!(compact("ab-12 3").as_bytes(), b"AB123");
        assert!(Compact::digits(b"123 45", 5).is_some());
        assert!(Compact::digits(b"123a45", 6).is_none());
        assert!(Compact::of(&[b'1'; 41]).is_none());
    }

    #[test]
    fn made_up_numbers_count() {
        assert!(compact("123456789").is_counted());
        assert!(compact("123 456 780").is_counted());
        assert!(compact("12345678901 7").is_counted());
        assert!(!compact("123456889").is_counted());
        assert!(!compact("").is_counted());
        assert!(compact("4444").is_repeated());
    }

    #[test]
    fn february_ends() {
        assert!(is_date(2024, 2, 29));
        assert!(!is_date(2023, 2, 29));
        assert!(!is_date(1900, 2, 29));
        assert!(!is_date(1999, 13, 1));
    }
}
