//! Python's `fnmatch.fnmatchcase`, with which `hf upload` reads `--include`
//! and `--exclude`: `*` crosses `/`, `[seq]`, `[!seq]`, `?`, no escapes.
//!
//! In: a pattern and names. Out: does it match the whole name?

/// A translated pattern.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Vec<Token>);

#[derive(Clone, Debug)]
enum Token {
    /// Any run of characters, an empty one too.
    Star,
    /// One character.
    One(Set),
}

#[derive(Clone, Debug)]
enum Set {
    Any,
    Char(char),
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Set {
    fn holds(&self, c: char) -> bool {
        match self {
            Self::Any => true,
            Self::Char(own) => *own == c,
            Self::Class { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
            }
        }
    }
}

impl Pattern {
    /// Translate a pattern; every string is one.
    pub(super) fn new(pattern: &str) -> Self {
        let chars: Vec<char> = pattern.chars().collect();
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(&c) = chars.get(at) {
            at += 1;
            match c {
                '*' if matches!(tokens.last(), Some(Token::Star)) => {}
                '*' => tokens.push(Token::Star),
                '?' => tokens.push(Token::One(Set::Any)),
                '[' => match class_end(&chars, at) {
                    Some(end) => {
                        tokens.push(Token::One(class(&chars[at..end])));
                        at = end + 1;
                    }
                    None => tokens.push(Token::One(Set::Char('['))),
                },
                c => tokens.push(Token::One(Set::Char(c))),
            }
        }
        Self(tokens)
    }

