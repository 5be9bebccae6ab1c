//! Cuts a Jinja template into the tokens of its code.
//!
//! In: a template. Out: for each `{{ … }}` and `{% … %}` its tokens, strings
//! decoded, with their offsets. Text outside of code, comments and raw blocks
//! are passed over.

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or number.
    Name(String),
    /// A string literal, decoded.
    Text(String),
    /// Any other character.
    Sign(char),
}

/// A token and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
    /// A string with letters or underscores written as escapes.
    pub(super) veiled: bool,
}

/// One stretch of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Code {
    /// Is it a statement, `{% … %}`?
    pub(super) statement: bool,
    pub(super) tokens: Vec<Placed>,
}

/// The code of a template, in order.
pub(super) fn code(template: &str) -> Vec<Code> {
    let mut found: Vec<Code> = Vec::new();
    let mut at = 0;
    while let Some(open) = template.get(at..).and_then(|rest| rest.find('{')) {
        at += open;
        match template.as_bytes().get(at + 1) {
            Some(b'#') => at = behind(template, at + 2, "#}"),
            Some(&kind @ (b'{' | b'%')) => {
                let mut lexer = Lexer {
                    text: template,
                    at: at + 2,
                };
                let statement = kind == b'%';
                let tokens = lexer.tokens(if statement { "%}" } else { "}}" });
                at = lexer.at;
                let raw = matches!(tokens.as_slice(), [only] if only.is("raw"));
                found.push(Code { statement, tokens });
                if statement && raw {
                    at = end_of_raw(template, at);
                }
            }
            _ => at += 1,
        }
    }
    found
}

/// One past the next `mark`, or the end.
fn behind(text: &str, from: usize, mark: &str) -> usize {
    let found = text.get(from..).and_then(|rest| rest.find(mark));
    found.map_or(text.len(), |at| from + at + mark.len())
}

/// Where the statement stands that ends a raw block.
fn end_of_raw(text: &str, from: usize) -> usize {
    let mut at = from;
    loop {
        let next = behind(text, at, "{%");
        let rest = text.get(next..).unwrap_or_default();
        let rest = rest.trim_start_matches(['-', '+']).trim_start();
        if rest.is_empty() || rest.starts_with("endraw") {
            return next.saturating_sub(2).max(at);
        }
        at = next;
    }
}

impl Placed {
    /// Is it this name?
    pub(super) fn is(&self, name: &str) -> bool {
        matches!(&self.token, Token::Name(own) if own == name)
    }

