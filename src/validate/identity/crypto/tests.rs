//! Addresses made here are told, and wrong letters are seen.

use super::*;
use crate::validate::bech32;
use crate::validate::encoding::encode_base32;
use crate::validate::wallet::mint_base58check;

/// Twenty bytes that stand for a hash.
const HASH: [u8; 20] = [
    0x5b, 0x17, 0xc4, 0x92, 0x0e, 0x6f, 0xa3, 0x88, 0x31, 0xd5, 0x4c, 0x79, 0xb2, 0x06, 0xe1, 0x9d,
    0x43, 0x28, 0xf7, 0x6a,
];

fn base58_of(version: &[u8]) -> String {
    mint_base58check(&[version, &HASH].concat())
}

/// No address with one letter changed passes.
fn wrong_letters_are_seen(text: &str) {
    assert!(
        address(text.as_bytes()).is_some_and(|found| found.checked),
        "{text}"
    );
    for at in 0..text.len() {
        let mut wrong = text.as_bytes().to_vec();
        wrong[at] = if wrong[at] == b'q' { b'p' } else { b'q' };
        if wrong == text.as_bytes() {
            continue;
        }
        assert!(
            !address(&wrong).is_some_and(|found| found.checked),
            "{text} at {at}"
        );
    }
}

#[test]
fn base58_has_a_version() {
    for (version, first) in [
        (&[0][..], "1"),
        (&[5], "3"),
        (&[0x30], "L"),
        (&[0x32], "M"),
        (&[0x1e], "D"),
        (&[0x41], "T"),
        (&[0x4c], "X"),
        (&[0x1c, 0xb8], "t1"),
    ] {
        let text = base58_of(version);
        assert!(text.starts_with(first), "{text}");
        wrong_letters_are_seen(&text);
    }
    let test = address(base58_of(&[0x6f]).as_bytes()).unwrap();
    assert_eq!(test.verdict, Verdict::Placeholder);
    let burnt = mint_base58check(&[0; 21]);
    assert_eq!(
        address(burnt.as_bytes()).unwrap().verdict,
        Verdict::Placeholder
    );
    assert_eq!(address(base58_of(&[0x99]).as_bytes()), None);
}

#[test]
fn ripple_orders_its_digits_otherwise() {
    const ORDER: &[u8; 58] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";
    let text: String = base58_of(&[0])
        .bytes()
        .map(|byte| BASE58.iter().position(|known| *known == byte).unwrap())
        .map(|place| char::from(ORDER[place]))
        .collect();
    assert!(text.starts_with('r'));
    wrong_letters_are_seen(&text);
}

#[test]
fn bech32_has_two_checksums() {
    // Minted texts have no version: their first value is as good as one.
    let text = (0..=255)
        .map(|byte| bech32::mint("bc", &[&[byte][..], &HASH].concat()))
        .find(|text| text.starts_with("bc1q"))
        .unwrap();
    wrong_letters_are_seen(&text);
    assert!(address(text.to_uppercase().as_bytes()).is_some());
    assert!(address(text.replace("bc1q", "bc1Q").as_bytes()).is_none());
    let later = bech32::mint("bc", &[&[8][..], &HASH].concat());
    assert!(later.starts_with("bc1p") && address(later.as_bytes()).is_none());
    wrong_letters_are_seen(&bech32::mint("cosmos", &HASH));
}

#[test]
fn the_case_of_ethereum_is_its_checksum() {
    let nibbles = HASH.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let lower: String = nibbles
        .map(|nibble| char::from(b"0123456789abcdef"[usize::from(nibble)]))
        .collect();
    let hash = keccak_256(lower.as_bytes());
    let cased: String = lower
        .char_indices()
        .map(|(at, c)| match hash[at / 2] >> (4 * (1 - at % 2)) & 15 {
            8.. => c.to_ascii_uppercase(),
            _ => c,
        })
        .collect();
    assert!(address(format!("0x{cased}").as_bytes()).unwrap().checked);
    assert!(!address(format!("0x{lower}").as_bytes()).unwrap().checked);
    let at = cased.find(|c: char| c.is_ascii_uppercase()).unwrap();
    let wrong = cased[..at].to_owned() + &cased[at..].replacen(char::is_uppercase, "a", 1);
    assert_eq!(address(format!("0x{wrong}").as_bytes()), None);
    let nobody = address(format!("0x{}", "0".repeat(40)).as_bytes()).unwrap();
    assert_eq!(nobody.verdict, Verdict::Placeholder);
}

#[test]
fn stellar_and_monero_have_theirs() {
    let body = [&[6 << 3][..], &HASH, &HASH[..12]].concat();
    let sum = crc16(&body).to_le_bytes();
    let text = encode_base32(&[&body[..], &sum].concat()).to_ascii_uppercase();
    assert!(address(text.as_bytes()).unwrap().checked);
    assert_eq!(address(text.replacen('G', "S", 1).as_bytes()), None);

    let body = [&[18][..], &HASH, &HASH, &HASH, &HASH[..4]].concat();
    let bytes = [&body[..], &keccak_256(&body)[..4]].concat();
    let block = |bytes: &[u8]| {
        let mut number = bytes
            .iter()
            .fold(0_u128, |n, byte| (n << 8) | u128::from(*byte));
        let size = if bytes.len() == 8 { 11 } else { 7 };
        let mut digits: Vec<char> = (0..size)
            .map(|_| {
                let digit = char::from(BASE58[(number % 58) as usize]);
                number /= 58;
                digit
            })
            .collect();
        digits.reverse();
        digits.into_iter().collect::<String>()
    };
    let text: String = bytes.chunks(8).map(block).collect();
    assert_eq!(text.len(), 95);
    wrong_letters_are_seen(&text);
}

#[test]
fn other_texts_are_none() {
    for text in ["", "1", "0x", "bc1", "r", "G", "4"] {
        assert_eq!(address(text.as_bytes()), None, "{text}");
        assert_eq!(
            address(text.repeat(40).as_bytes())
                .filter(|a| a.checked && a.verdict == Verdict::Valid),
            None
        );
    }
    for len in 0..130 {
        for byte in [b'1', b'z', b'4', b'G', 0xff] {
            let _ = address(&vec![byte; len]);
        }
    }
}
