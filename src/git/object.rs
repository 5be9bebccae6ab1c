//! What stands in a git object.
//!
//! In: the bytes of a commit, a tag or a tree, which may be hostile. Out: its
//! parts; `None` where the bytes are none. Read by hand, so that SHA-256
//! repositories, odd encodings and damaged objects need nothing else.

use super::oid::ObjectId;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// A commit.
    Commit,
    /// A folder.
    Tree,
    /// The content of a file.
    Blob,
    /// An annotated tag.
    Tag,
}

impl ObjectKind {
    /// From git's word for it.
    pub(super) fn from_word(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"commit" => Self::Commit,
            b"tree" => Self::Tree,
            b"blob" => Self::Blob,
            b"tag" => Self::Tag,
            _ => return None,
        })
    }
}

/// An object, read whole.
#[derive(Clone, Debug)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its bytes, without git's header.
    pub data: Vec<u8>,
}

/// A commit without its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The folder it records.
    pub tree: ObjectId,
    /// The commits before it.
    pub parents: Vec<ObjectId>,
    /// Who wrote it.
    pub author: Signature,
    /// Who recorded it.
    pub committer: Signature,
}

/// A person and a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// `Name <address>`.
    pub identity: Vec<u8>,
    /// Seconds since 1970.
    pub time: i64,
}

/// An annotated tag without its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// What it points to.
    pub target: ObjectId,
    /// Who made it.
    pub tagger: Signature,
}

/// One entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// File, folder, link or submodule.
    pub mode: Mode,
    /// Its name in the folder.
    pub name: &'a [u8],
    /// What it names.
    pub id: ObjectId,
}

/// What an entry of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A folder.
    Tree,
    /// A file, executable or not.
    Blob,
    /// A symbolic link: its blob is the target.
    Link,
    /// A commit of another repository.
    Submodule,
}

/// The headers and the message, apart.
fn split(data: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memmem::find(data, b"\n\n") {
        Some(at) => (&data[..=at], &data[at + 2..]),
        None => (data, &[]),
    }
}

/// The message of a commit or tag.
pub fn message(data: &[u8]) -> &[u8] {
    split(data).1
}

/// Headers that hold somebody's text (`mergetag`, unknown ones), without those
/// git makes itself.
pub fn further_headers(data: &[u8]) -> Vec<u8> {
    const OWN: [&[u8]; 11] = [
        b"tree",
        b"parent",
        b"author",
        b"committer",
        b"object",
        b"type",
        b"tag",
        b"tagger",
        b"encoding",
        b"gpgsig",
        b"gpgsig-sha256",
    ];
    let mut text = Vec::new();
    let mut kept = false;
    for line in split(data).0.split_inclusive(|&byte| byte == b'\n') {
        // A line that begins with a space goes on with the header above.
        if !line.starts_with(b" ") {
            let name = line.split(|&byte| byte == b' ').next().unwrap_or(line);
            kept = !OWN.contains(&name.trim_ascii_end());
        }
        if kept {
            text.extend_from_slice(line.strip_prefix(b" ").unwrap_or(line));
        }
    }
    text
}

/// Read a commit.
pub fn commit(data: &[u8]) -> Option<Commit> {
    let mut tree = None;
    let mut parents = Vec::new();
    let (mut author, mut committer) = (Signature::default(), Signature::default());
    for (name, value) in headers(data) {
        match name {
            b"tree" if tree.is_none() => tree = Some(ObjectId::from_hex(value)?),
            b"parent" => parents.push(ObjectId::from_hex(value)?),
            b"author" => author = signature(value),
            b"committer" => committer = signature(value),
            _ => {}
        }
    }
    Some(Commit {
        tree: tree?,
        parents,
        author,
        committer,
    })
}

/// Read an annotated tag.
pub fn tag(data: &[u8]) -> Option<Tag> {
    let mut target = None;
    let mut tagger = Signature::default();
    for (name, value) in headers(data) {
        match name {
            b"object" if target.is_none() => target = Some(ObjectId::from_hex(value)?),
            b"tagger" => tagger = signature(value),
            _ => {}
        }
    }
    Some(Tag {
        target: target?,
        tagger,
    })
}

fn headers(data: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    split(data)
        .0
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.starts_with(b" "))
        .filter_map(|line| {
            let space = memchr::memchr(b' ', line)?;
            Some((&line[..space], &line[space + 1..]))
        })
}

