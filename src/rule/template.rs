//! Templates of example secrets: `hf_{alpha:34}`, `{jwt}`, `{github:ghp_}`.
//!
//! In: a rule's example or a test fixture, which holds no token-shaped text.
//! Out: the same text with every function replaced by a generated value, the
//! same on every run, with right checksums (`mint`). Text in braces that names
//! no function stays as it is.

mod mint;

use crate::validate::identity::{self, Check, Verdict};
use crate::validate::placeholder::{Judgement, judge};
use crate::validate::random::looks_random;

const SEED: u64 = 0x6875_6273_7765_6570;
const LONGEST: usize = 1 << 16;
/// Draws until a check passes.
const MOST_TRIES: usize = 1 << 20;

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGIT: &str = "0123456789";

/// Expands a template; the values depend on the template's text only.
pub fn expand(template: &str) -> String {
    // FNV-1a: any stable hash will do.
    let seed = template.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    expand_seeded(template, seed)
}

/// Expands a template with values drawn from `seed`.
pub fn expand_seeded(template: &str, seed: u64) -> String {
    let mut draw = Draw(seed ^ SEED);
    let mut text = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let value = rest
            .find('}')
            .and_then(|end| Some((function(&rest[..end], &mut draw)?, end)));
        match value {
            Some((value, end)) => {
                text.push_str(&value);
                rest = &rest[end + 1..];
            }
            None => text.push('{'),
        }
    }
    text.push_str(rest);
    text
}

/// The value of `name` or `name:argument`; `None` for an unknown name.
fn function(call: &str, draw: &mut Draw) -> Option<String> {
    let (name, argument) = call.split_once(':').unwrap_or((call, ""));
    if name == "repeat" {
        let (unit, times) = argument.split_once(':')?;
        return Some(unit.repeat(times.parse().ok().filter(|&times| times <= LONGEST)?));
    }
    if let Some(alphabet) = alphabet(name) {
        let length = argument.parse().ok().filter(|&length| length <= LONGEST)?;
        return Some(draw.text(&alphabet, length));
    }
    if name == "valid" {
        let (check, shape) = argument.split_once(':')?;
        return draw.valid(identity::by_name(check)?, shape);
    }
    match name {
        "uuid" if argument.is_empty() => Some(draw.uuid()),
        _ => mint::token(name, argument, draw)
            .or_else(|| mint::readable(name, argument, draw))
            .or_else(|| mint::key(name, argument, draw)),
    }
}

fn alphabet(name: &str) -> Option<String> {
    let parts: &[&str] = match name {
        "alpha" => &[LOWER, UPPER],
        "alnum" => &[LOWER, UPPER, DIGIT],
        "lower" => &[LOWER],
        "upper" => &[UPPER],
        "digit" => &[DIGIT],
        "loweralnum" => &[LOWER, DIGIT],
        "upperalnum" => &[UPPER, DIGIT],
        "hex" => &["abcdef", DIGIT],
        "HEX" => &["ABCDEF", DIGIT],
        "base64" => &[LOWER, UPPER, DIGIT, "+/"],
        "base64url" => &[LOWER, UPPER, DIGIT, "_-"],
        "base32" => &[UPPER, "234567"],
        "word" => &[LOWER, UPPER, DIGIT, "_"],
        _ => return None,
    };
    Some(parts.concat())
}

