//! Names that many people have, and words that are nobody's.
//!
//! In: a word of a text in lower case. Out: whether the lists in `patterns/`
//! have it. They only support what the words around a name say.

/// Sorted by bytes, as all of these lists.
const GIVEN: &str = include_str!("../../../patterns/given-names.txt");
const SURNAMES: &str = include_str!("../../../patterns/surnames.txt");
/// Months, countries, brands, models, parts of letters and of programs.
const NO_NAMES: &str = include_str!("../../../patterns/not-names.txt");
/// Common words of prose and of programs.
const COMMON: &str = include_str!("../../../patterns/words.txt");

/// Assistants have names of people too.
const ASSISTANTS: &[&str] = &[
    "alexa", "bard", "bart", "bloom", "claude", "cortana", "electra", "gemma", "roberta",
];

/// Is it a given name of many? `Anna-Lena` is, if `Anna` is.
pub(super) fn is_given(word: &str) -> bool {
    has(GIVEN, word)
        || word
            .split_once('-')
            .is_some_and(|(first, _)| has(GIVEN, first))
}

/// Is it a surname of many?
pub(super) fn is_surname(word: &str) -> bool {
    let last = word.rsplit(['-', '\'', '’']).next().unwrap_or_default();
    has(SURNAMES, word) || (last.len() < word.len() && has(SURNAMES, last))
}

/// Is it no name at all?
pub(super) fn is_denied(word: &str) -> bool {
    has(NO_NAMES, word) || (is_common(word) && !is_given(word) && !is_surname(word))
}

/// Is it a word that is used for other things than people?
pub(super) fn is_common(word: &str) -> bool {
    has(COMMON, word) || word.len() < 3 || SHORT.contains(&word)
}

/// Is it what an assistant calls itself?
pub(super) fn is_assistant(word: &str) -> bool {
    ASSISTANTS.contains(&word)
}

/// Names that abbreviate other things, or begin lines of programs and logs.
const SHORT: &[&str] = &[
    "ali", "art", "dim", "lin", "max", "min", "norm", "pam", "pat", "ran", "ray", "rem", "val",
    "van", "vec",
];

/// Look a word up among sorted lines.
fn has(list: &str, word: &str) -> bool {
    let bytes = list.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = memchr::memrchr(b'\n', &bytes[low..middle]).map_or(low, |at| low + at + 1);
        let end = memchr::memchr(b'\n', &bytes[start..high]).map_or(high, |at| start + at);
        match bytes[start..end].cmp(word.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = (end + 1).min(high),
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_searched() {
        for list in [GIVEN, SURNAMES, NO_NAMES, COMMON] {
            assert!(list.lines().is_sorted());
            for word in list.lines() {
                assert!(has(list, word), "{word}");
                assert_eq!(word, word.to_lowercase());
            }
            for word in ["", "zzzz", "aaaa-", "münchhausenstraße"] {
                assert!(!has(list, word));
            }
        }
        assert!(is_given("anna-lena") && is_surname("meyer-schmidt"));
        assert!(is_denied("monday") && is_denied("tensor") && !is_denied("brown"));
    }
}
