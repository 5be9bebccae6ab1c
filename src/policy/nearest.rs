//! Suggestions for a mistyped word.
//!
//! In: a word and the known ones. Out: the few known words it may stand for.

/// Most suggestions made.
const MOST: usize = 3;

/// The known words nearest to `word`, best first; none if all are far away.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let word = folded(word);
    let reach = (word.len() / 3).max(2);
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|candidate| {
            let other = folded(candidate);
            let distance = distance(&word, &other);
            let part = word.len() >= 4 && memchr::memmem::find(&other, &word).is_some();
            (distance <= reach || part).then_some((distance, candidate))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    // Beside a slip of the finger, what is only a little alike is noise.
    if let Some(&(best, _)) = near.first().filter(|(best, _)| *best <= reach) {
        near.retain(|(distance, _)| *distance <= best + 2);
    }
    near.truncate(MOST);
    near.into_iter().map(|(_, word)| word.to_owned()).collect()
}

/// Case and the kind of dash are what people mistype most: no distance. Words
/// are cut, since the distance takes quadratic time.
fn folded(word: &str) -> Vec<u8> {
    word.bytes()
        .take(64)
        .map(|byte| match byte {
            b'_' => b'-',
            byte => byte.to_ascii_lowercase(),
        })
        .collect()
}

/// Levenshtein's, in bytes.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_come_first_and_far_ones_not_at_all() {
        let known = ["fail-on", "exclude", "disable", "hf-user-token", "email"];
        assert_eq!(nearest("fail_on", known), ["fail-on"]);
        assert_eq!(nearest("excludes", known), ["exclude"]);
        assert_eq!(nearest("user-token", known), ["hf-user-token"]);
        assert!(nearest("quite-different", known).is_empty());
        assert_eq!(distance(b"kitten", b"sitting"), 3);
    }
}
