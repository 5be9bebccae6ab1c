//! Does a file start like a pickle?
//!
//! The first bytes enter, a guess leaves. Protocols 2 to 5 have a header; of
//! the older two the usual openings count, and whatever a dry run of its
//! opcodes leads to an import.

/// Most opcodes of a dry run.
const STEPS: usize = 4096;

/// Whether `head` (512 bytes are plenty) starts a pickle.
pub fn looks_like_pickle(head: &[u8]) -> bool {
    match head {
        // Whatever follows: what a scanner does not take for a pickle is one to
        // the unpickler all the same.
        [0x80, 0..=5, opcode, ..] => is_opcode(*opcode),
        // No unpickler reads these; whoever wrote one meant it to be looked past.
        [0x80, 6..=0x7f, rest @ ..] => leads_to_import(rest),
        [b'}' | b']', b'q', _, next, ..] if opens(*next) || matches!(next, b's' | b'a' | b'.') => {
            true
        }
        [b'(', b'd' | b'l', rest @ ..] if is_put(rest) || is_quoted_line(rest) => true,
        [b'(', rest @ ..] if is_quoted_line(rest) || is_global(rest) => true,
        [b'S' | b'V', ..] if line(head).is_some_and(|(_, rest)| is_put(rest)) => true,
        [b'c', ..] if is_global(head) => true,
        [first, ..] if opens(*first) => dry_run(head, u64::MAX) == Run::Imports,
        _ => false,
    }
}

/// Whether the opcodes of `head`, without a header, lead to an import: so even
/// the magic number of another format can be meant (`GGUF` begins a float).
pub fn leads_to_import(head: &[u8]) -> bool {
    matches!(head, [first, ..] if opens(*first)) && dry_run(head, u64::MAX) == Run::Imports
}

/// Whether `head`, which the file goes on behind, could be the opcodes of a
/// pickle of an old protocol up to its end: a long string first hides the rest.
/// So could some text; the name of the file has to tell.
pub fn may_go_on_as_pickle(head: &[u8], size: u64) -> bool {
    matches!(head, [first, ..] if opens(*first)) && dry_run(head, size) == Run::GoesOn
}

/// How a dry run ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    Imports,
    /// Nothing is wrong up to the end of what is known.
    GoesOn,
    Fails,
}

impl From<bool> for Run {
    fn from(imports: bool) -> Self {
        if imports { Self::Imports } else { Self::Fails }
    }
}

/// Where in `bytes` something starts that is very likely a pickle.
pub(super) fn find_pickle(bytes: &[u8]) -> Option<usize> {
    memchr::memchr2_iter(0x80, b'c', bytes).find(|&at| match &bytes[at..] {
        // A frame of a length that could be.
        [0x80, 4 | 5, 0x95, _, _, _, _, _, 0, 0, 0, opcode, ..] => opens(*opcode),
        [0x80, 4 | 5, 0x95, ..] => false,
        rest @ [0x80, 2..=5, ..] => looks_like_pickle(rest),
        rest @ [b'c', ..] => is_global(rest),
        _ => false,
    })
}

fn is_opcode(byte: u8) -> bool {
    opens(byte)
        || matches!(byte, 0x80..=0x98)
        || b".012QRabdeloqprstu".contains(&byte)
        || byte == b'i'
}

/// Opcodes that may come first: those that need nothing on the stack.
fn opens(opcode: u8) -> bool {
    let plain = b"(FIJKLMNPSTUVXcghj)]}GBC";
    plain.contains(&opcode) || matches!(opcode, 0x82..=0x84 | 0x88..=0x8f | 0x95..=0x97)
}

/// Runs the opcodes on a stack of nothing but marks, up to an import with a
/// name that could be one. Text fails within its first few letters.
fn dry_run(head: &[u8], size: u64) -> Run {
    let (mut rest, mut depth, mut marks) = (head, 0usize, Vec::new());
    for _ in 0..STEPS {
        let Some((&opcode, after)) = rest.split_first() else {
            return Run::GoesOn;
        };
        let Some(behind) = argument(opcode, after) else {
            return if is_cut(opcode, after, size) {
                Run::GoesOn
            } else {
                Run::Fails
            };
        };
        let (pops, pushes) = match opcode {
            b'c' => return is_global(rest).into(),
            b'i' => {
                let opened = marks.last().is_some_and(|&mark| depth > mark);
                return (opened && names(after).is_some()).into();
            }
            0x93 => return (depth >= 2).into(),
            0x82..=0x84 => return matches!(behind, [b')', b'R' | 0x81, ..] | [b'(', ..]).into(),
            b'(' => {
                marks.push(depth);
                (0, 0)
            }
            b'1' | b'd' | b'l' | b't' | b'e' | b'u' | b'o' | 0x90 | 0x91 => {
                let Some(mark) = marks.pop() else {
                    return Run::Fails;
                };
                depth = mark;
                (
                    0,
                    usize::from(matches!(opcode, b'd' | b'l' | b't' | b'o' | 0x91)),
                )
            }
            b'0' => (1, 0),
            b'2' => (1, 2),
            b'a' | b'b' => (2, 1),
            b's' => (3, 1),
            b'R' | 0x81 | 0x86 => (2, 1),
            0x87 | 0x92 => (3, 1),
            b'Q' | 0x85 | b'p' | b'q' | b'r' | 0x94 | 0x98 => (1, 1),
            0x80 | 0x95 => (0, 0),
            b'.' => return Run::Fails,
            _ => (0, 1),
        };
        let Some(left) = depth.checked_sub(pops) else {
            return Run::Fails;
        };
        depth = left + pushes;
        rest = behind;
    }
    Run::GoesOn
}

