//! Shapes of numbers: `ddd-dd-dddd`, `AAdddddd~X`.
//!
//! In: a shape as pattern files write it. Out: all its spellings as classes of
//! bytes of fixed length, and an [`Index`] that tells which may begin at a
//! group of letters and digits.

use super::groups::Group;

/// What may stand at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Digit,
    Letter,
    Capital,
    Alnum,
    Hex,
    /// This byte, a letter in either case.
    Byte(u8),
}

impl Class {
    fn holds(self, byte: u8) -> bool {
        match self {
            Self::Digit => byte.is_ascii_digit(),
            Self::Letter => byte.is_ascii_alphabetic(),
            Self::Capital => byte.is_ascii_uppercase(),
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Byte(own) => byte.eq_ignore_ascii_case(&own),
        }
    }

    /// Is it always a letter?
    fn is_letter(self) -> bool {
        match self {
            Self::Letter | Self::Capital => true,
            Self::Byte(byte) => byte.is_ascii_alphabetic(),
            Self::Digit | Self::Alnum | Self::Hex => false,
        }
    }

    /// Is it always a digit?
    fn is_digit(self) -> bool {
        match self {
            Self::Digit => true,
            Self::Byte(byte) => byte.is_ascii_digit(),
            Self::Letter | Self::Capital | Self::Alnum | Self::Hex => false,
        }
    }

    fn is_separator(self) -> bool {
        matches!(self, Self::Byte(byte) if !byte.is_ascii_alphanumeric())
    }
}

/// Most spellings of a shape, and the longest.
const MOST_SPELLINGS: usize = 256;
const LONGEST: usize = 48;

/// All spellings of a shape.
#[derive(Clone, Debug)]
pub struct Shape {
    spellings: Vec<Box<[Class]>>,
}

impl Shape {
    /// Parse a shape; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let separators: &[Option<u8>] = if text.contains('~') {
            &[None, Some(b' '), Some(b'-'), Some(b'.')]
        } else {
            &[None]
        };
        let mut spellings = Vec::new();
        for separator in separators {
            spellings.extend(spellings_of(text, *separator)?);
        }
        let sound = |spelling: &[Class]| {
            spelling.first().is_some_and(|first| !first.is_separator()) && spelling.len() <= LONGEST
        };
        if spellings.len() > MOST_SPELLINGS || !spellings.iter().all(|spelling| sound(spelling)) {
            return Err(format!("`{text}` is no shape: too long, or begins oddly"));
        }
        Ok(Self { spellings })
    }
}

fn spellings_of(text: &str, separator: Option<u8>) -> Result<Vec<Box<[Class]>>, String> {
    let mut made: Vec<Vec<Class>> = vec![Vec::new()];
    let mut rest = text.bytes().peekable();
    while let Some(byte) = rest.next() {
        let class = match byte {
            b'd' => Some(Class::Digit),
            b'A' => Some(Class::Letter),
            b'U' => Some(Class::Capital),
            b'X' => Some(Class::Alnum),
            b'H' => Some(Class::Hex),
            b'~' => separator.map(Class::Byte),
            b'\\' => rest.next().map(Class::Byte),
            b' ' | b'-' | b'.' | b'/' | b'+' | b':' | b'(' | b')' | b'0'..=b'9' => {
                Some(Class::Byte(byte))
            }
            _ => return Err(format!("`{text}` is no shape")),
        };
        let (least, most) = if rest.next_if_eq(&b'{').is_some() {
            let inner: Vec<u8> = rest.by_ref().take_while(|byte| *byte != b'}').collect();
            counts(&inner).ok_or_else(|| format!("`{text}` is no shape"))?
        } else {
            (1, 1)
        };
        let Some(class) = class else { continue };
        made = (least..=most)
            .flat_map(|times| {
                made.iter().map(move |one| {
                    let mut one = one.clone();
                    one.extend(std::iter::repeat_n(class, times));
                    one
                })
            })
            .collect();
        if made.len() > MOST_SPELLINGS {
            return Err(format!("`{text}` has too many spellings"));
        }
    }
    Ok(made.into_iter().map(Vec::into_boxed_slice).collect())
}

/// `9`, `8,17`.
fn counts(inner: &[u8]) -> Option<(usize, usize)> {
    let inner = std::str::from_utf8(inner).ok()?;
    let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
    let (least, most) = (least.parse().ok()?, most.parse().ok()?);
    (least <= most && most <= LONGEST).then_some((least, most))
}

