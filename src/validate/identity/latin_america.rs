//! Numbers of Mexico, Central and South America and the Caribbean.
//!
//! In: a value. Out: what its ranges, dates and check digits say. Sources: the
//! tax offices' pages of the OECD's portal of taxpayer numbers.

use super::digits::{Compact, is_date, luhn, weighted};
use super::{Check, Verdict, check};

pub(super) const CHECKS: &[Check] = &[
    check("mx-curp", 1000, mx_curp),
    check("mx-rfc", 300, mx_rfc),
    check("mx-nss", 10, luhn_11),
    check("mx-clabe", 10, mx_clabe),
    check("br-cpf", 100, br_cpf),
    check("br-cnpj", 100, br_cnpj),
    check("br-rg", 11, br_rg),
    check("br-cnh", 100, br_cnh),
    check("br-pis", 11, br_pis),
    check("br-voter", 300, br_voter),
    check("br-health", 20, br_health),
    check("ar-cuit", 120, ar_cuit),
    check("ar-cbu", 100, ar_cbu),
    check("cl-rut", 11, cl_rut),
    check("co-nit", 11, co_nit),
    check("pe-ruc", 200, pe_ruc),
    check("ec-cedula", 60, ec_cedula),
    check("ec-ruc", 200, ec_ruc),
    check("uy-ci", 10, uy_ci),
    check("ve-rif", 11, ve_rif),
    check("do-cedula", 10, luhn_11),
];

/// The check digit that makes a weighted sum a multiple of eleven, ten written
/// as 0.
fn complement(sum: u32) -> u32 {
    (11 - sum % 11) % 11 % 10
}

/// States of a CURP: of Mexico, and NE for those born abroad.
const CURP_STATES: &[u8] = b"ASBCBSCCCLCMCSCHDFDGGTGRHGJCMCMNMSNTNLOCPLQTQRSPSLSRTCTSTLVZYNZSNE";

/// Population register: initials, date of birth, sex, state, consonants, and a
/// check digit.
fn mx_curp(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let date = is_date(
        compact.number(4, 6),
        compact.number(6, 8),
        compact.number(8, 10),
    );
    let sex = matches!(text.get(10), Some(b'H' | b'M' | b'X'));
    let state = text.get(11..13).unwrap_or_default();
    let state = CURP_STATES.chunks(2).any(|known| known == state);
    // Letters behind N count one more: Ñ is one of them.
    let values = text.iter().map(|byte| match byte {
        b'O'..=b'Z' => u32::from(byte - b'A') + 11,
        b'A'..=b'N' => u32::from(byte - b'A') + 10,
        digit => u32::from(digit.wrapping_sub(b'0')),
    });
    let sum: u32 = values
        .zip((2..=18).rev())
        .map(|(v, weight)| v * weight)
        .sum();
    let holds = text.len() == 18 && (10 - sum % 10) % 10 == compact.number(17, 18);
    Verdict::unless_published(date && sex && state && holds, &compact)
}

/// Taxpayer: initials (three for a company), a date, and three of which the
/// last is a check digit. Two stand for everybody.
fn mx_rfc(value: &[u8]) -> Verdict {
    const ORDER: &[u8] = b"0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ ";
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let Some(initials) = text.len().checked_sub(9).filter(|len| matches!(len, 3 | 4)) else {
        return Verdict::Invalid;
    };
    let number = |at: usize| compact.number(initials + at, initials + at + 2);
    let padded = [if initials == 3 { &b" "[..] } else { b"" }, text].concat();
    let place = |byte: &u8| ORDER.iter().position(|known| known == byte).unwrap_or(0);
    let weights = (2..=13).rev();
    let sum: usize = padded
        .iter()
        .map(place)
        .zip(weights)
        .map(|(v, w)| v * w)
        .sum();
    let check = match (11 - sum % 11) % 11 {
        10 => b'A',
        digit => b'0' + digit as u8,
    };
    let generic = text.starts_with(b"XAXX0101") || text.starts_with(b"XEXX0101");
    let initials = text.iter().take(initials).all(u8::is_ascii_alphabetic);
    if generic {
        Verdict::Placeholder
    } else {
        let date = is_date(number(0), number(2), number(4));
        Verdict::unless_published(initials && date && text.last() == Some(&check), &compact)
    }
}

/// Social security number of Mexico, identity card of the Dominican Republic:
/// eleven digits of Luhn.
fn luhn_11(value: &[u8]) -> Verdict {
    match Compact::digits(value, 11) {
        Some(digits) => Verdict::of_digits(luhn(&digits), &digits),
        None => Verdict::Invalid,
    }
}

