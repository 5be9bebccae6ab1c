//! Paths of one person's machine or one group's cluster, and buckets.
//!
//! In: a place where the start of such a path stands. Out: the whole path, if
//! it is absolute, no URL or route, no public location and no placeholder.

mod bucket;
mod drive;
mod home;
mod machine;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub(super) use bucket::{TRIGGERS as BUCKET_TRIGGERS, detect as detect_bucket};
pub(super) use home::{TRIGGERS as HOME_TRIGGERS, detect as detect_home};
pub(super) use machine::{TRIGGERS as MACHINE_TRIGGERS, detect as detect_machine};

/// Longest path that is reported whole.
const LONGEST: usize = 256;

/// ASCII of a path's components.
fn is_component(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'-' | b'.' | b'+' | b'@' | b'~' | b'%' | b'#')
}

/// Length of the letter of a component that `rest` starts with, in UTF-8; 0
/// for anything else.
fn letter_length(rest: &[u8]) -> usize {
    let length = match rest.first() {
        Some(byte) if byte.is_ascii() => return usize::from(is_component(*byte)),
        Some(0xC2..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..=0xF4) => 4,
        _ => return 0,
    };
    let whole = rest
        .get(..length)
        .is_some_and(|letter| std::str::from_utf8(letter).is_ok());
    if whole && !is_punctuation(rest) {
        length
    } else {
        0
    }
}

/// Where the components from `start` on end, at `separator`s and all, without
/// punctuation of the sentence around.
fn end_of(text: &[u8], start: usize, is_separator: fn(u8) -> bool) -> usize {
    let ceiling = (start + LONGEST).min(text.len());
    let mut end = start;
    while end < ceiling {
        let length = if is_separator(text[end]) {
            1
        } else {
            letter_length(&text[end..ceiling])
        };
        if length == 0 {
            break;
        }
        end += length;
    }
    while end > start && matches!(text[end - 1], b'.' | b'#' | b'@' | b'~' | b'%') {
        end -= 1;
    }
    end
}

/// Dashes, quotes, arrows, boxes and full-width punctuation in UTF-8.
fn is_punctuation(rest: &[u8]) -> bool {
    matches!(
        rest,
        [0xE2, ..] | [0xE3, 0x80, ..] | [0xEF, 0xBC | 0xBD, ..] | [0xC2, 0xA0 | 0xAB | 0xBB, ..]
    )
}

fn is_slash(byte: u8) -> bool {
    byte == b'/'
}

/// The start of the absolute path in which a component starts at the slash
/// `at`: `/mnt/nfs/home/…` for the `/home/`, `file:///home/…` without its
/// scheme. Nothing inside URLs, relative paths and templates.
fn absolute(text: &[u8], at: usize) -> Option<usize> {
    let floor = at.saturating_sub(LONGEST);
    let inner = |byte: u8| is_component(byte) || byte == b'/';
    let run = text[floor..at]
        .iter()
        .rposition(|byte| !inner(*byte))
        .map_or(floor, |end| floor + end + 1);
    let slash = run + memchr::memchr(b'/', &text[run..=at])?;
    if text[slash..].starts_with(b"//") && slash < at {
        // `file:///…`; other URLs are no paths.
        let is_file =
            slash == run && text[..run].ends_with(b"file:") && text.get(slash + 2) == Some(&b'/');
        return is_file.then_some(slash + 2);
    }
    let opens = match &text[run..slash] {
        [] => opens_path(text, slash),
        // `\n/home/…` in an escaped string; a length byte before a string.
        [byte] if run > 0 => {
            text[run - 1] == b'\\' && matches!(byte, b'n' | b't' | b'r')
                || !matches!(text[run - 1], b' '..=b'~')
                || *byte == b'@'
        }
        // A colour of a terminal, as in the tracebacks of notebooks: `\u001b[0;32m`.
        [codes @ .., b'm'] if run > 0 => {
            matches!(text[run - 1], b'[' | b';') && codes.iter().all(u8::is_ascii_digit)
        }
        // `-I/home/…`.
        [b'-', flag] => flag.is_ascii_alphabetic(),
        _ => false,
    };
    (opens && !is_link(&text[..slash])).then_some(slash)
}

/// Tags after which text begins.
const TAGS: &[&[u8]] = &[
    b"b", b"i", b"p", b"td", b"th", b"li", b"em", b"br", b"br/", b"code", b"pre", b"span",
    b"strong", b"div", b"dd",
];

