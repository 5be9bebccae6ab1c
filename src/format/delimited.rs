//! Where in a table of delimited text something stands.
//!
//! Bytes of a CSV, TSV or the like enter; for each offset the number of its row
//! and the name of its column leave. The delimiter and whether the first line
//! names the columns are told from the front. One pass, memory stays flat.

use std::io::Read;

use super::bytes::Bytes;
use super::json::BYTE_ORDER_MARK;

/// What may stand between fields.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];
/// Front that is looked at for delimiter and header.
pub(super) const FRONT: usize = 64 * 1024;
/// Most columns with a name, and the longest name.
const NAMES: usize = 2000;
const LONGEST: usize = 64;

/// A field of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// 0-based number of the row behind the header; empty lines are none.
    pub row: u64,
    /// The name the header gives the column, else `column-N` from 0.
    pub column: String,
}

/// For each offset (sorted, counted from where `reader` stands) the field that
/// holds it; `None` in the header and behind a read error.
pub fn locate<R: Read>(reader: R, offsets: &[u64]) -> Vec<Option<Place>> {
    let mut bytes = Bytes::new(reader);
    let front = bytes.lookahead(FRONT).unwrap_or_default();
    let (delimiter, names) = sniff(front);
    let mut places = Places {
        offsets,
        found: Vec::new(),
        row: 0,
        column: 0,
        in_header: names.is_some(),
        names: names.unwrap_or_default(),
    };
    let mut machine = Machine::new(delimiter);
    while places.found.len() < offsets.len() {
        let base = bytes.offset();
        let Ok(chunk) = bytes.chunk() else { break };
        if chunk.is_empty() {
            places.take(base);
            break;
        }
        machine.run(chunk, base, &mut places);
        let passed = chunk.len();
        bytes.consume(passed);
    }
    places.found.resize(offsets.len(), None);
    places.found
}

/// Where the walk is, and what was sought.
struct Places<'o> {
    offsets: &'o [u64],
    found: Vec<Option<Place>>,
    row: u64,
    column: usize,
    in_header: bool,
    names: Vec<String>,
}

impl Places<'_> {
    /// Gives the field at hand to all offsets below `end`.
    fn take(&mut self, end: u64) {
        while self
            .offsets
            .get(self.found.len())
            .is_some_and(|&at| at < end)
        {
            let place = (!self.in_header).then(|| Place {
                row: self.row,
                column: match self.names.get(self.column) {
                    Some(name) => name.clone(),
                    None => unnamed(self.column),
                },
            });
            self.found.push(place);
        }
    }
}

impl Fields for Places<'_> {
    fn field(&mut self, _: &[u8], end: u64) {
        self.take(end + 1);
        self.column += 1;
    }

    fn line(&mut self, _: &[u8], end: u64, empty: bool) {
        self.take(end + 1);
        self.column = 0;
        if !empty && !std::mem::take(&mut self.in_header) {
            self.row += 1;
        }
    }
}

/// What takes the fields that a [`Machine`] cuts. `end` is the place of the
/// delimiter or line break behind the field; of a field that began in an earlier
/// chunk `bytes` are the ones in this chunk.
pub(super) trait Fields {
    /// A field, with more behind it in its line.
    fn field(&mut self, bytes: &[u8], end: u64);
    /// The last field of a line. Of an empty line it is none.
    fn line(&mut self, bytes: &[u8], end: u64, empty: bool);
}

/// Cuts bytes into fields.
#[derive(Debug)]
pub(super) struct Machine {
    delimiter: u8,
    state: State,
    /// The line has no byte so far.
    empty: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a field.
    Begin,
    Plain,
    Quoted,
    /// Behind a quote in a quoted field, which ends it unless one more follows.
    Quote,
}

impl Machine {
    /// Before the first byte.
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            state: State::Begin,
            empty: true,
        }
    }

    /// What stands between fields.
    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Is a quote open?
    pub(super) fn quoted(&self) -> bool {
        self.state == State::Quoted
    }

    /// Cuts the next chunk, which stands at `base`. Returns where in it the field
    /// begins that goes on behind it.
    pub(super) fn run(&mut self, chunk: &[u8], base: u64, fields: &mut impl Fields) -> usize {
        let mut at = 0;
        let mut begin = 0;
        while let Some(&byte) = chunk.get(at) {
            let rest = &chunk[at..];
            let passed = match self.state {
                State::Plain => field_end(self.delimiter, rest),
                State::Quoted => memchr::memchr(b'"', rest),
                State::Begin | State::Quote => Some(0),
            };
            if passed != Some(0) {
                at += passed.unwrap_or(rest.len());
                continue;
            }
            match (self.state, byte) {
                (State::Quoted, _) => self.state = State::Quote,
                (State::Quote, b'"') => self.state = State::Quoted,
                (State::Begin, b'"') => {
                    self.state = State::Quoted;
                    self.empty = false;
                }
                (_, b'\n') => {
                    fields.line(&chunk[begin..at], base + at as u64, self.empty);
                    self.state = State::Begin;
                    self.empty = true;
                    begin = at + 1;
                }
                (_, byte) if byte == self.delimiter => {
                    fields.field(&chunk[begin..at], base + at as u64);
                    self.state = State::Begin;
                    self.empty = false;
                    begin = at + 1;
                }
                (_, byte) => {
                    self.empty &= byte == b'\r';
                    self.state = State::Plain;
                }
            }
            at += 1;
        }
        begin
    }
}

