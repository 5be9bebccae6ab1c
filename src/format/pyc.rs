//! Strings of compiled Python: constants, names and source paths.
//!
//! A reader of a `.pyc` enters; its strings and bytes leave with their offsets.
//! Nothing is built: the marshal format is walked as a list of things still to
//! come. Layouts are those of `marshal.c`, 3.6 to 3.14.

use std::io::Read;

use super::FormatError;
use super::bytes::Bytes;

/// Longest string handed over; longer ones come without their rest.
const LONGEST: u64 = 1 << 20;
/// Most things open inside each other; `marshal` itself stops at 2000.
const DEEPEST: usize = 4096;
const WHAT: &str = "compiled Python";

/// The magic numbers of Python 3.6 and later, and the first ones of changes.
const MAGICS: std::ops::Range<u16> = 3379..3800;
const WITH_HASH: u16 = 3390;
const POSITIONAL_ONLY: u16 = 3410;
const LOCALS_PLUS: u16 = 3495;

/// Does a compiled module begin with these bytes?
pub fn looks_like(head: &[u8]) -> bool {
    match head {
        [a, b, b'\r', b'\n', flags, 0, 0, 0, ..] => {
            let magic = u16::from_le_bytes([*a, *b]);
            MAGICS.contains(&magic) && (magic < WITH_HASH || *flags <= 3)
        }
        _ => false,
    }
}

/// What is still to come.
enum Pending {
    Objects(u64),
    /// Key and value in turn, up to a mark.
    Pairs,
    Numbers(u64),
}

/// Tells `sink` the offset and the bytes of each string.
pub fn strings<R: Read>(reader: R, sink: &mut dyn FnMut(u64, &[u8])) -> Result<(), FormatError> {
    let mut input = Bytes::new(reader);
    let truncated = |offset| FormatError::Truncated { what: WHAT, offset };
    let head = input.array::<4>()?.ok_or_else(|| truncated(0))?;
    let magic = u16::from_le_bytes([head[0], head[1]]);
    input.skip(if magic < WITH_HASH { 8 } else { 12 })?;
    let mut pending = vec![Pending::Objects(1)];
    let mut text = Vec::new();
    while let Some(next) = pending.last_mut() {
        let offset = input.offset();
        match next {
            Pending::Objects(0) | Pending::Numbers(0) => {
                pending.pop();
                continue;
            }
            Pending::Numbers(left) => {
                *left -= 1;
                if input.skip(4)? < 4 {
                    return Err(truncated(offset));
                }
                continue;
            }
            Pending::Objects(left) => *left -= 1,
            Pending::Pairs => {}
        }
        // The high bit says that a later reference may name the object.
        let kind = input.next()?.ok_or_else(|| truncated(offset))? & 0x7f;
        if kind == b'0' {
            if matches!(pending.last(), Some(Pending::Pairs)) {
                pending.pop();
            }
            continue;
        }
        match shape(kind, &mut input)?.ok_or(FormatError::Malformed { what: WHAT, offset })? {
            Shape::Plain(bytes) if input.skip(bytes)? < bytes => return Err(truncated(offset)),
            Shape::Plain(_) => {}
            Shape::Text(length) => {
                text.clear();
                let at = input.offset();
                let kept = length.min(LONGEST);
                if input.append(&mut text, kept)? < kept {
                    sink(at, &text);
                    return Err(truncated(offset));
                }
                sink(at, &text);
                input.skip(length - kept)?;
            }
            Shape::Holds(count) => pending.push(Pending::Objects(count)),
            Shape::Pairs => pending.push(Pending::Pairs),
            Shape::Code => pending.extend(code(magic)),
        }
        if pending.len() > DEEPEST {
            let what = "depth of compiled Python";
            return Err(FormatError::Limit { what });
        }
    }
    Ok(())
}

/// The parts of a code object, the last one first.
fn code(magic: u16) -> [Pending; 4] {
    let (numbers, objects, behind) = match magic {
        LOCALS_PLUS.. => (5, 8, 2),
        POSITIONAL_ONLY.. => (6, 8, 1),
        _ => (5, 8, 1),
    };
    [
        Pending::Objects(behind),
        Pending::Numbers(1),
        Pending::Objects(objects),
        Pending::Numbers(numbers),
    ]
}

