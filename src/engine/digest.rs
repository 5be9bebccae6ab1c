//! Is a value a digest or a revision of something, rather than a key?
//!
//! In: a value and the text before it. Out: yes or no. Lock files, manifests
//! and pinned versions are full of values that are as random as keys.

/// Words after which a hex value is a digest or a revision, not a key.
const HASH_WORDS: &[&[u8]] = &[
    b"sha",
    b"sha1",
    b"sha256",
    b"sha512",
    b"md5",
    b"commit",
    b"commits",
    b"commitid",
    b"rev",
    b"revision",
    b"etag",
    b"digest",
    b"integrity",
    b"checksum",
    b"checksums",
    b"blob",
    b"tree",
    b"hash",
    b"hashes",
    b"oid",
    b"ref",
    b"refs",
];
/// How far back such a word may stand.
const HASH_REACH: usize = 24;

/// Names of digests: what follows one and a mark, as in `sha256=`, `sha512-`,
/// `md5:` and `h1:` of a `go.sum`, is none of a key's, in whatever alphabet.
const DIGESTS: &[&[u8]] = &[
    b"sha1", b"sha224", b"sha256", b"sha384", b"sha512", b"md5", b"blake2b", b"h1", b"zh",
];

/// Does the text before a value call it a hash?
pub(super) fn names_a_hash(before: &[u8], value: &[u8]) -> bool {
    if follows_digest_name(before) {
        return true;
    }
    if !matches!(value.len(), 32 | 40 | 64 | 128) || !value.iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    // A revision pinned to a URL or an archive: `git+https://…@<sha>`,
    // `resolve/<sha>/`, `package.tgz#<sha>`.
    let pinned = matches!(before.last(), Some(b'@' | b'/' | b'#'));
    let near = &before[before.len().saturating_sub(HASH_REACH)..];
    pinned || HASH_WORDS.iter().any(|word| holds_word(near, word))
}

/// Is the value introduced as a digest? It may begin inside of one: base64 of
/// URLs has marks that end a value.
fn follows_digest_name(before: &[u8]) -> bool {
    let in_digest =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    let start = before.iter().rposition(|byte| !in_digest(byte));
    let start = start.map_or(0, |at| at + 1);
    let (head, run) = before.split_at(start);
    let named = |text: &[u8]| {
        let name = text
            .split_last()
            .filter(|(mark, _)| matches!(mark, b'=' | b':'));
        name.is_some_and(|(_, name)| DIGESTS.iter().any(|digest| ends_in_word(name, digest)))
    };
    let subresource = |digest: &&[u8]| {
        run.len() > digest.len()
            && run[..digest.len()].eq_ignore_ascii_case(digest)
            && run[digest.len()] == b'-'
    };
    named(head) || DIGESTS.iter().any(subresource)
}

fn ends_in_word(text: &[u8], word: &[u8]) -> bool {
    let at = text.len().checked_sub(word.len());
    at.is_some_and(|at| {
        text[at..].eq_ignore_ascii_case(word)
            && text[..at]
                .last()
                .is_none_or(|byte| !byte.is_ascii_alphanumeric())
    })
}

/// Does a word stand in the text: on its own, or as a part of a name that
/// tells its parts apart (`gitHash`, `commit_sha`)?
fn holds_word(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).enumerate().any(|(at, part)| {
        let opens = at.checked_sub(1).is_none_or(|before| {
            let before = text[before];
            !before.is_ascii_alphabetic()
                || (before.is_ascii_lowercase() && part[0].is_ascii_uppercase())
        });
        let last = part[part.len() - 1];
        let closes = text.get(at + word.len()).is_none_or(|&next| {
            !next.is_ascii_alphanumeric()
                || (last.is_ascii_lowercase() && next.is_ascii_uppercase())
        });
        opens && closes && part.eq_ignore_ascii_case(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_and_revisions() {
        let hex = [b'a'; 40];
        for before in [
            "commit: ",
            "\"gitHash\": \"",
            "rev = \"",
            "package-1.0.tgz#",
            "git+https://example.com/x@",
            "/resolve/",
            "GIT_SHA=",
            "refs: ",
        ] {
            assert!(names_a_hash(before.as_bytes(), &hex), "{before}");
        }
        for before in ["preview_key=", "refresh ", "android_key: ", "api_key = \""] {
            assert!(!names_a_hash(before.as_bytes(), &hex), "{before}");
        }
    }

    #[test]
    fn digests_in_whatever_alphabet() {
        let value = b"Zm9vYmFyYmF6cXV4";
        for before in [
            "sha256=",
            "sha256=AbC_d-",
            "\"sha512-",
            "sha512-ab+/",
            "md5:",
            "v1.0.0 h1:",
        ] {
            assert!(names_a_hash(before.as_bytes(), value), "{before}");
        }
        for before in ["key=", "auth1:", "oauth1=", "not-"] {
            assert!(!names_a_hash(before.as_bytes(), value), "{before}");
        }
    }
}