/// The next delimiter or line break. Most fields are short: a wide search would
/// cost more to set up than it saves.
#[inline]
fn field_end(delimiter: u8, text: &[u8]) -> Option<usize> {
    let (near, far) = text.split_at(text.len().min(16));
    let ends = |&byte: &u8| byte == delimiter || byte == b'\n';
    let found = near.iter().position(ends);
    found.or_else(|| Some(near.len() + memchr::memchr2(delimiter, b'\n', far)?))
}

/// The delimiter, and the header's names if the first line is one, as [`FRONT`]
/// bytes of a table tell them.
pub(super) fn sniff(front: &[u8]) -> (u8, Option<Vec<String>>) {
    let front = front.strip_prefix(&BYTE_ORDER_MARK).unwrap_or(front);
    let delimiter = delimiter(front);
    (delimiter, header(front, delimiter))
}

/// The name of a column without one.
pub(super) fn unnamed(column: usize) -> String {
    format!("column-{column}")
}

/// The delimiter that is there most in the first line with any, outside of
/// quotes.
fn delimiter(front: &[u8]) -> u8 {
    let mut counts = [0_u32; DELIMITERS.len()];
    let mut quoted = false;
    for &byte in front {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted && counts.iter().any(|&count| count > 0) => break,
            _ if quoted => {}
            _ => {
                let at = DELIMITERS.iter().position(|&delimiter| delimiter == byte);
                if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
                    *count += 1;
                }
            }
        }
    }
    let most = DELIMITERS
        .iter()
        .zip(counts)
        .rev()
        .max_by_key(|(_, count)| *count);
    most.map_or(b',', |(delimiter, _)| *delimiter)
}

/// The names in the first line, if it looks like a header: short, different, and
/// none a number or an address.
fn header(front: &[u8], delimiter: u8) -> Option<Vec<String>> {
    let line = front.split(|&byte| byte == b'\n').next()?;
    if line.len() == front.len() && line.len() >= FRONT {
        return None;
    }
    let mut names = Vec::new();
    for field in line.split(|&byte| byte == delimiter).take(NAMES) {
        let field = String::from_utf8_lossy(field.trim_ascii());
        let name = field.trim_matches('"').replace("\"\"", "\"");
        let plain = name.len() <= LONGEST && !name.contains(['@', '=']) && !name.contains("://");
        let named = name.chars().any(char::is_alphabetic) || name.is_empty();
        // The index that pandas writes has no name.
        if !plain || !named || names.contains(&name) || (name.is_empty() && !names.is_empty()) {
            return None;
        }
        names.push(name);
    }
    if let [name] = names.as_mut_slice() {
        // One column: a word on each line has no header, a name has one.
        let word = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        return (word && !name.is_empty()).then_some(names);
    }
    if let Some(first) = names.first_mut().filter(|name| name.is_empty()) {
        *first = unnamed(0);
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str, needles: &[&str]) -> Vec<String> {
        let at = |needle: &&str| text.find(needle).unwrap() as u64;
        let offsets: Vec<u64> = needles.iter().map(at).collect();
        let show = |place: Option<Place>| match place {
            Some(place) => format!("{}/{}", place.column, place.row),
            None => "-".to_owned(),
        };
        locate(text.as_bytes(), &offsets)
            .into_iter()
            .map(show)
            .collect()
    }

    #[test]
    fn quoted_fields_hold_delimiters_and_lines() {
        let text = "id,name,\"the note\"\r\n1,ann,\"A, \"\"x\"\"\nB\"\r\n\r\n2,C,D\n3,E";
        assert_eq!(
            places(
                text,
                &["name", "1", "ann", "A, ", "B\"", "2", "C", "D", "E"]
            ),
            [
                "-",
                "id/0",
                "name/0",
                "the note/0",
                "the note/0",
                "id/1",
                "name/1",
                "the note/1",
                "name/2"
            ]
        );
    }

    #[test]
    fn delimiters_and_missing_headers() {
        assert_eq!(places("a;b,c;d\n1;X;3\n", &["X"]), ["b,c/0"]);
        assert_eq!(places("a\tb\n1\tX\n", &["X"]), ["b/0"]);
        assert_eq!(
            places("1|2\n3|X\n", &["2", "X"]),
            ["column-1/0", "column-1/1"]
        );
        assert_eq!(places(",b\n0,X\n", &["0", "X"]), ["column-0/0", "b/0"]);
        assert_eq!(
            places("jo@example.org,b\nc,X\n", &["jo", "X"]),
            ["column-0/0", "column-1/1"]
        );
        assert_eq!(places("", &[]), Vec::<String>::new());
    }

    #[test]
    fn fields_longer_than_the_window() {
        let text = format!("a,b\n\"{}\",X\nY,Z\n", "q\n".repeat(300_000));
        assert_eq!(places(&text, &["X", "Y", "Z"]), ["b/0", "a/1", "b/1"]);
        assert_eq!(locate(text.as_bytes(), &[9_000_000]), [None]);
    }
}