/// May a path begin at `start`, going by the byte before it?
fn opens_path(text: &[u8], start: usize) -> bool {
    let Some(&before) = text[..start].last() else {
        return true;
    };
    match before {
        b'>' => {
            let tail = &text[start.saturating_sub(24)..start - 1];
            let tag = tail.rsplit(|byte| *byte == b'<').next().unwrap_or_default();
            // A redirection has no tag before it, a placeholder an unknown one.
            tag.len() == tail.len()
                || TAGS.contains(&tag.trim_ascii_start())
                || tag.contains(&b'=')
                || tag.starts_with(b"/")
        }
        b'}' | b')' | b']' | b'*' | b'$' | b'?' | b'&' | b'\\' | b'/' | b'^' => false,
        _ => !before.is_ascii_alphanumeric(),
    }
}

/// What stands before a link or a route, quotes aside.
const LINKS: &[&[u8]] = &[
    b"](",
    b"href=",
    b"src=",
    b"action=",
    b"url(",
    b"fetch(",
    b"route(",
    b".get(",
    b".post(",
    b".put(",
    b".delete(",
    b".patch(",
    b"mount(",
    b"GET ",
    b"POST ",
    b"PUT ",
    b"to=",
    b"poster=",
    b"]: ",
    b"redirect(",
    b"import ",
    b"from ",
    b"require(",
    b"import(",
    b"\"href\": ",
    b"\"src\": ",
    b"endpoint=",
    b"route=",
    b"href: ",
    b"add_api_route(",
];

fn is_link(before: &[u8]) -> bool {
    let before = match before {
        [rest @ .., b'\\', b'"' | b'\''] | [rest @ .., b'"' | b'\'' | b'`' | b'<'] => rest,
        _ => before,
    };
    LINKS.iter().any(|link| before.ends_with(link))
}

/// Words that stand for a name in documentation, whole or before a digit.
const STAND_INS: &[&[u8]] = &[
    b"user",
    b"username",
    b"user_name",
    b"user-name",
    b"name",
    b"you",
    b"me",
    b"path",
    b"foo",
    b"bar",
    b"baz",
    b"some",
    b"example",
    b"placeholder",
    b"dir",
    b"folder",
    b"someone",
    b"somebody",
    b"nobody",
    b"whatever",
    b"somewhere",
    b"xyz",
    b"abc",
    b"to",
    b"login",
    b"uid",
    b"usr",
    b"account",
    b"yourself",
    b"myself",
    b"testuser",
    b"user_id",
    b"userid",
    b"dummy",
    b"sample",
    b"anonymous",
    b"redacted",
    b"directory",
    b"filename",
];
const STAND_IN_STARTS: &[&[u8]] = &[
    b"your",
    b"my_",
    b"my-",
    b"path_to",
    b"path-to",
    b"pathto",
    b"some_",
    b"some-",
    b"example",
    b"myuser",
    b"myname",
    b"the_",
    b"redacted",
];

/// Does a component only stand for one: `your_name`, `user1`, `xxx`, `...`?
fn is_stand_in(component: &[u8]) -> bool {
    let lower = component.to_ascii_lowercase();
    let digits = lower
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let word = lower[..lower.len() - digits].trim_ascii_end();
    let word = word
        .strip_suffix(b"-")
        .or(word.strip_suffix(b"_"))
        .unwrap_or(word);
    STAND_INS.contains(&word)
        || STAND_IN_STARTS.iter().any(|start| lower.starts_with(start))
        || lower.len() >= 2 && lower.iter().all(|byte| *byte == lower[0])
        || lower.contains(&b'%') && lower.ends_with(b"%")
}

/// Is what follows a name the rest of a template: `/data/${RUN}`, `s3://b-{i}`?
fn goes_on_as_template(text: &[u8], end: usize) -> bool {
    match text.get(end) {
        Some(b'<') => text.get(end + 1) != Some(&b'/'),
        next => matches!(next, Some(b'$' | b'{' | b'*' | b'[' | b'(')),
    }
}

/// The components of a path, empty ones left out.
fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    path.split(|byte| matches!(byte, b'/' | b'\\'))
        .filter(|part| !part.is_empty())
}

/// Text for the evidence, where it is text.
fn quoted(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

type Hit = Range<usize>;
