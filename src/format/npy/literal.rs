//! Literals of Python, as the headers of npy files are written.
//!
//! Text enters; a small tree leaves, or nothing where the text is no literal.
//! Nothing is evaluated, nesting is capped, memory follows the text.

/// Deeper nesting is no header.
const DEEPEST: u8 = 24;

/// A literal. Tuples and lists are the same here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    Text(String),
    Number(i128),
    /// `True`, `False`, `None`.
    Word,
    List(Vec<Self>),
    Dict(Vec<(Self, Self)>),
}

/// Parses one literal; only blanks may follow it.
pub(super) fn parse(text: &str) -> Option<Literal> {
    let mut parser = Parser {
        rest: text.as_bytes(),
    };
    let literal = parser.literal(0)?;
    parser.blanks();
    parser.rest.is_empty().then_some(literal)
}

struct Parser<'a> {
    rest: &'a [u8],
}

impl Parser<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    /// Passes a byte if it is next.
    fn accept(&mut self, byte: u8) -> bool {
        self.blanks();
        let rest = self.rest.strip_prefix(&[byte]);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn literal(&mut self, depth: u8) -> Option<Literal> {
        self.blanks();
        if depth > DEEPEST {
            return None;
        }
        match *self.rest.first()? {
            b'{' => self.dict(depth),
            b'[' => self.list(b'[', b']', depth),
            b'(' => self.list(b'(', b')', depth),
            b'\'' | b'"' => self.text(),
            b'b' | b'u' if matches!(self.rest.get(1), Some(b'\'' | b'"')) => {
                self.rest = &self.rest[1..];
                self.text()
            }
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.word(),
        }
    }

    fn dict(&mut self, depth: u8) -> Option<Literal> {
        let mut pairs = Vec::new();
        self.accept(b'{');
        while !self.accept(b'}') {
            let key = self.literal(depth + 1)?;
            if !self.accept(b':') {
                return None;
            }
            pairs.push((key, self.literal(depth + 1)?));
            if !self.accept(b',') {
                return self.accept(b'}').then_some(Literal::Dict(pairs));
            }
        }
        Some(Literal::Dict(pairs))
    }

    fn list(&mut self, open: u8, close: u8, depth: u8) -> Option<Literal> {
        let mut all = Vec::new();
        self.accept(open);
        while !self.accept(close) {
            all.push(self.literal(depth + 1)?);
            if !self.accept(b',') {
                return self.accept(close).then_some(Literal::List(all));
            }
        }
        Some(Literal::List(all))
    }

    fn number(&mut self) -> Option<Literal> {
        let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
        let end = self.rest.iter().position(|byte| !is_part(byte));
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        // Python 2 marked its long numbers.
        self.rest = rest.strip_prefix(b"L").unwrap_or(rest);
        let digits = std::str::from_utf8(digits).ok()?;
        digits.parse().ok().map(Literal::Number)
    }

    fn word(&mut self) -> Option<Literal> {
        let words: [&[u8]; 3] = [b"True", b"False", b"None"];
        let rest = words
            .iter()
            .find_map(|word| self.rest.strip_prefix(*word))?;
        self.rest = rest;
        Some(Literal::Word)
    }

    fn text(&mut self) -> Option<Literal> {
        let (&quote, mut rest) = self.rest.split_first()?;
        let mut text = Vec::new();
        loop {
            let (&byte, tail) = rest.split_first()?;
            rest = tail;
            match byte {
                _ if byte == quote => break,
                b'\\' => rest = escape(rest, &mut text)?,
                _ => text.push(byte),
            }
        }
        self.rest = rest;
        Some(Literal::Text(String::from_utf8_lossy(&text).into_owned()))
    }
}

/// What a backslash and the start of `rest` stand for; answers what follows.
fn escape<'a>(rest: &'a [u8], text: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (&byte, rest) = rest.split_first()?;
    let digits = match byte {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        _ => {
            text.push(match byte {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                other => other,
            });
            return Some(rest);
        }
    };
    let (code, rest) = rest.split_at_checked(digits)?;
    let code = u32::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok()?;
    let letter = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_numpy() {
        let text = "{'descr': [(('a title', 'n'), '<U5', (2,)), (u'x', '|O')], 'fortran_order': False, 'shape': (3L, -1), }   \n";
        let Some(Literal::Dict(pairs)) = parse(text) else {
            panic!();
        };
        assert_eq!(pairs.len(), 3);
        let shape = Literal::List(vec![Literal::Number(3), Literal::Number(-1)]);
        assert_eq!(pairs[2].1, shape);
        let escaped = parse(r"'a\'\x41\u00e9\\'");
        assert_eq!(escaped, Some(Literal::Text("a'Aé\\".to_owned())));
        assert_eq!(parse("()"), Some(Literal::List(vec![])));
    }

    #[test]
    fn what_is_no_literal() {
        let deep = "(".repeat(100_000);
        for text in [
            "", "{", "{'a'}", "{'a':}", "[1 2]", "'open", "f(x)", "1 + 2", "{} {}", "'\\x4", "--1",
            &deep,
        ] {
            assert_eq!(parse(text), None, "{}", &text[..text.len().min(9)]);
        }
    }
}