/// Which spellings of which forms may begin at a group.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// By the length of the first group.
    starts: Vec<Vec<Start>>,
}

/// Spellings that begin alike.
#[derive(Debug)]
struct Start {
    /// What stands behind the first group, and the length of the second; both
    /// 0 where the first is all.
    next: (u8, usize),
    /// Does the first group need a letter, and a digit?
    needs: (bool, bool),
    spellings: Vec<Spelling>,
}

/// A spelling and whose it is.
#[derive(Debug)]
pub(super) struct Spelling {
    /// The form's number, as its owner counts.
    pub(super) form: usize,
    classes: Box<[Class]>,
}

impl Spelling {
    /// Length if it stands at the start of `text`.
    pub(super) fn matches(&self, text: &[u8]) -> Option<usize> {
        let part = text.get(..self.classes.len())?;
        let holds = |(class, byte): (&Class, &u8)| class.holds(*byte);
        let holds = self.classes.iter().zip(part).all(holds);
        holds.then_some(part.len())
    }
}

impl Index {
    /// Add the spellings of a form.
    pub(super) fn add(&mut self, form: usize, shape: &Shape) {
        for classes in &shape.spellings {
            let mut parts = classes.split(|class| class.is_separator());
            let first = parts.next().map_or(0, <[Class]>::len);
            let next = match (classes.get(first), parts.next()) {
                (Some(Class::Byte(between)), Some(second)) => (*between, second.len()),
                _ => (0, 0),
            };
            if self.starts.len() <= first {
                self.starts.resize_with(first + 1, Vec::new);
            }
            let head = classes.get(..first).unwrap_or_default();
            let needs = (
                head.iter().any(|class| class.is_letter()),
                head.iter().any(|class| class.is_digit()),
            );
            let starts = &mut self.starts[first];
            let alike = |start: &Start| start.next == next && start.needs == needs;
            let known = starts.iter().position(alike);
            let at = known.unwrap_or(starts.len());
            if known.is_none() {
                starts.push(Start {
                    next,
                    needs,
                    spellings: Vec::new(),
                });
            }
            starts[at].spellings.push(Spelling {
                form,
                classes: classes.clone(),
            });
        }
    }

    /// What may begin at the first of these groups of `text`.
    pub(super) fn at<'i>(
        &'i self,
        text: &[u8],
        groups: &[Group],
    ) -> impl Iterator<Item = &'i Spelling> + use<'i> {
        let first = groups.first();
        let starts = first.and_then(|first| self.starts.get(first.len()));
        let next = match (first, groups.get(1)) {
            (Some(first), Some(second)) if first.end + 1 == second.start => {
                (text.get(first.end).copied().unwrap_or(0), second.len())
            }
            _ => (0, 0),
        };
        let has = first.map_or((false, false), |first| (first.letter, first.digit));
        let begins = move |start: &&Start| {
            let (letter, digit) = start.needs;
            (start.next == (0, 0) || start.next == next) && (has.0 || !letter) && (has.1 || !digit)
        };
        let starts = starts.into_iter().flatten().filter(begins);
        starts.flat_map(|start| &start.spellings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spellings(shape: &str) -> Vec<String> {
        let shape = Shape::parse(shape).unwrap();
        let letter = |class: &Class| match class {
            Class::Digit => 'd',
            Class::Letter => 'A',
            Class::Capital => 'U',
            Class::Alnum => 'X',
            Class::Hex => 'H',
            Class::Byte(byte) => char::from(*byte),
        };
        let all = shape.spellings.iter();
        all.map(|spelling| spelling.iter().map(letter).collect())
            .collect()
    }

    #[test]
    fn shapes_have_all_their_spellings() {
        assert_eq!(spellings("dd~A"), ["ddA", "dd A", "dd-A", "dd.A"]);
        assert_eq!(spellings("d{2,3}"), ["dd", "ddd"]);
        assert_eq!(spellings("\\D\\Ed{2}"), ["DEdd"]);
        assert_eq!(spellings("dd:d(d)"), ["dd:d(d)"]);
        for wrong in ["q", "d{", "d{9,1}", "-d", "d{99}", ""] {
            assert!(Shape::parse(wrong).is_err(), "{wrong}");
        }
    }
}