/// `Name <address> 1700000000 +0100`, read from its end: a name may hold
/// anything.
fn signature(value: &[u8]) -> Signature {
    let (identity, rest) = match memchr::memrchr(b'>', value) {
        Some(end) => value.split_at(end + 1),
        None => (value, &[][..]),
    };
    let time = rest
        .split(|&byte| byte == b' ')
        .find(|part| !part.is_empty())
        .and_then(|part| str::from_utf8(part).ok()?.parse().ok());
    Signature {
        identity: identity.to_vec(),
        time: time.unwrap_or(0),
    }
}

/// The entries of a tree whose ids have `length` bytes. An entry that is cut
/// off or nonsense ends them with `None`.
pub fn entries(data: &[u8], length: usize) -> impl Iterator<Item = Option<Entry<'_>>> {
    let mut rest = data;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let entry = next_entry(&mut rest, length);
        if entry.is_none() {
            rest = &[];
        }
        Some(entry)
    })
}

fn next_entry<'a>(rest: &mut &'a [u8], length: usize) -> Option<Entry<'a>> {
    let data = *rest;
    let space = memchr::memchr(b' ', data)?;
    let end = space + 1 + memchr::memchr(0, &data[space + 1..])?;
    let id = ObjectId::from_bytes(data.get(end + 1..end + 1 + length)?)?;
    *rest = &data[end + 1 + length..];
    Some(Entry {
        mode: mode(&data[..space]),
        name: &data[space + 1..end],
        id,
    })
}

/// As git reads it: octal digits, of which only the kind counts. Old and odd
/// modes are files too.
fn mode(digits: &[u8]) -> Mode {
    let octal = digits.iter().try_fold(0u32, |mode, digit| {
        let value = char::from(*digit).to_digit(8)?;
        Some((mode << 3) | value)
    });
    match octal.map(|mode| mode & 0o170_000) {
        Some(0o040_000) => Mode::Tree,
        Some(0o120_000) => Mode::Link,
        Some(0o160_000) => Mode::Submodule,
        _ => Mode::Blob,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(digit: &str) -> ObjectId {
        ObjectId::from_hex(digit.repeat(40).as_bytes()).unwrap()
    }

    #[test]
    fn commits_are_read_whatever_their_names_hold() {
        let data = format!(
            "tree {}\nparent {}\nparent {}\nauthor A > B <a@b> 12 +0100\ncommitter C <> -3 +0000\n\
             gpgsig -----BEGIN\n abc\n\n -----END\n",
            id("1"),
            id("2"),
            id("3")
        );
        let text = format!("{}\nfirst\n\nsecond", data.replace("\n\n", "\n \n"));
        let commit = commit(text.as_bytes()).unwrap();
        assert_eq!((commit.tree, commit.parents.len()), (id("1"), 2));
        assert_eq!(commit.author.identity, b"A > B <a@b>");
        assert_eq!((commit.author.time, commit.committer.time), (12, -3));
        assert_eq!(message(text.as_bytes()), b"first\n\nsecond");
        assert!(further_headers(text.as_bytes()).is_empty());
        assert_eq!(super::commit(b"tree 12\n\n"), None);
        assert_eq!(super::commit(b""), None);
    }

    #[test]
    fn texts_in_headers_are_kept() {
        let data = format!(
            "tree {}\nmergetag object {}\n type commit\n \n said in the tag\nnote x\n\nm",
            id("1"),
            id("2")
        );
        let text = further_headers(data.as_bytes());
        assert!(text.ends_with(b"\nsaid in the tag\nnote x\n"));
    }

    #[test]
    fn modes_are_told_as_git_tells_them() {
        for (digits, expected) in [
            ("40000", Mode::Tree),
            ("0040000", Mode::Tree),
            ("40755", Mode::Tree),
            ("100644", Mode::Blob),
            ("100664", Mode::Blob),
            ("120000", Mode::Link),
            ("160000", Mode::Submodule),
            ("", Mode::Blob),
            ("9", Mode::Blob),
        ] {
            assert_eq!(mode(digits.as_bytes()), expected, "{digits}");
        }
    }

    #[test]
    fn trees_end_where_they_are_damaged() {
        let mut data = b"100644 a.txt\0".to_vec();
        data.extend([1; 20]);
        data.extend(b"40000 sub\0");
        data.extend([2; 20]);
        data.extend(b"100644 cut\0short");
        let entries: Vec<_> = entries(&data, 20).collect();
        assert_eq!(entries.len(), 3);
        assert_eq!(entries[0].unwrap().name, b"a.txt");
        assert_eq!(entries[1].unwrap().mode, Mode::Tree);
        assert_eq!(entries[2], None);
    }
}