/// Bank account of Mexico: each digit times 3, 7 or 1, and of that the last
/// digit.
fn mx_clabe(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 18) else {
        return Verdict::Invalid;
    };
    let products = digits.values().zip([3, 7, 1].into_iter().cycle());
    let sum: u32 = products.take(17).map(|(v, weight)| v * weight % 10).sum();
    let bank = digits.number(0, 3) >= 2;
    Verdict::of_digits(
        bank && (10 - sum % 10) % 10 == digits.number(17, 18),
        &digits,
    )
}

/// Weights from 2 upwards, from the right, starting over behind `most`.
fn rising(values: impl DoubleEndedIterator<Item = u32>, most: u32) -> u32 {
    values
        .rev()
        .zip((2..=most).cycle())
        .map(|(v, weight)| v * weight)
        .sum()
}

/// Register of persons of Brazil: two check digits. Numbers of three equal
/// groups are examples.
fn br_cpf(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 11) else {
        return Verdict::Invalid;
    };
    let all: Vec<u32> = digits.values().collect();
    let holds = [9, 10].into_iter().all(|len| {
        let head = all.get(..len).unwrap_or_default().iter().copied();
        all.get(len) == Some(&complement(rising(head, 12)))
    });
    let body = digits.as_bytes().get(..9).unwrap_or_default();
    let shown = body
        .chunks(3)
        .all(|three| three.iter().all(|byte| Some(byte) == three.first()));
    match Verdict::of_digits(holds, &digits) {
        Verdict::Valid if shown => Verdict::Placeholder,
        // Zeros and nines are refused although their sums are right.
        Verdict::Placeholder if digits.is_repeated() => Verdict::Invalid,
        verdict => verdict,
    }
}

/// Register of companies of Brazil, from 2026 with letters, which count for
/// their place in ASCII behind `0`.
fn br_cnpj(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value).filter(|compact| compact.as_bytes().len() == 14) else {
        return Verdict::Invalid;
    };
    let text = compact.as_bytes();
    let all: Vec<u32> = text
        .iter()
        .map(|byte| u32::from(byte.saturating_sub(b'0')))
        .collect();
    let holds = [12, 13].into_iter().all(|len| {
        let head = all.get(..len).unwrap_or_default().iter().copied();
        all.get(len) == Some(&complement(rising(head, 9)))
    });
    Verdict::of_digits(
        holds && text.iter().skip(12).all(u8::is_ascii_digit),
        &compact,
    )
}

/// Identity card of São Paulo: weights 2 to 9, an `X` for ten.
fn br_rg(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value).filter(|compact| compact.as_bytes().len() == 9) else {
        return Verdict::Invalid;
    };
    let sum = weighted(&compact, &[2, 3, 4, 5, 6, 7, 8, 9]);
    let check = match (11 - sum % 11) % 11 {
        10 => b'X',
        digit => b'0' + digit as u8,
    };
    Verdict::of_digits(compact.as_bytes().last() == Some(&check), &compact)
}

/// Driving licence of Brazil: two check digits, the second lowered by two where
/// the first would be ten.
fn br_cnh(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 11) else {
        return Verdict::Invalid;
    };
    let first = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
    let lowered = if first > 9 { 2 } else { 0 };
    let second = weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11;
    let single = |digit: u32| if digit > 9 { 0 } else { digit };
    let second = if second > 9 {
        0
    } else {
        (second + 11 - lowered) % 11
    };
    let holds = single(first) == digits.number(9, 10) && single(second) == digits.number(10, 11);
    Verdict::of_digits(holds, &digits)
}

/// Social integration (PIS, PASEP, NIS, NIT).
fn br_pis(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 11) else {
        return Verdict::Invalid;
    };
    let sum = weighted(&digits, &[3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
    Verdict::of_digits(complement(sum) == digits.number(10, 11), &digits)
}

/// Voter's title of Brazil: a state from 01 to 28 and two check digits.
fn br_voter(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 12) else {
        return Verdict::Invalid;
    };
    let state = digits.number(8, 10);
    let first = weighted(&digits, &[2, 3, 4, 5, 6, 7, 8, 9]) % 11;
    let second = weighted(&digits, &[0, 0, 0, 0, 0, 0, 0, 0, 7, 8, 9]) % 11;
    // São Paulo and Minas Gerais have a 1 where the others have a 0.
    let single = |digit: u32| match digit {
        10 => 0,
        0 if state < 3 => 1,
        digit => digit,
    };
    let holds = single(first) == digits.number(10, 11) && single(second) == digits.number(11, 12);
    Verdict::of_digits((1..=28).contains(&state) && holds, &digits)
}

/// National health card of Brazil: a sum of weights 15 to 1.
fn br_health(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 15) else {
        return Verdict::Invalid;
    };
    let sum: u32 = digits
        .values()
        .zip((1..=15).rev())
        .map(|(v, w)| v * w)
        .sum();
    let kind = matches!(digits.number(0, 1), 1 | 2 | 7..=9);
    Verdict::of_digits(kind && sum.is_multiple_of(11), &digits)
}