    /// Does the pattern match the whole of `name`?
    pub(super) fn matches(&self, name: &str) -> bool {
        let (mut token, mut rest) = (0, name.chars());
        // Where to go on if the last star must take one character more.
        let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
        loop {
            let fits = match self.0.get(token) {
                Some(Token::Star) => {
                    retry = Some((token + 1, rest.clone()));
                    true
                }
                Some(Token::One(set)) => rest.next().is_some_and(|c| set.holds(c)),
                None if rest.as_str().is_empty() => return true,
                None => false,
            };
            if fits {
                token += 1;
                continue;
            }
            let Some((after, from)) = &mut retry else {
                return false;
            };
            if from.next().is_none() {
                return false;
            }
            (token, rest) = (*after, from.clone());
        }
    }
}

/// Where the `]` stands that closes the class opened before `start`: one that
/// comes first in it is a member.
fn class_end(chars: &[char], start: usize) -> Option<usize> {
    let mut at = start;
    if chars.get(at) == Some(&'!') {
        at += 1;
    }
    if chars.get(at) == Some(&']') {
        at += 1;
    }
    (at..chars.len()).find(|&end| chars[end] == ']')
}

/// The set between `[` and `]`. A hyphen makes a range unless it is first or
/// last; a range that runs backwards is dropped, with its two ends.
fn class(inner: &[char]) -> Set {
    let (negated, inner) = match inner {
        ['!', rest @ ..] => (true, rest),
        inner => (false, inner),
    };
    // Cut at the hyphens of ranges, as Python does: the next range can begin
    // only after the end of this one.
    let mut chunks: Vec<Vec<char>> = Vec::new();
    let (mut start, mut from) = (0, 1);
    while let Some(hyphen) = (from..inner.len()).find(|&at| inner[at] == '-') {
        chunks.push(inner[start..hyphen].to_vec());
        start = hyphen + 1;
        from = hyphen + 3;
    }
    match (&inner[start..], chunks.last_mut()) {
        ([], Some(last)) => last.push('-'),
        (tail, _) => chunks.push(tail.to_vec()),
    }
    for at in (1..chunks.len()).rev() {
        if chunks[at - 1].last() > chunks[at].first() {
            let tail = chunks.remove(at);
            chunks[at - 1].pop();
            chunks[at - 1].extend(tail.into_iter().skip(1));
        }
    }
    let mut ranges: Vec<(char, char)> = chunks.iter().flatten().map(|&c| (c, c)).collect();
    for pair in chunks.windows(2) {
        if let (Some(&low), Some(&high)) = (pair[0].last(), pair[1].first()) {
            ranges.push((low, high));
        }
    }
    Set::Class { negated, ranges }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names every pattern is tried on.
    const NAMES: &[&str] = &[
        "",
        "a",
        "b",
        "c",
        "-",
        "!",
        "]",
        "[",
        "^",
        "&",
        "|",
        "~",
        "/",
        "e",
        "z",
        "0",
        "\\",
        "x",
        "a.md",
        "A.MD",
        "dir/a.md",
        ".a.md",
        "data/x",
        "data/x/y.json",
        "data",
        "mydata/x",
        "a/.git/x",
        ".git/x",
        ".git",
        "a/.git",
        "b/a/.git",
        "a.txt",
        "d.txt",
        "ax",
        "cx",
        "a/b",
        "axb",
        "a\nb",
        "a+b",
        "(x)",
        "[a",
        "a[",
        "é",
        "éx",
        "à",
        "bx",
        "abt",
        "a.t",
        "[]",
        " ",
    ];

    /// A pattern, and the names of the list that Python 3.11's
    /// `fnmatch.fnmatchcase` says it matches.
    const MATCHES: &[(&str, &[&str])] = &[
        ("", &[""]),
        (
            "?",
            &[
                "a", "b", "c", "-", "!", "]", "[", "^", "&", "|", "~", "/", "e", "z", "0", "\\",
                "x", "é", "à", " ",
            ],
        ),
        (
            "a*",
            &[
                "a", "a.md", "a/.git/x", "a/.git", "a.txt", "ax", "a/b", "axb", "a\nb", "a+b",
                "a[", "abt", "a.t",
            ],
        ),
        ("*.md", &["a.md", "dir/a.md", ".a.md"]),
        ("*a*b", &["a/b", "axb", "a\nb", "a+b"]),
        ("data/*", &["data/x", "data/x/y.json"]),
        ("data/*.json", &["data/x/y.json"]),
        ("**/.git/**", &["a/.git/x"]),
        ("*/.git", &["a/.git", "b/a/.git"]),
        (".git/*", &[".git/x"]),
        ("[abc].txt", &["a.txt"]),
        (
            "[!abc]",
            &[
                "-", "!", "]", "[", "^", "&", "|", "~", "/", "e", "z", "0", "\\", "x", "é", "à",
                " ",
            ],
        ),
        ("[a-c]x", &["ax", "cx", "bx"]),
        ("[c-a]", &[]),
        (
            "[!c-a]",
            &[
                "a", "b", "c", "-", "!", "]", "[", "^", "&", "|", "~", "/", "e", "z", "0", "\\",
                "x", "é", "à", " ",
            ],
        ),
        ("[!b-a]x", &["ax", "cx", "éx", "bx"]),
        ("[a-]", &["a", "-"]),
        ("[-a]", &["a", "-"]),
        (
            "[!-a]",
            &[
                "b", "c", "!", "]", "[", "^", "&", "|", "~", "/", "e", "z", "0", "\\", "x", "é",
                "à", " ",
            ],
        ),
        (
            "[!a-]",
            &[
                "b", "c", "!", "]", "[", "^", "&", "|", "~", "/", "e", "z", "0", "\\", "x", "é",
                "à", " ",
            ],
        ),
        ("[]]", &["]"]),
        ("[]a]", &["a", "]"]),
        (
            "[!]a]",
            &[
                "b", "c", "-", "!", "[", "^", "&", "|", "~", "/", "e", "z", "0", "\\", "x", "é",
                "à", " ",
            ],
        ),
        ("[]-a]", &["a", "]", "^"]),
        ("[", &["["]),
        ("[a", &["[a"]),
        ("a[", &["a["]),
        ("[^a]", &["a", "^"]),
        ("[[]", &["["]),
        ("[!]", &[]),
        ("[a-c-e]", &["a", "b", "c", "-", "e"]),
        ("[--0]", &["-", "/", "0"]),
        ("[a&&b]", &["a", "b", "&"]),
        ("[a~~b]", &["a", "b", "~"]),
        ("[a||b]", &["a", "b", "|"]),
        ("[\\]", &["\\"]),
        ("a.b", &[]),
        ("a+b", &["a+b"]),
        ("(x)", &["(x)"]),
        ("[z-a-c]", &["c", "-"]),
        ("[a-zb-a]", &["a", "b", "c", "e", "z", "x"]),
        ("[]", &["[]"]),
        ("?/b", &["a/b"]),
        ("[/]", &["/"]),
        (
            "[!/]",
            &[
                "a", "b", "c", "-", "!", "]", "[", "^", "&", "|", "~", "e", "z", "0", "\\", "x",
                "é", "à", " ",
            ],
        ),
        ("é?", &["éx"]),
        ("[à-é]", &["é", "à"]),
        ("a**b", &["a/b", "axb", "a\nb", "a+b"]),
        (
            "*?",
            &[
                "a",
                "b",
                "c",
                "-",
                "!",
                "]",
                "[",
                "^",
                "&",
                "|",
                "~",
                "/",
                "e",
                "z",
                "0",
                "\\",
                "x",
                "a.md",
                "A.MD",
                "dir/a.md",
                ".a.md",
                "data/x",
                "data/x/y.json",
                "data",
                "mydata/x",
                "a/.git/x",
                ".git/x",
                ".git",
                "a/.git",
                "b/a/.git",
                "a.txt",
                "d.txt",
                "ax",
                "cx",
                "a/b",
                "axb",
                "a\nb",
                "a+b",
                "(x)",
                "[a",
                "a[",
                "é",
                "éx",
                "à",
                "bx",
                "abt",
                "a.t",
                "[]",
                " ",
            ],
        ),
        ("***a", &["a", "data", "[a"]),
        ("[b-a-]", &["-"]),
        ("[]-[]", &[]),
        ("[a-c]*[!.]t", &["a/.git", "b/a/.git", "a.txt", "abt"]),
    ];

    #[test]
    fn every_pattern_matches_what_python_says() {
        for (pattern, expected) in MATCHES {
            let translated = Pattern::new(pattern);
            let matched: Vec<&str> = NAMES
                .iter()
                .copied()
                .filter(|name| translated.matches(name))
                .collect();
            assert_eq!(&matched, expected, "{pattern}");
        }
    }

    #[test]
    fn many_stars_do_not_explode() {
        let pattern = Pattern::new(&"*a".repeat(30));
        assert!(!pattern.matches(&"a".repeat(29)));
        assert!(!pattern.matches(&format!("{}b", "a".repeat(4000))));
        assert!(Pattern::new("*").matches(""));
    }
}
