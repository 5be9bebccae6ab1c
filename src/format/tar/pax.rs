//! What extended headers say of the members behind them.

use super::{MemberKind, Text};

/// Most records of one header.
const RECORDS: usize = 10_000;

/// Longest path that systems know.
const PATH: usize = 4096;

/// The records in force.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) name: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    /// All others, which only people read.
    pub(super) texts: Vec<Text>,
}

impl Records {
    /// Takes in the data of an extended header of `kind` that stands at
    /// `offset`.
    pub(super) fn take(&mut self, kind: MemberKind, data: &[u8], offset: u64) {
        let until_zero = || data.split(|&byte| byte == 0).next().map(<[u8]>::to_vec);
        match kind {
            MemberKind::LongName => self.name = until_zero(),
            MemberKind::LongLink => self.link = until_zero(),
            _ => self.records(data, offset),
        }
    }

    /// `length key=value` and a line break, again and again. Where that breaks
    /// off the rest counts as one text.
    fn records(&mut self, data: &[u8], offset: u64) {
        let mut rest = data;
        for _ in 0..RECORDS {
            let at = offset.saturating_add((data.len() - rest.len()) as u64);
            match record(rest) {
                Some((key, value, lead, behind)) => {
                    self.record(key, value, at.saturating_add(lead as u64));
                    rest = behind;
                }
                None => break,
            }
        }
        let torn = rest.trim_ascii();
        if !torn.is_empty() {
            self.texts.push(Text {
                key: "pax".to_owned(),
                value: torn.to_vec(),
                offset: offset.saturating_add((data.len() - rest.len()) as u64),
            });
        }
    }

    fn record(&mut self, key: &[u8], value: &[u8], offset: u64) {
        match key {
            // One for all members would be told with each: what is too long for a
            // path is told as a text, once.
            b"path" | b"GNU.sparse.name" if value.len() <= PATH => {
                self.name = Some(value.to_vec());
            }
            b"linkpath" if value.len() <= PATH => self.link = Some(value.to_vec()),
            b"size" => {
                let number = std::str::from_utf8(value).ok();
                self.size = number.and_then(|number| number.parse().ok());
            }
            // Times and ids, of which every member has some.
            b"mtime" | b"atime" | b"ctime" | b"uid" | b"gid" if value.len() < 24 => {}
            _ => self.texts.push(Text {
                key: String::from_utf8_lossy(key).into_owned(),
                value: value.to_vec(),
                offset,
            }),
        }
    }
}

/// Key, value, bytes before the value, and what follows.
type Record<'a> = (&'a [u8], &'a [u8], usize, &'a [u8]);

fn record(data: &[u8]) -> Option<Record<'_>> {
    let space = data.iter().take(20).position(|&byte| byte == b' ')?;
    let length = std::str::from_utf8(data.get(..space)?).ok()?;
    let length = length.parse::<usize>().ok()?;
    let body = data.get(space + 1..length)?.strip_suffix(b"\n")?;
    let equals = memchr::memchr(b'=', body)?;
    let (key, value) = (body.get(..equals)?, body.get(equals + 1..)?);
    Some((key, value, space + 1 + equals + 1, data.get(length..)?))
}
