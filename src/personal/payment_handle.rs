//! Addresses of the Unified Payments Interface of India: `name@bank`.
//!
//! In: a text. Out: names before one of the handles that banks and wallets
//! have; no handle has a dot, so that none is an e-mail address.

use std::ops::Range;

use super::coded::{Hit, Take};
use crate::validate::identity::Verdict;

/// The handle proves it, since it stands for nothing else.
const SCORE: u8 = 60;
/// Most characters of a name.
const LONGEST: usize = 64;

/// Handles of the NPCI's list that are no words otherwise.
const HANDLES: &[&[u8]] = &[
    b"airtel",
    b"allbank",
    b"apl",
    b"axisb",
    b"axisbank",
    b"axl",
    b"barodampay",
    b"cnrb",
    b"dbs",
    b"dlb",
    b"ezeepay",
    b"fbl",
    b"federal",
    b"freecharge",
    b"hdfcbank",
    b"hdfcbankjd",
    b"hsbc",
    b"ibl",
    b"icici",
    b"idbi",
    b"idfcbank",
    b"idfcfirst",
    b"ikwik",
    b"indianbank",
    b"indus",
    b"jupiteraxis",
    b"kotak",
    b"mahb",
    b"naviaxis",
    b"okaxis",
    b"okhdfcbank",
    b"okicici",
    b"oksbi",
    b"paytm",
    b"pingpay",
    b"pnb",
    b"postbank",
    b"ptaxis",
    b"pthdfc",
    b"ptsbi",
    b"ptyes",
    b"rapl",
    b"rbl",
    b"sbi",
    b"shriramhdfcbank",
    b"sliceaxis",
    b"superyes",
    b"tapicici",
    b"timecosmos",
    b"uboi",
    b"uco",
    b"unionbank",
    b"waaxis",
    b"wahdfcbank",
    b"waicici",
    b"wasbi",
    b"yapl",
    b"ybl",
    b"yesbank",
    b"yespay",
    b"zoicici",
];

/// Tell the addresses that begin in `text[owned]`.
pub(super) fn find(text: &[u8], owned: Range<usize>, take: &mut Take<'_>) {
    let end = owned.end.saturating_add(LONGEST).min(text.len());
    let part = text.get(owned.start..end).unwrap_or_default();
    for at in memchr::memchr_iter(b'@', part) {
        let at = owned.start + at;
        let Some(span) = handle_at(text, at) else {
            continue;
        };
        if owned.contains(&span.start) {
            take(Hit::new(span, SCORE, Verdict::Valid));
        }
    }
}

/// The address around an `@`.
fn handle_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let named = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let before = text.get(..at)?;
    let name = before
        .iter()
        .rev()
        .take(LONGEST + 1)
        .take_while(|byte| named(byte))
        .count();
    let start = at - name;
    let begins = before.get(start).is_some_and(u8::is_ascii_alphanumeric);
    // What a URL, a command or a module is followed by.
    let joined = matches!(
        start.checked_sub(1).and_then(|at| text.get(at)),
        Some(b'/' | b'@' | b'%')
    );
    if !(3..=LONGEST).contains(&name) || !begins || joined {
        return None;
    }
    let behind = text.get(at + 1..)?;
    let len = behind
        .iter()
        .take(20)
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let handle = behind.get(..len)?.to_ascii_lowercase();
    let ends = match (behind.get(len), behind.get(len + 1)) {
        (Some(b'.' | b'-'), Some(next)) => !next.is_ascii_alphanumeric(),
        (Some(b'_' | b'/' | b'@' | b':'), _) => false,
        _ => true,
    };
    (ends && HANDLES.contains(&handle.as_slice())).then_some(start..at + 1 + len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text.as_bytes(), 0..text.len(), &mut |hit| {
            found.push(&text[hit.span]);
        });
        found
    }

    #[test]
    fn handles_are_of_banks() {
        let name = "ravi.menon84";
        for handle in ["okaxis", "YBL", "paytm"] {
            let text = format!("pay to {name}@{handle}.");
            assert_eq!(found(&text), [format!("{name}@{handle}")]);
        }
        for text in [
            "ravi@example",
            "ravi@sbi.co.in",
            "@paytm",
            "npm i @sbi/ui",
            "git@icici:repo",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn any_cut_is_harmless() {
        let text = "é@ybl a@ybl ravi@ybl @ @@ ravi@";
        for start in 0..text.len() {
            for end in start..text.len() {
                find(text.as_bytes(), start..end, &mut |_| ());
                find(&text.as_bytes()[start..end], 0..end - start, &mut |_| ());
            }
        }
    }
}
