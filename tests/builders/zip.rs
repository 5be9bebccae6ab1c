//! Zip archives, member by member, honest and dishonest.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// Writes archives, in the wrong way too where a test asks for it.
#[derive(Default)]
pub(crate) struct Builder {
    /// Members written so far.
    pub(crate) bytes: Vec<u8>,
    /// Entries of the directory.
    pub(crate) central: Vec<u8>,
    listed: u16,
    /// The comment of the archive.
    pub(crate) comment: Vec<u8>,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Options {
    /// Deflated instead of stored.
    pub(crate) deflate: bool,
    /// Left out of the directory.
    pub(crate) unlisted: bool,
    /// The sizes follow the data.
    pub(crate) sizes_follow: bool,
    /// The sizes stand in the Zip64 field.
    pub(crate) zip64: bool,
    /// Further flags.
    pub(crate) flags: u16,
    /// The name in the directory, if it is another one.
    pub(crate) listed_as: Option<&'static str>,
    /// The data as it is, compressed with this method.
    pub(crate) method: Option<u16>,
    /// The file is a symbolic link.
    pub(crate) symlink: bool,
}

impl Builder {
    /// A member.
    pub(crate) fn add(&mut self, name: &str, content: &[u8], options: Options) -> &mut Self {
        let size = content.len() as u64;
        let data = if options.deflate {
            deflated(content)
        } else {
            content.to_vec()
        };
        let header = self.bytes.len() as u32;
        let sizes = [data.len() as u64, size];
        let flags = options.flags | (u16::from(options.sizes_follow) * 8);
        let method = options.method.unwrap_or(u16::from(options.deflate) * 8);
        let local_sizes = sizes.map(|size| size * u64::from(!options.sizes_follow));
        self.bytes.extend(b"PK\x03\x04\x14\0");
        let mut extra = fields(&mut self.bytes, flags, method, local_sizes, options.zip64);
        lengths(&mut self.bytes, name, &extra);
        self.bytes.extend([name.as_bytes(), &extra, &data].concat());
        if options.sizes_follow {
            self.bytes.extend(b"PK\x07\x08\0\0\0\0");
            for size in sizes {
                self.bytes.extend((size as u32).to_le_bytes());
            }
        }
        if !options.unlisted {
            self.listed += 1;
            self.central.extend(b"PK\x01\x02\x14\x03\x14\0");
            extra = fields(&mut self.central, flags, method, sizes, options.zip64);
            let name = options.listed_as.unwrap_or(name);
            lengths(&mut self.central, name, &extra);
            self.central.extend([0; 6]);
            let mode = if options.symlink {
                0o120_777
            } else {
                0o100_644u32
            };
            self.central.extend((mode << 16).to_le_bytes());
            self.central.extend(header.to_le_bytes());
            self.central.extend([name.as_bytes(), &extra].concat());
        }
        self
    }

    /// The archive.
    pub(crate) fn finish(&self) -> Vec<u8> {
        let mut bytes = [&self.bytes[..], &self.central].concat();
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend([self.listed.to_le_bytes(), self.listed.to_le_bytes()].concat());
        bytes.extend((self.central.len() as u32).to_le_bytes());
        bytes.extend((self.bytes.len() as u32).to_le_bytes());
        bytes.extend((self.comment.len() as u16).to_le_bytes());
        bytes.extend(&self.comment);
        bytes
    }
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// Flags to sizes of a header; answers the extra field.
fn fields(out: &mut Vec<u8>, flags: u16, method: u16, sizes: [u64; 2], zip64: bool) -> Vec<u8> {
    out.extend([flags.to_le_bytes(), method.to_le_bytes()].concat());
    // Time, date and a checksum that is wrong.
    out.extend([0xff; 8]);
    let mut extra = Vec::new();
    if zip64 {
        out.extend([0xff; 8]);
        extra.extend([9, 9, 1, 0, 7, 1, 0, 16, 0]);
        extra.extend([sizes[1].to_le_bytes(), sizes[0].to_le_bytes()].concat());
    } else {
        for size in sizes {
            out.extend((size as u32).to_le_bytes());
        }
    }
    extra
}

fn lengths(out: &mut Vec<u8>, name: &str, extra: &[u8]) {
    out.extend((name.len() as u16).to_le_bytes());
    out.extend((extra.len() as u16).to_le_bytes());
}

/// Stored.
pub(crate) const PLAIN: Options = Options {
    deflate: false,
    unlisted: false,
    sizes_follow: false,
    zip64: false,
    flags: 0,
    listed_as: None,
    method: None,
    symlink: false,
};
/// Deflated.
pub(crate) const DEFLATE: Options = Options {
    deflate: true,
    ..PLAIN
};