    /// Is it this sign?
    pub(super) fn sign(&self, sign: char) -> bool {
        self.token == Token::Sign(sign)
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The tokens up to `end`, which does not count within strings, nor within
    /// braces if it is one.
    fn tokens(&mut self, end: &str) -> Vec<Placed> {
        let mut tokens = Vec::new();
        let mut braces = 0u32;
        while let Some(letter) = self.rest().chars().next() {
            if braces == 0 && self.rest().starts_with(end) {
                self.at += end.len();
                break;
            }
            let at = self.at;
            let mut veiled = false;
            let token = match letter {
                '\'' | '"' => {
                    let text;
                    (text, veiled) = self.string(letter);
                    Token::Text(text)
                }
                _ if letter.is_alphanumeric() || letter == '_' => {
                    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
                    let rest = self.rest();
                    let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
                    let name = rest[..length].to_owned();
                    self.at += length;
                    Token::Name(name)
                }
                _ => {
                    self.at += letter.len_utf8();
                    match letter {
                        '{' => braces += 1,
                        '}' => braces = braces.saturating_sub(1),
                        // Marks of trimmed space.
                        '-' | '+' if tokens.is_empty() => continue,
                        '-' if self.rest().starts_with(end) => continue,
                        _ if letter.is_whitespace() => continue,
                        _ => {}
                    }
                    Token::Sign(letter)
                }
            };
            tokens.push(Placed { token, at, veiled });
        }
        tokens
    }

    /// A string literal from its quote on, and whether plain letters of it are
    /// written as escapes. Jinja decodes them as Python does.
    fn string(&mut self, quote: char) -> (String, bool) {
        let mut text = String::new();
        let mut veiled = false;
        self.at += quote.len_utf8();
        while let Some(letter) = self.rest().chars().next() {
            self.at += letter.len_utf8();
            if letter == quote {
                break;
            }
            if letter != '\\' {
                text.push(letter);
                continue;
            }
            let Some(kind) = self.rest().chars().next() else {
                break;
            };
            self.at += kind.len_utf8();
            let decoded = match kind {
                'x' => self.number(2, 16),
                'u' => self.number(4, 16),
                'U' => self.number(8, 16),
                '0'..='7' => {
                    self.at -= 1;
                    self.number(3, 8)
                }
                'N' => self.named(),
                _ => None,
            };
            match decoded {
                Some(letter) => {
                    veiled |= letter.is_ascii_alphanumeric() || letter == '_';
                    text.push(letter);
                }
                None => text.push(match kind {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other => other,
                }),
            }
        }
        (text, veiled)
    }

    /// The letter that up to `most` digits stand for.
    fn number(&mut self, most: usize, radix: u32) -> Option<char> {
        let digits = self.rest().chars().take(most);
        let digits: String = digits.take_while(|digit| digit.is_digit(radix)).collect();
        let code = u32::from_str_radix(&digits, radix).ok()?;
        self.at += digits.len();
        char::from_u32(code)
    }

    /// The underscore, the only letter for whose name anybody has a use.
    fn named(&mut self) -> Option<char> {
        let rest = self.rest().strip_prefix('{')?;
        let end = rest.find('}')?;
        let underscore = rest[..end].eq_ignore_ascii_case("low line");
        if underscore {
            self.at += end + 2;
        }
        underscore.then_some('_')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens as text: names bare, strings in guillemets.
    fn cut(template: &str) -> Vec<String> {
        let words = |code: &Code| {
            let word = |placed: &Placed| match &placed.token {
                Token::Name(name) => name.clone(),
                Token::Text(text) => format!("«{text}»"),
                Token::Sign(sign) => sign.to_string(),
            };
            code.tokens.iter().map(word).collect::<Vec<_>>().join(" ")
        };
        code(template).iter().map(words).collect()
    }

    #[test]
    fn code_and_text() {
        assert_eq!(
            cut("a {b {{- x['k'] -}} {# {{ no }} #} {%- if a == '%}' %}t{% endif %}"),
            ["x [ «k» ]", "if a = = «%}»", "endif"]
        );
        assert_eq!(
            cut("{{ {'a': {'b': 1}}}}x{{y}}"),
            ["{ «a» : { «b» : 1 } }", "y"]
        );
        assert_eq!(
            cut("{% raw %}{{ no }}{% other %}{%- endraw %}{{ yes }}"),
            ["raw", "endraw", "yes"]
        );
    }

    #[test]
    fn escapes() {
        assert_eq!(
            cut(r#"{{ "\x5f\u005f\137\N{LOW LINE}\n\"\q" }}"#),
            ["«____\n\"q»"]
        );
        assert!(code(r"{{ '\x5f' }}")[0].tokens[0].veiled);
        assert!(!code(r"{{ '\n\u4e2d' }}")[0].tokens[0].veiled);
    }

    #[test]
    fn broken_templates_end() {
        for template in [
            "{",
            "{{",
            "{%",
            "{#",
            "{{ '",
            "{{ '\\",
            "{{ '\\x",
            "{{ '\\N{",
            "{% raw %}",
            "{% raw %}{%",
            "{{ {{ {{",
            "{{ é'ü",
            "{{ \u{a0}x",
        ] {
            code(template);
        }
        let deep = "{{ {".repeat(50_000);
        assert!(code(&deep).len() <= 1);
        code(&"{% raw %}{% x ".repeat(10_000));
    }
}
