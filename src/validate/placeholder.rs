//! Is a secret's body only a stand-in: `xxxx`, `<token>`, `${VAR}`,
//! `YOUR_KEY_HERE`, `1234567890`?
//!
//! In: the body after any fixed prefix. Out: a [`Judgement`]. It runs on every
//! match, so it neither allocates nor uses a regex. Thresholds are set so that
//! a random body of 20 or more characters passes by all but a few in 100,000.

/// What the body looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// Nothing speaks against it.
    Real,
    /// Perhaps made up; the text says why.
    Doubtful(&'static str),
    /// Certainly no secret; the text says why.
    Placeholder(&'static str),
}

use Judgement::{Doubtful, Placeholder, Real};

/// Words are looked for in this many bytes; a key block has no more to say.
const WORD_WINDOW: usize = 512;

/// Judges the body of a secret.
pub fn judge(body: &[u8]) -> Judgement {
    let body = body.trim_ascii();
    if body.is_empty() {
        return Placeholder("empty");
    }
    let judgements = [reference, repetition, sequence, words];
    let mut doubt = Real;
    for judgement in judgements {
        match judgement(body) {
            Real => {}
            Doubtful(why) => doubt = Doubtful(why),
            found @ Placeholder(_) => return found,
        }
    }
    doubt
}

/// A reference to a value kept elsewhere, or a slot to fill in.
fn reference(body: &[u8]) -> Judgement {
    const LOOKUPS: &[&[u8]] = &[
        b"os.environ",
        b"os.getenv",
        b"getenv(",
        b"process.env",
        b"import.meta.env",
        b"ENV[",
        b"env::var",
        b"st.secrets",
        b"userdata.get",
        b"secrets.",
        b"vars.",
    ];
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let wrapped = |open: &[u8], close: &[u8]| body.starts_with(open) && body.ends_with(close);
    let slot = wrapped(b"<", b">")
        || wrapped(b"{{", b"}}")
        || wrapped(b"$(", b")")
        || wrapped(b"[", b"]")
        || wrapped(b"__", b"__")
        || (wrapped(b"%", b"%") && body.len() > 2)
        || (wrapped(b"{", b"}") && body[1..body.len() - 1].iter().all(name))
        || matches!(body, [b'%', b's' | b'd' | b'v'])
        || body.starts_with(b"%(");
    let variable = body.windows(2).enumerate().any(|(at, pair)| {
        let rest = &body[at + 2..];
        let length = rest.iter().take_while(|byte| name(byte)).count();
        pair == b"${" && length > 0 && matches!(rest.get(length), Some(b'}' | b':'))
    });
    let shell = body.len() > 2
        && body[0] == b'$'
        && !body[1].is_ascii_digit()
        && body[1..]
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    if slot || variable || shell {
        return Placeholder("a variable or slot");
    }
    if LOOKUPS.iter().any(|lookup| body.starts_with(lookup)) {
        return Placeholder("read from the environment");
    }
    Real
}

/// Runs of one character, few distinct characters, a repeated unit.
fn repetition(body: &[u8]) -> Judgement {
    let mut seen = [false; 256];
    let (mut distinct, mut run, mut longest, mut in_runs) = (0, 0, 0, 0);
    let mut last = None;
    for &byte in body {
        distinct += usize::from(!std::mem::replace(&mut seen[usize::from(byte)], true));
        run = if last == Some(byte) { run + 1 } else { 1 };
        last = Some(byte);
        longest = longest.max(run);
        in_runs += match run {
            4 => 4,
            5.. => 1,
            _ => 0,
        };
        let filler = match byte {
            b'*' | b'.' => 3,
            b'x' | b'X' | b'#' | b'?' => 4,
            b'-' | b'_' => 6,
            _ => usize::MAX,
        };
        if run >= filler {
            return Placeholder("filler characters");
        }
    }
    let length = body.len();
    if memchr::memmem::find(body, "\u{2026}".as_bytes()).is_some() {
        return Placeholder("an ellipsis");
    }
    if (length >= 4 && distinct <= 2) || (length >= 12 && distinct <= 3) {
        return Placeholder("one or two characters repeated");
    }
    if in_runs * 2 >= length && length >= 8 {
        return Placeholder("one character repeated");
    }
    if let Some(unit) = period(body) {
        return if unit <= 3 || unit * 4 <= length && unit < 8 && distinct < 4 {
            Placeholder("a short unit repeated")
        } else {
            Doubtful("a unit repeated")
        };
    }
    // Zero bytes are `A` in base64, and keys may hold many of them.
    if longest >= 6 && (length < 40 || in_runs * 4 >= length) {
        return Doubtful("a long run of one character");
    }
    if length >= 16
        && distinct
            <= if body.iter().all(u8::is_ascii_digit) {
                4
            } else {
                5
            }
    {
        return Doubtful("few distinct characters");
    }
    Real
}

/// The length of the unit that, repeated at least twice, makes the body.
fn period(body: &[u8]) -> Option<usize> {
    let longest = (body.len() / 2).min(20);
    (1..=longest).find(|&unit| {
        body.len() >= 8
            && body
                .iter()
                .zip(&body[unit..])
                .all(|(left, right)| left == right)
    })
}

/// Ascending and descending sequences, plain or of every second character
/// (`a1b2c3d4`).
fn sequence(body: &[u8]) -> Judgement {
    let plain = Steps::of(body, 1);
    let woven = Steps::of(body, 2);
    let length = body.len();
    if length < 6 {
        return Real;
    }
    if plain.longest >= 8 && plain.covered * 5 >= length * 3
        || plain.longest >= 6 && plain.covered * 10 >= length * 9
    {
        return Placeholder("a sequence");
    }
    if plain.longest >= 9
        || plain.covered * 2 >= length && plain.longest >= 4 && length >= 12
        || woven.covered * 2 >= length && woven.longest >= 8
    {
        return Doubtful("mostly a sequence");
    }
    Real
}

#[derive(Default)]
struct Steps {
    /// Characters of the longest sequence.
    longest: usize,
    /// Characters in sequences of four or more.
    covered: usize,
}

impl Steps {
    fn of(body: &[u8], stride: usize) -> Self {
        let mut steps = Self::default();
        let (mut direction, mut links) = (0, 0);
        let pairs = body.iter().zip(body.iter().skip(stride));
        for step in pairs.map(|(&from, &to)| step(from, to)).chain([0]) {
            if step != 0 && (step == direction || direction == 0 || links == 0) {
                links += 1;
                direction = step;
                continue;
            }
            steps.close(links, stride);
            direction = step;
            links = usize::from(step != 0);
        }
        steps.close(links, stride);
        steps
    }

    fn close(&mut self, links: usize, stride: usize) {
        let length = if links == 0 { 0 } else { links + stride };
        self.longest = self.longest.max(length);
        if links + 1 >= 4 {
            self.covered += length;
        }
    }
}

/// 1 when `to` follows `from`, -1 when it precedes it; digits wrap, and `a`
/// follows 9 as in hex.
fn step(from: u8, to: u8) -> i8 {
    let follows = |left: u8, right: u8| {
        matches!((left, right), (b'9', b'0' | b'a') | (b'f' | b'z', b'0'))
            || (left.is_ascii_alphanumeric() && right.is_ascii_alphanumeric() && left + 1 == right)
    };
    let (from, to) = (from.to_ascii_lowercase(), to.to_ascii_lowercase());
    i8::from(follows(from, to)) - i8::from(follows(to, from))
}

/// Words no real secret holds, by chance or otherwise: they count anywhere.
const LONG: &[&str] = &[
    "example",
    "placeholder",
    "changeme",
    "change_me",
    "change-me",
    "changeit",
    "redacted",
    "replaceme",
    "replace_",
    "replace-",
    "insert_",
    "insert-",
    "insertyour",
    "yourtoken",
    "yourkey",
    "yourapi",
    "yoursecret",
    "youraccess",
    "yourpass",
    "yourhf",
    "youropenai",
    "your_",
    "your-",
    "dummykey",
    "dummytoken",
    "dummy_",
    "dummy-",
    "fakekey",
    "faketoken",
    "fake_",
    "fake-",
    "notareal",
    "not_a_real",
    "not-a-real",
    "notreal",
    "not-real",
    "not_real",
    "invalid",
    "tokenhere",
    "keyhere",
    "goeshere",
    "undefined",
    "censored",
    "sanitized",
    "obfuscated",
    "removed",
    "samplekey",
    "sampletoken",
    "sample_",
    "sample-",
    "testtoken",
    "thisisnot",
    "loremipsum",
    "foobarbaz",
    "nottherealkey",
    "somerandom",
    "some_",
    "deadbeef",
    "documentation",
    "qwertyui",
    "asdfghjk",
    "secretkeyhere",
    "mysecret",
    "mytoken",
    "myapikey",
    "supersecret",
    "super_secret",
    "unittest",
    "unit_test",
    "unit-test",
];

/// Words of five to seven letters: certain when they fill a third of the body,
/// else a doubt.
const MEDIUM: &[&str] = &[
    "dummy", "foobar", "sample", "insert", "replace", "hidden", "masked", "mocked", "qwerty",
    "asdfgh", "cafebabe", "badc0de",
];

/// Words that say nothing alone, but make a stand-in when they are all there
/// is. The short ones must stand between separators.
const FILLERS: &[&str] = &[
    "token", "secret", "apikey", "passwd", "password", "string", "random", "client", "access",
    "public", "private", "account", "testing", "your", "my", "the", "xxx", "foo", "bar", "baz",
    "todo", "none", "null", "nil", "true", "false", "fake", "here", "test", "keys", "key", "user",
    "api", "abc", "tbd", "some", "mock", "put", "add", "enter", "value", "name", "hf", "id",
    "auth", "pass", "app", "real", "not", "is", "a", "an", "of", "in", "from", "for", "demo",
    "temp", "env", "var", "this", "text", "data",
];

/// Words that start a stand-in (`yourSecretToken`, `enter_key`), or end one.
const OPENERS: &[&str] = &[
    "your", "my_", "my-", "enter_", "paste_", "put_", "add_", "<",
];

fn words(body: &[u8]) -> Judgement {
    let body = &body[..body.len().min(WORD_WINDOW)];
    let starts = |at: usize, word: &str| {
        let word = word.as_bytes();
        // Most words end here: the first byte is cheaper than a comparison.
        body.get(at).map(u8::to_ascii_lowercase) == word.first().copied()
            && body
                .get(at..at + word.len())
                .is_some_and(|part| part.eq_ignore_ascii_case(word))
    };
    if OPENERS.iter().any(|word| starts(0, word)) {
        return Placeholder("starts like a stand-in");
    }
    let tail = body.len().wrapping_sub(4);
    if body.len() > 8 && starts(tail, "here") {
        return Placeholder("ends in 'here'");
    }
    let (mut at, mut named, mut doubt, mut letters) = (0, 0, Real, 0);
    while at < body.len() {
        if !body[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        if LONG.iter().any(|word| starts(at, word)) {
            return Placeholder("holds a stand-in word");
        }
        let alone = |length: usize| {
            (at == 0 || !body[at - 1].is_ascii_alphanumeric())
                && body
                    .get(at + length)
                    .is_none_or(|byte| !byte.is_ascii_alphanumeric())
        };
        let medium = MEDIUM.iter().find(|word| starts(at, word));
        let filler = || {
            let counts = |word: &str| word.len() >= 5 || alone(word.len());
            FILLERS.iter().find(|word| starts(at, word) && counts(word))
        };
        if let Some(word) = medium {
            if word.len() * 3 >= body.len() {
                return Placeholder("mostly a stand-in word");
            }
            doubt = Doubtful("holds a word");
        }
        let length = medium.or_else(filler).map_or(0, |word| word.len());
        named += length;
        letters += length.max(1);
        at += length.max(1);
    }
    if named > 0 && named * 10 >= letters * 7 {
        return Placeholder("made of stand-in words");
    }
    doubt
}
