//! What check digits are for, tried on each check: wrong digits and swapped
//! digits are caught.
//!
//! In: the name of a check and a shape in which `d` is any digit, `A` any
//! capital and `X` either. Out: a value that passes; a panic if the check lets
//! too many wrong ones through.

use super::{Verdict, by_name};

/// Values that are tried.
const VALUES: u64 = 12;
/// Most draws until a value passes.
const TRIES: u32 = 400_000;
/// Percent of wrong digits and of swapped neighbours that must be caught.
const WRONG: usize = 88;
const SWAPPED: usize = 60;

/// A value of this shape that passes.
pub(super) fn mint(name: &str, shape: &str) -> Vec<u8> {
    draw(name, shape, 1)
}

fn draw(name: &str, shape: &str, seed: u64) -> Vec<u8> {
    let check = by_name(name).expect(name);
    let mut state = 0x2545_f491_4f6c_dd1d_u64.wrapping_mul(seed);
    let mut below = |size: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % size
    };
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for _ in 0..TRIES {
        let mut draw = |mark| match mark {
            b'd' => alphabet[below(10)],
            b'A' => alphabet[10 + below(26)],
            b'X' => alphabet[below(36)],
            other => other,
        };
        let value: Vec<u8> = shape.bytes().map(&mut draw).collect();
        if (check.run)(&value) == Verdict::Valid {
            return value;
        }
    }
    panic!("nothing of the shape {shape} passes {name}");
}

/// Values of this shape pass in any case, and lose that with a digit, and mostly
/// with a wrong `d`.
pub(super) fn catches(name: &str, shape: &str) {
    let check = by_name(name).expect(name);
    let fails = |value: &[u8]| usize::from((check.run)(value) == Verdict::Invalid);
    let (mut wrong, mut swapped) = ((0, 0), (0, 0));
    for seed in 0..VALUES {
        let value = draw(name, shape, 2 * seed + 1);
        assert_eq!(fails(&value.to_ascii_lowercase()), 0, "{name}");
        assert_eq!(fails(&value[1..]), 1, "{name}: too short");
        for at in (0..value.len()).filter(|at| shape.as_bytes()[*at] == b'd') {
            for digit in (b'0'..=b'9').filter(|digit| *digit != value[at]) {
                let mut other = value.clone();
                other[at] = digit;
                wrong = (wrong.0 + fails(&other), wrong.1 + 1);
            }
            let next = value.get(at + 1).filter(|next| next.is_ascii_digit());
            if next.is_some_and(|next| *next != value[at]) {
                let mut other = value.clone();
                other.swap(at, at + 1);
                swapped = (swapped.0 + fails(&other), swapped.1 + 1);
            }
        }
    }
    assert!(wrong.0 * 100 >= wrong.1 * WRONG, "{name}: wrong {wrong:?}");
    let enough = swapped.0 * 100 >= swapped.1 * SWAPPED;
    assert!(enough, "{name}: swapped {swapped:?}");
}

/// No value of this shape with wrong structure passes.
pub(super) fn refuses(name: &str, values: &[&str]) {
    let check = by_name(name).expect(name);
    for value in values {
        assert_ne!(
            (check.run)(value.as_bytes()),
            Verdict::Valid,
            "{name}: {value}"
        );
    }
}

#[test]
fn any_bytes_are_judged() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as usize
    };
    let alphabet = b"0123456789012345678901234567890123456789ABCKXYZaeuvzU-+./ \xc3\xff\0";
    let checks: Vec<_> = super::TABLES.iter().copied().flatten().collect();
    for _ in 0..4000 {
        let length = next() % 48;
        let value: Vec<u8> = (0..length)
            .map(|_| alphabet[next() % alphabet.len()])
            .collect();
        for check in &checks {
            (check.run)(&value);
        }
    }
}
