//! Whose address it is.
//!
//! In: an address in its text. Out: its [`Owner`], or nothing for addresses
//! made up for documentation.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use std::ops::Range;

use super::known::{CREDITS, MADE_UP_LABELS, MADE_UP_STARTS, NOBODY, NOBODY_STARTS, ROLES, STOCK};

/// Who reads the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Somebody.
    Person,
    /// Somebody called as in every example: Jane Doe.
    StockName,
    /// The author of the work, named on purpose.
    Author,
    /// Whoever is on duty.
    Role,
}

/// The owner, or `None` for a made-up address.
pub(super) fn owner(text: &[u8], local: &Range<usize>, domain: &Range<usize>) -> Option<Owner> {
    let mailbox = text[local.clone()].to_ascii_lowercase();
    let host = text[domain.clone()].to_ascii_lowercase();
    if is_made_up(&host) || is_nobody(&mailbox) {
        return None;
    }
    if is_role(&mailbox, &host) {
        return Some(Owner::Role);
    }
    if names_an_author(text, local.start) {
        return Some(Owner::Author);
    }
    Some(if STOCK.contains(&mailbox.as_slice()) {
        Owner::StockName
    } else {
        Owner::Person
    })
}

fn is_made_up(host: &[u8]) -> bool {
    let mut labels: Vec<&[u8]> = host.split(|byte| *byte == b'.').collect();
    labels.pop();
    // The registered name, and for `example.co.uk` the one before it.
    labels
        .iter()
        .any(|label| *label == b"example" || *label == b"noreply")
        || labels.last().is_some_and(|label| {
            MADE_UP_LABELS.contains(label)
                || MADE_UP_STARTS.iter().any(|start| label.starts_with(start))
                || is_repeated(label)
                || label.len() == 1
        })
}

/// `xxx`, `aaaa`.
fn is_repeated(word: &[u8]) -> bool {
    word.len() >= 3 && word.iter().all(|byte| *byte == word[0])
}

fn is_nobody(mailbox: &[u8]) -> bool {
    let digits = mailbox
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let word = &mailbox[..mailbox.len() - digits];
    // Filters and aliases of the same mailbox: `user+tag`.
    let word = word.split(|byte| *byte == b'+').next().unwrap_or(word);
    NOBODY.contains(&word)
        || NOBODY_STARTS.iter().any(|start| mailbox.starts_with(start))
        || is_repeated(mailbox)
}

fn is_role(mailbox: &[u8], host: &[u8]) -> bool {
    let is_cut = |byte: &u8| matches!(byte, b'-' | b'.' | b'_' | b'+');
    let first = mailbox.split(is_cut).next();
    let last = mailbox.rsplit(is_cut).next();
    let known = |word: Option<&[u8]>| word.is_some_and(|word| ROLES.contains(&word));
    // The whole organisation: `acme@acme.io`. A mailing list.
    let is_own = host
        .strip_prefix(mailbox)
        .is_some_and(|rest| rest.starts_with(b"."));
    let is_list = [&b"lists."[..], b"list.", b"groups.", b"googlegroups.com"]
        .iter()
        .any(|start| host.starts_with(start));
    ROLES.contains(&mailbox) || known(first) || known(last) || is_own || is_list
}

/// How far back such a word counts, on the same line and beyond it.
const SAME_LINE: usize = 200;
const NEARBY: usize = 80;
/// How far back a list of authors may have begun.
const LIST: usize = 400;

fn names_an_author(text: &[u8], start: usize) -> bool {
    let lower = text[start.saturating_sub(LIST)..start].to_ascii_lowercase();
    let tail = |reach: usize| &lower[lower.len().saturating_sub(reach)..];
    let line = tail(SAME_LINE)
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let near = if line.len() < NEARBY {
        tail(NEARBY)
    } else {
        line
    };
    if gives_credit(near) {
        return true;
    }
    // ` -- Jane Roe <…>` closes an entry of a Debian changelog.
    if line.starts_with(b" -- ") {
        return true;
    }
    // `authors = [ … ]`, `maintainers:` with one address a line.
    [&b"authors"[..], b"maintainers", b"contributors"]
        .iter()
        .any(|word| {
            memchr::memmem::rfind(&lower, word).is_some_and(|at| {
                let rest = lower[at + word.len()..].trim_ascii_start();
                let rest = rest.strip_prefix(b"\"").unwrap_or(rest).trim_ascii_start();
                matches!(rest.first(), Some(b'=' | b':'))
                    && !rest.windows(2).any(|pair| pair == b"\n\n")
            })
        })
}

/// Does the text hold one of [`CREDITS`], and not "authorize" for "author"?
fn gives_credit(text: &[u8]) -> bool {
    static FINDERS: LazyLock<Vec<Finder<'static>>> =
        LazyLock::new(|| CREDITS.iter().map(Finder::new).collect());
    FINDERS.iter().any(|word| {
        word.find_iter(text).any(|at| {
            let rest = &text[at + word.needle().len()..];
            !(rest.starts_with(b"iz") || rest.starts_with(b"is") || rest.starts_with(b"ity"))
        })
    })
}
