//! Does a file start like a pickle?
//!
//! The first bytes enter, a guess leaves. Protocols 2 to 5 have a header;
//! the older two are plain text, so only their usual openings count.

/// Whether `head` (512 bytes are plenty) starts a pickle.
pub fn looks_like_pickle(head: &[u8]) -> bool {
    match head {
        [0x80, 0..=5, opcode, ..] => opens(*opcode),
        [b'}' | b']', b'q', _, next, ..] => opens(*next) || matches!(next, b's' | b'a' | b'.'),
        [b'(', b'd' | b'l', rest @ ..] => is_put(rest) || is_quoted_line(rest),
        [b'(', rest @ ..] => is_quoted_line(rest) || is_global(rest),
        [b'c', ..] => is_global(head),
        [b'S' | b'V', ..] => line(head).is_some_and(|(_, rest)| is_put(rest)),
        _ => false,
    }
}

/// Opcodes that may come first: those that need nothing on the stack.
fn opens(opcode: u8) -> bool {
    let plain = b"(FIJKLMNPSTUVXcghj)]}GBC";
    plain.contains(&opcode) || matches!(opcode, 0x82..=0x84 | 0x88..=0x8f | 0x95..=0x97)
}

/// `p0` and a line break.
fn is_put(text: &[u8]) -> bool {
    let Some((put, _)) = line(text) else {
        return false;
    };
    matches!(put, [b'p', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
}

/// `S'text'` and the line break, then an opcode.
fn is_quoted_line(text: &[u8]) -> bool {
    let Some((quoted, [next, ..])) = line(text) else {
        return false;
    };
    let closed = matches!(quoted, [b'S', b'\'', .., b'\''] | [b'S', b'"', .., b'"']);
    closed && b"(FILNSVcdilopst".contains(next)
}

/// `cmodule` and `name`, each on a line, or the same for INST, then what makes
/// use of the class.
fn is_global(text: &[u8]) -> bool {
    let Some(([b'c' | b'i', module @ ..], rest)) = line(text) else {
        return false;
    };
    let Some((name, rest)) = line(rest) else {
        return false;
    };
    let used = match rest {
        [b'(', next, ..] => opens(*next) || b"tdlop".contains(next),
        [b')', next, ..] => matches!(next, b'R' | 0x81),
        [b'q', _, next, ..] => opens(*next) || matches!(next, b'.' | b')'),
        [b'.' | b'b' | b'R' | b'o'] | [b'}' | b'N', b'b', ..] => true,
        rest => is_put(rest) || is_quoted_line(rest),
    };
    is_dotted_name(module) && is_dotted_name(name) && used
}

fn is_dotted_name(name: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    !name.is_empty() && name.iter().all(allowed)
}

/// The first line without its break, and the rest.
fn line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'\n', text)?;
    Some((&text[..end], &text[end + 1..]))
}
