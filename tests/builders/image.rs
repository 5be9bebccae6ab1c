//! Small pictures, built by hand.
//!
//! In: what they shall carry. Out: their bytes.

/// A PNG of one pixel with these chunks before its end.
pub(crate) fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let header = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
    let mut add = |name: &[u8; 4], data: &[u8]| {
        bytes.extend_from_slice(&(data.len() as u32).to_be_bytes());
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(data);
        // Nobody checks the sums of the chunks that matter here.
        bytes.extend_from_slice(&[0; 4]);
    };
    add(b"IHDR", &header);
    for (name, data) in chunks {
        add(name, data);
    }
    add(b"IDAT", &[0; 12]);
    add(b"IEND", &[]);
    bytes
}

/// A JPEG with these segments, given by marker, and some coded pixels.
pub(crate) fn jpeg(segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    for (marker, data) in segments.iter().chain([&(0xda, &[0u8; 4][..])]) {
        // Fill bytes are allowed, but for the first one.
        bytes.resize(bytes.len() + usize::from(bytes.len() > 2), 0xff);
        bytes.extend_from_slice(&[0xff, *marker]);
        bytes.extend_from_slice(&(data.len() as u16 + 2).to_be_bytes());
        bytes.extend_from_slice(data);
    }
    bytes.extend_from_slice(&[7, 0xff, 0, 7, 0xff, 0xd3, 7, 0xff, 0xff, 0xd9]);
    bytes
}

/// A WebP with these chunks.
pub(crate) fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, data) in chunks {
        body.extend_from_slice(*name);
        body.extend_from_slice(&(data.len() as u32).to_le_bytes());
        body.extend_from_slice(data);
        body.resize(body.len() + data.len() % 2, 0);
    }
    [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
}

/// Numbers in one byte order.
#[derive(Clone, Copy)]
struct Order {
    big_endian: bool,
}

impl Order {
    fn short(self, value: u16) -> [u8; 2] {
        if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    }

    fn long(self, value: u32) -> [u8; 4] {
        if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    }

    /// An entry of a directory; `value` as it stands there.
    fn entry(self, tag: u16, form: u16, count: usize, value: [u8; 4]) -> Vec<u8> {
        let head = [self.short(tag), self.short(form)].concat();
        [&head[..], &self.long(count as u32), &value].concat()
    }

    /// 12° 30' N, 45° 15' 18" W, for a directory that stands at `at`.
    fn position(self, at: u32) -> Vec<u8> {
        let mut bytes = self.short(4).to_vec();
        bytes.extend(self.entry(1, 2, 2, *b"N\0\0\0"));
        bytes.extend(self.entry(2, 5, 3, self.long(at + 54)));
        bytes.extend(self.entry(3, 2, 2, *b"W\0\0\0"));
        bytes.extend(self.entry(4, 5, 3, self.long(at + 78)));
        bytes.extend(self.long(0));
        for number in [12, 1, 30, 1, 0, 1, 45, 1, 15, 1, 1800, 100] {
            bytes.extend(self.long(number));
        }
        bytes
    }
}

/// A TIFF, or Exif block, of one directory of texts and one of a position.
pub(crate) fn tiff(big_endian: bool, texts: &[(u16, &[u8])]) -> Vec<u8> {
    let order = Order { big_endian };
    let mut bytes = if big_endian { b"MM" } else { b"II" }.to_vec();
    bytes.extend(order.short(42));
    bytes.extend(order.long(8));
    let entries = texts.len() as u32 + 1;
    let mut values = 8 + 2 + 12 * entries + 4;
    bytes.extend(order.short(entries as u16));
    let mut tail = Vec::new();
    for (tag, text) in texts {
        let form = if matches!(tag, 0x9c9b..=0x9c9f | 0x9286) {
            7
        } else {
            2
        };
        let mut value = order.long(values);
        if text.len() <= 4 {
            value = [0; 4];
            value[..text.len()].copy_from_slice(text);
        } else {
            tail.extend_from_slice(text);
            values += text.len() as u32;
        }
        bytes.extend(order.entry(*tag, form, text.len(), value));
    }
    bytes.extend(order.entry(0x8825, 4, 1, order.long(values)));
    bytes.extend(order.long(0));
    bytes.extend(tail);
    bytes.extend(order.position(values));
    bytes
}