/// How an object goes on behind its kind.
enum Shape {
    Plain(u64),
    Text(u64),
    Holds(u64),
    Pairs,
    Code,
}

/// `None` of a kind that there is not.
fn shape<R: Read>(kind: u8, input: &mut Bytes<R>) -> Result<Option<Shape>, FormatError> {
    let offset = input.offset();
    let truncated = || FormatError::Truncated { what: WHAT, offset };
    let mut long = || -> Result<u64, FormatError> {
        let bytes = input.array::<4>()?.ok_or_else(truncated)?;
        Ok(u64::from(u32::from_le_bytes(bytes)))
    };
    Ok(Some(match kind {
        b'N' | b'F' | b'T' | b'S' | b'.' => Shape::Plain(0),
        b'i' | b'r' => Shape::Plain(4),
        b'I' | b'g' => Shape::Plain(8),
        b'y' => Shape::Plain(16),
        // Digits of two bytes; the sign of the number is that of their count.
        b'l' => {
            let bytes = input.array::<4>()?.ok_or_else(truncated)?;
            Shape::Plain(u64::from(i32::from_le_bytes(bytes).unsigned_abs()) * 2)
        }
        b's' | b't' | b'u' | b'a' | b'A' => Shape::Text(long()?),
        b'(' | b'[' | b'<' | b'>' => Shape::Holds(long()?),
        b':' => Shape::Holds(3),
        b'{' => Shape::Pairs,
        b'c' => Shape::Code,
        b'f' | b'z' | b'Z' | b')' => {
            let count = u64::from(input.next()?.ok_or_else(truncated)?);
            match kind {
                b'f' => Shape::Plain(count),
                b')' => Shape::Holds(count),
                _ => Shape::Text(count),
            }
        }
        _ => return Ok(None),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8]) -> (Vec<String>, Result<(), FormatError>) {
        let mut told = Vec::new();
        let end = strings(bytes, &mut |at, text| {
            assert!(bytes[at as usize..].starts_with(text));
            told.push(String::from_utf8_lossy(text).into_owned());
        });
        (told, end)
    }

    fn module(magic: u16, body: &[u8]) -> Vec<u8> {
        let head = [&magic.to_le_bytes()[..], b"\r\n"].concat();
        let rest = if magic < WITH_HASH { 8 } else { 12 };
        [&head[..], &vec![0; rest], body].concat()
    }

    #[test]
    fn constants_of_all_layouts() {
        for (magic, numbers, names) in [(3394, 5, 8), (3413, 6, 8), (3531, 5, 8)] {
            let mut body = vec![b'c' | 0x80];
            body.extend(vec![0; numbers * 4]);
            // The code, then constants: a text, a dictionary, a number, a
            // frozen set; then names.
            body.extend(b"s\x02\0\0\0d\0");
            body.extend(
                b")\x04\xda\x03abc{z\x01kz\x01v0l\xfe\xff\xff\xff\0\0\0\0>\x01\0\0\0a\x02\0\0\0de",
            );
            for _ in 2..names {
                body.extend(b"z\x04/src");
            }
            body.extend([0; 4]);
            body.extend(b"s\0\0\0\0");
            if magic >= LOCALS_PLUS {
                body.extend(b"s\x01\0\0\0!");
            }
            let bytes = module(magic, &body);
            assert!(looks_like(&bytes));
            let (texts, end) = told(&bytes);
            assert!(end.is_ok(), "{magic}: {end:?}");
            assert_eq!(texts[1..5], ["abc", "k", "v", "de"]);
            assert_eq!(
                texts.iter().filter(|text| *text == "/src").count(),
                names - 2
            );
        }
    }

    #[test]
    fn broken_ones_end() {
        let deep = module(3531, &b")\x01".repeat(10_000));
        assert!(matches!(told(&deep).1, Err(FormatError::Limit { .. })));
        let cut = module(3531, b"z\x09abc");
        assert_eq!(told(&cut).0, ["abc"]);
        assert!(told(&cut).1.is_err());
        let huge = module(3531, b"(\xff\xff\xff\xff");
        assert!(told(&huge).1.is_err());
        assert!(told(&module(3531, b"?")).1.is_err());
        assert!(!looks_like(b"text\r\n"));
    }
}
