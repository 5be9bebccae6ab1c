//! Addresses of currencies that live in chains of blocks.
//!
//! In: a text. Out: runs of letters and digits that are addresses. Only every
//! so many bytes are looked at, since no address is shorter; few addresses
//! have digits enough to be seen where numbers are looked for.

use std::ops::Range;

use super::coded::{Hit, Take};
use crate::validate::identity::crypto::{LENGTHS, address};

/// With a checksum, and by its form alone.
const CHECKED: u8 = 85;
const FORM: u8 = 9;

/// Tell the addresses that begin in `text[owned]`.
pub(super) fn find(text: &[u8], owned: Range<usize>, take: &mut Take<'_>) {
    let step = *LENGTHS.start();
    let end = owned.end.saturating_add(step).min(text.len());
    let mut at = owned.start;
    while at < end {
        let Some(run) = run_at(text, at) else {
            at += step;
            continue;
        };
        at = (run.end + 1).max(at + 1);
        if owned.contains(&run.start) && stands_free(text, &run) {
            tell(text, run, take);
        }
    }
}

/// The run of letters and digits around a place; its end at least, if it is too
/// long or short for an address.
fn run_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let most = *LENGTHS.end();
    let part = |byte: &&u8| byte.is_ascii_alphanumeric();
    let ahead = text.get(at..)?.iter().take(most + 1);
    let ahead = ahead.take_while(part).count();
    let back = text.get(..at)?.iter().rev().take(most + 1);
    let back = back.take_while(part).count();
    let run = at - back..at + ahead;
    (ahead > 0 && LENGTHS.contains(&run.len())).then_some(run)
}

fn stands_free(text: &[u8], run: &Range<usize>) -> bool {
    let joins = |at: Option<usize>| {
        let byte = at.and_then(|at| text.get(at));
        byte.is_some_and(|byte| matches!(byte, b'_' | b'+' | 0x80..))
    };
    !joins(run.start.checked_sub(1)) && !joins(Some(run.end))
}

fn tell(text: &[u8], run: Range<usize>, take: &mut Take<'_>) {
    let Some(found) = text.get(run.clone()).and_then(address) else {
        return;
    };
    let score = if found.checked { CHECKED } else { FORM };
    take(Hit {
        evidence: Some(found.currency),
        ..Hit::new(run, score, found.verdict)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::wallet::mint_base58check;

    fn found(text: &str, owned: Range<usize>) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        find(text.as_bytes(), owned, &mut |hit| found.push(hit.span));
        found
    }

    #[test]
    fn an_address_is_seen_wherever_it_stands() {
        let address = mint_base58check(&[&[5][..], &[0x5b; 7], &[0xc4; 13]].concat());
        for before in 0..120 {
            let text = format!("{}{address} and more", " ".repeat(before));
            let span = before..before + address.len();
            assert_eq!(found(&text, 0..text.len()), [span], "{before}");
        }
    }

    #[test]
    fn each_part_of_a_text_tells_its_own() {
        let address = mint_base58check(&[&[0][..], &[0x17; 9], &[0x92; 11]].concat());
        let text = format!("{address},{address}\n{address}");
        let all = found(&text, 0..text.len());
        assert_eq!(all.len(), 3);
        for cut in 0..text.len() {
            let parts = [found(&text, 0..cut), found(&text, cut..text.len())].concat();
            assert_eq!(parts, all, "{cut}");
        }
    }

    #[test]
    fn what_is_part_of_something_longer_is_none() {
        let address = mint_base58check(&[&[0][..], &[0x17; 9], &[0x92; 11]].concat());
        for text in [
            format!("x{address}"),
            format!("{address}_1"),
            "a".repeat(1000),
            address.repeat(40),
        ] {
            assert!(found(&text, 0..text.len()).is_empty(), "{text}");
        }
    }
}