/// Does an argument merely lie beyond the end of what is known?
fn is_cut(opcode: u8, after: &[u8], size: u64) -> bool {
    // Letters of a text make a length beyond any file.
    let fits = |width: usize| {
        let claimed = after
            .iter()
            .take(width)
            .rev()
            .fold(0u64, |sum, &byte| (sum << 8) | u64::from(byte));
        claimed <= size
    };
    let open = || memchr::memchr(b'\n', after).is_none();
    let number = |byte: &u8| byte.is_ascii_digit() || b"-+.eLinfa".contains(byte);
    match opcode {
        b'U' | b'C' | 0x8a | 0x8c => fits(1),
        b'T' | b'X' | b'B' | 0x8b => fits(4),
        0x8d | 0x8e | 0x96 => fits(8),
        b'V' | b'P' => open(),
        b'S' => open() && matches!(after, [b'\'' | b'"', ..]),
        b'I' | b'L' | b'F' | b'g' | b'p' => open() && after.iter().all(number),
        _ => false,
    }
}

/// What follows an opcode's argument; `None` if there is no such opcode, or the
/// argument does not end here.
fn argument(opcode: u8, after: &[u8]) -> Option<&[u8]> {
    let counted = |width: usize| {
        let length = after.get(..width)?;
        let length = length
            .iter()
            .rev()
            .fold(0u64, |sum, &byte| (sum << 8) | u64::from(byte));
        after.get(width..)?.get(usize::try_from(length).ok()?..)
    };
    match opcode {
        b'(' | b')' | b'.' | b'0' | b'1' | b'2' | b'N' | b'Q' | b'R' | b']' | b'a' | b'b'
        | b'd' | b'e' | b'l' | b'o' | b's' | b't' | b'u' | b'}' => Some(after),
        0x81 | 0x85..=0x89 | 0x8f..=0x94 | 0x97 | 0x98 => Some(after),
        b'K' | b'h' | b'q' | 0x80 | 0x82 => after.get(1..),
        b'M' | 0x83 => after.get(2..),
        b'J' | b'j' | b'r' | 0x84 => after.get(4..),
        b'G' | 0x95 => after.get(8..),
        b'U' | b'C' | 0x8a | 0x8c => counted(1),
        b'T' | b'X' | b'B' | 0x8b => counted(4),
        0x8d | 0x8e | 0x96 => counted(8),
        b'S' => quoted(after),
        b'I' | b'L' | b'F' | b'g' | b'p' => number(after),
        b'V' | b'P' => line(after).map(|(_, rest)| rest),
        b'c' | b'i' => Some(after),
        _ => None,
    }
}

fn quoted(after: &[u8]) -> Option<&[u8]> {
    let (text, rest) = line(after)?;
    matches!(text, [b'\'', .., b'\''] | [b'"', .., b'"']).then_some(rest)
}

fn number(after: &[u8]) -> Option<&[u8]> {
    let (text, rest) = line(after)?;
    let allowed = |byte: &u8| byte.is_ascii_digit() || b"-+.eLinfa".contains(byte);
    (!text.is_empty() && text.iter().all(allowed)).then_some(rest)
}

/// Two lines with names.
fn names(after: &[u8]) -> Option<&[u8]> {
    let (module, rest) = line(after)?;
    let (name, rest) = line(rest)?;
    (is_dotted_name(module) && is_dotted_name(name)).then_some(rest)
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
    let Some((b'c' | b'i', after)) = text.split_first() else {
        return false;
    };
    let Some(rest) = names(after) else {
        return false;
    };
    match rest {
        [b'(', next, ..] => opens(*next) || b"tdlop".contains(next),
        [b')', next, ..] => matches!(next, b'R' | 0x81),
        [b'q', _, next, ..] => opens(*next) || matches!(next, b'.' | b')'),
        [b'.' | b'b' | b'R' | b'o'] | [b'}' | b'N', b'b', ..] => true,
        rest => is_put(rest) || is_quoted_line(rest) || is_counted(rest),
    }
}

/// Is it a string with its length in front, and an opcode behind? Lists of
/// words begin with two names and a letter, too: no length of four letters
/// fits, and a length of one must be no letter, or a call must follow.
fn is_counted(text: &[u8]) -> bool {
    let Some((&opcode, after)) = text.split_first() else {
        return false;
    };
    let Some(behind) = argument(opcode, after) else {
        return false;
    };
    let calls = matches!(behind, [b't', b'R', ..] | [b'o', b'.' | b'q' | b'0', ..]);
    match opcode {
        b'X' | b'T' | b'B' | 0x8c..=0x8e => behind.first().is_some_and(|next| is_opcode(*next)),
        b'U' | b'C' => {
            let length = after.first().copied().unwrap_or_default();
            calls
                || (!matches!(length, b' '..=b'~' | b'\t' | b'\n' | b'\r')
                    && behind.first().is_some_and(|next| is_opcode(*next)))
        }
        _ => false,
    }
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
