//! Tar archives, member by member, honest and dishonest.

/// Writes an archive.
#[derive(Clone, Default)]
pub(crate) struct Builder {
    /// What was written so far.
    pub(crate) bytes: Vec<u8>,
}

/// The fields of a header that tests change.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    /// The type flag.
    pub(crate) flag: u8,
    /// Target of a link.
    pub(crate) link: &'a str,
    /// Name of the owner.
    pub(crate) user: &'a str,
    /// A size that is not that of the content.
    pub(crate) size: Option<u64>,
    /// `ustar\0` and `00`, or `ustar  ` and a zero, or zeros.
    pub(crate) magic: [u8; 8],
}

/// A file of an ustar archive.
pub(crate) const FILE: Fields<'_> = Fields {
    flag: b'0',
    link: "",
    user: "",
    size: None,
    magic: *b"ustar\x0000",
};

/// Zeros that end an archive.
pub(crate) const END: [u8; 1024] = [0; 1024];

impl Builder {
    /// A file.
    pub(crate) fn file(self, name: &str, content: &[u8]) -> Self {
        self.member(name, content, FILE)
    }

    /// A symbolic link.
    pub(crate) fn symlink(self, name: &str, link: &str) -> Self {
        let flag = b'2';
        self.member(name, b"", Fields { flag, link, ..FILE })
    }

    /// Any member.
    pub(crate) fn member(mut self, name: &str, content: &[u8], fields: Fields<'_>) -> Self {
        let size = fields.size.unwrap_or(content.len() as u64);
        self.bytes.extend(header(name.as_bytes(), size, fields));
        self.bytes.extend(content);
        self.bytes.resize(self.bytes.len().next_multiple_of(512), 0);
        self
    }

    /// pax records for the next member (`x`) or all (`g`).
    pub(crate) fn pax(self, flag: u8, records: &[(&str, &[u8])]) -> Self {
        let data: Vec<u8> = records.iter().flat_map(|(k, v)| record(k, v)).collect();
        self.member("pax", &data, Fields { flag, ..FILE })
    }

    /// A long name (`L`) or link (`K`) as GNU writes it.
    pub(crate) fn gnu(self, flag: u8, name: &str) -> Self {
        let magic = *b"ustar  \0";
        let data = [name.as_bytes(), b"\0"].concat();
        let fields = Fields {
            flag,
            magic,
            ..FILE
        };
        self.member("././@LongLink", &data, fields)
    }

    /// The archive with its end mark.
    pub(crate) fn finish(self) -> Vec<u8> {
        [&self.bytes[..], &END].concat()
    }
}

/// `length key=value`, the length counting itself.
fn record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = [b" ", key.as_bytes(), b"=", value, b"\n"].concat();
    let mut length = rest.len() + 1;
    while length != rest.len() + length.to_string().len() {
        length = rest.len() + length.to_string().len();
    }
    [length.to_string().as_bytes(), &rest].concat()
}

/// A header block.
pub(crate) fn header(name: &[u8], size: u64, fields: Fields<'_>) -> [u8; 512] {
    let mut block = [0; 512];
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &name[..name.len().min(100)]);
    put(100, b"0000644\x000001750\x000001750\0");
    if size < 1 << 33 {
        put(124, format!("{size:011o}\0").as_bytes());
    } else {
        put(124, &[0x80, 0, 0, 0]);
        put(128, &size.to_be_bytes());
    }
    put(136, b"14700000000\0        ");
    put(156, &[fields.flag]);
    put(157, fields.link.as_bytes());
    put(257, &fields.magic);
    put(265, fields.user.as_bytes());
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}