/// Tax and labour number of Argentina: a kind, the identity number, a digit.
fn ar_cuit(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 11) else {
        return Verdict::Invalid;
    };
    let kind = matches!(digits.number(0, 2), 20 | 23..=27 | 30 | 33 | 34);
    let sum = weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    let check = (11 - sum % 11) % 11;
    Verdict::of_digits(kind && check == digits.number(10, 11), &digits)
}

/// Bank account of Argentina: the bank with its digit, the account with its.
fn ar_cbu(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 22) else {
        return Verdict::Invalid;
    };
    let all: Vec<u32> = digits.values().collect();
    let block = |block: &[u32]| {
        let (check, body) = block.split_last().unwrap_or((&0, &[]));
        let weights = [3, 1, 7, 9].into_iter().cycle();
        let sum: u32 = body.iter().rev().zip(weights).map(|(v, w)| v * w).sum();
        (10 - sum % 10) % 10 == *check
    };
    let (bank, account) = all.split_at(8);
    Verdict::of_digits(block(bank) && block(account), &digits)
}

/// Identity and tax number of Chile: weights 2 to 7, a `K` for ten.
fn cl_rut(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let Some((last, body)) = compact.as_bytes().split_last() else {
        return Verdict::Invalid;
    };
    let Some(body) = Compact::of(body).filter(|body| matches!(body.as_bytes().len(), 7 | 8)) else {
        return Verdict::Invalid;
    };
    let check = match (11 - rising(body.values(), 7) % 11) % 11 {
        10 => b'K',
        digit => b'0' + digit as u8,
    };
    let holds = body.as_bytes().iter().all(u8::is_ascii_digit) && *last == check;
    match Verdict::of_digits(holds, &compact) {
        Verdict::Valid if body.is_repeated() => Verdict::Placeholder,
        verdict => verdict,
    }
}

/// Tax number of Colombia: primes for weights, from the right.
fn co_nit(value: &[u8]) -> Verdict {
    const PRIMES: [u32; 10] = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43];
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let len = compact.as_bytes().len();
    let plain = compact.as_bytes().iter().all(u8::is_ascii_digit);
    let body = compact.values().rev().skip(1).zip(PRIMES);
    let rest = body.map(|(v, weight)| v * weight).sum::<u32>() % 11;
    let check = if rest > 1 { 11 - rest } else { rest };
    let holds = plain && (9..=11).contains(&len) && check == compact.number(len - 1, len);
    Verdict::of_digits(holds, &compact)
}

/// Tax number of Peru.
fn pe_ruc(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 11) else {
        return Verdict::Invalid;
    };
    let kind = matches!(digits.number(0, 2), 10 | 15..=17 | 20);
    let sum = weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    Verdict::of_digits(
        kind && (11 - sum % 11) % 10 == digits.number(10, 11),
        &digits,
    )
}

/// Identity card of Ecuador: a province, a third digit below six, Luhn.
fn ec_cedula(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 10) else {
        return Verdict::Invalid;
    };
    let province = matches!(digits.number(0, 2), 1..=24 | 30);
    Verdict::of_digits(
        province && digits.number(2, 3) < 6 && luhn(&digits),
        &digits,
    )
}

/// Tax number of a person in Ecuador: the identity card and an establishment.
fn ec_ruc(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 13) else {
        return Verdict::Invalid;
    };
    match ec_cedula(digits.as_bytes().get(..10).unwrap_or_default()) {
        Verdict::Valid if !(1..10).contains(&digits.number(10, 13)) => Verdict::Invalid,
        verdict => verdict,
    }
}

/// Identity card of Uruguay.
fn uy_ci(value: &[u8]) -> Verdict {
    let Some(digits) = Compact::digits(value, 8) else {
        return Verdict::Invalid;
    };
    let sum = weighted(&digits, &[2, 9, 8, 7, 6, 3, 4]);
    Verdict::of_digits((10 - sum % 10) % 10 == digits.number(7, 8), &digits)
}

/// Tax number of Venezuela: a kind, eight digits and a check digit.
fn ve_rif(value: &[u8]) -> Verdict {
    let Some(compact) = Compact::of(value) else {
        return Verdict::Invalid;
    };
    let kind = match compact.as_bytes().first() {
        Some(b'V') => 1,
        Some(b'E') => 2,
        Some(b'J' | b'C') => 3,
        Some(b'P') => 4,
        Some(b'G') => 5,
        _ => return Verdict::Invalid,
    };
    let Some(digits) = Compact::digits(compact.as_bytes().get(1..).unwrap_or_default(), 9) else {
        return Verdict::Invalid;
    };
    let sum = kind * 4 + weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2]);
    Verdict::of_digits(complement(sum) == digits.number(8, 9), &digits)
}

#[cfg(test)]
mod tests;