/// A splitmix64 generator.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }

    /// Random text that no check takes for made up by chance.
    fn text(&mut self, alphabet: &str, length: usize) -> String {
        self.until(
            |text| is_typical(text, alphabet),
            |draw| {
                let size = alphabet.len() as u64;
                let pick = |_| char::from(alphabet.as_bytes()[(draw.next() % size) as usize]);
                (0..length).map(pick).collect()
            },
        )
    }

    /// A number of this shape that passes a check: `d` stands for a digit, `A`
    /// and `U` for a capital, `X` for either, `H` for a hexadecimal digit, what
    /// follows `\` and all else for itself.
    fn valid(&mut self, check: &Check, shape: &str) -> Option<String> {
        let made = |draw: &mut Self| {
            let mut literal = false;
            let mut text = String::with_capacity(shape.len());
            for letter in shape.chars() {
                let alphabet: &[u8] = match letter {
                    _ if std::mem::take(&mut literal) => b"",
                    'd' => b"0123456789",
                    'A' | 'U' => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                    'X' => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                    'H' => b"0123456789abcdef",
                    '\\' => {
                        literal = true;
                        continue;
                    }
                    _ => b"",
                };
                text.push(match alphabet.len() {
                    0 => letter,
                    size => char::from(alphabet[draw.next() as usize % size]),
                });
            }
            text
        };
        (0..MOST_TRIES)
            .map(|_| made(self))
            .find(|text| (check.run)(text.as_bytes()) == Verdict::Valid)
    }

    fn until_real(&mut self, make: impl FnMut(&mut Self) -> String) -> String {
        self.until(|text| judge(text.as_bytes()) == Judgement::Real, make)
    }

    /// Draws again while `good` says no; short texts may never be good.
    fn until(
        &mut self,
        good: impl Fn(&str) -> bool,
        mut make: impl FnMut(&mut Self) -> String,
    ) -> String {
        let mut text = make(self);
        for _ in 0..200 {
            if good(&text) {
                break;
            }
            text = make(self);
        }
        text
    }

    fn uuid(&mut self) -> String {
        let digits = self.text("0123456789abcdef", 32);
        let variant = ['8', '9', 'a', 'b'][(self.next() % 4) as usize];
        format!(
            "{}-{}-4{}-{variant}{}-{}",
            &digits[..8],
            &digits[8..12],
            &digits[13..16],
            &digits[17..20],
            &digits[20..]
        )
    }
}

/// Every class of the alphabet is there, the ends are no marks, and neither
/// the placeholder nor the randomness check objects.
fn is_typical(text: &str, alphabet: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    if bytes.len() < 8 {
        return bytes.is_empty() || (ends(bytes.first()) && ends(bytes.last()));
    }
    let classes: [fn(&u8) -> bool; 3] = [
        u8::is_ascii_lowercase,
        u8::is_ascii_uppercase,
        u8::is_ascii_digit,
    ];
    let complete = classes
        .iter()
        .all(|class| bytes.iter().any(class) || !alphabet.as_bytes().iter().any(class));
    let letters = alphabet.bytes().any(|byte| byte.is_ascii_alphabetic());
    complete
        && ends(bytes.first())
        && ends(bytes.last())
        && judge(bytes) == Judgement::Real
        && (bytes.len() < 12 || !letters || looks_random(bytes))
}

#[cfg(test)]
mod tests {
    use super::{expand, expand_seeded};

    #[test]
    fn is_deterministic_and_varies() {
        let text = expand("a {alnum:20} b {alnum:20}");
        assert_eq!(text, expand("a {alnum:20} b {alnum:20}"));
        assert_ne!(text[2..22], text[25..45]);
        assert_ne!(text, expand_seeded("a {alnum:20} b {alnum:20}", 1));
    }

    #[test]
    fn leaves_other_braces_alone() {
        for text in [
            "{",
            "{}",
            "{name}",
            "{alpha}",
            "{alpha:x}",
            "f\"{x}\" {{y}}",
            "{jwt:odd}",
        ] {
            assert_eq!(expand(text), text);
        }
        assert_eq!(expand("{{repeat:ab:2}}"), "{abab}");
    }

    #[test]
    fn every_alphabet_has_the_length_asked_for() {
        for name in [
            "alpha",
            "alnum",
            "lower",
            "upper",
            "digit",
            "loweralnum",
            "upperalnum",
            "hex",
            "HEX",
            "base64",
            "base64url",
            "base32",
            "word",
        ] {
            for length in [0, 1, 8, 40, 200] {
                let text = expand(&format!("{{{name}:{length}}}"));
                assert_eq!(text.len(), length, "{name}");
            }
        }
    }
}
