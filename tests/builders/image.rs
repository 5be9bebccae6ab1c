//! Small pictures, built by hand.
//!
//! In: what they shall carry. Out: their bytes.

/// A PNG of one pixel with these chunks before its end.
pub fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
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
pub fn jpeg(segments: &[(u8, &[u8])]) -> Vec<u8> {
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
pub fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, data) in chunks {
        body.extend_from_slice(*name);
        body.extend_from_slice(&(data.len() as u32).to_le_bytes());
        body.extend_from_slice(data);
        body.resize(body.len() + data.len() % 2, 0);
    }
    [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
}

/// A TIFF, or Exif block, of one directory of texts and one of a position.
pub fn tiff(big_endian: bool, texts: &[(u16, &[u8])]) -> Vec<u8> {
    let short = |value: u16| {
        if big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    };
    let long = |value: u32| {
        if big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    };
    let mut bytes = if big_endian { b"MM" } else { b"II" }.to_vec();
    bytes.extend(short(42));
    bytes.extend(long(8));
    let entries = texts.len() as u32 + 1;
    let mut values = 8 + 2 + 12 * entries + 4;
    bytes.extend(short(entries as u16));
    let mut tail = Vec::new();
    for (tag, text) in texts {
        let form = if matches!(tag, 0x9c9b..=0x9c9f | 0x9286) {
            7
        } else {
            2
        };
        bytes.extend(short(*tag));
        bytes.extend(short(form));
        bytes.extend(long(text.len() as u32));
        let mut inline = text.to_vec();
        inline.resize(4, 0);
        if text.len() <= 4 {
            bytes.extend(inline);
        } else {
            bytes.extend(long(values));
            tail.extend_from_slice(text);
            values += text.len() as u32;
        }
    }
    // 12° 30' N, 45° 15' 18" W
    bytes.extend(short(0x8825));
    bytes.extend(short(4));
    bytes.extend(long(1));
    bytes.extend(long(values));
    bytes.extend(long(0));
    bytes.extend(&tail);
    bytes.extend(short(4));
    for (tag, form, count, value) in [
        (1, 2, 2, u32::from_be_bytes(*b"N\0\0\0")),
        (2, 5, 3, values + 54),
        (3, 2, 2, u32::from_be_bytes(*b"W\0\0\0")),
        (4, 5, 3, values + 78),
    ] {
        bytes.extend(short(tag));
        bytes.extend(short(form));
        bytes.extend(long(count));
        if form == 2 {
            bytes.extend(value.to_be_bytes());
        } else {
            bytes.extend(long(value));
        }
    }
    bytes.extend(long(0));
    for number in [12, 1, 30, 1, 0, 1, 45, 1, 15, 1, 1800, 100] {
        bytes.extend(long(number));
    }
    bytes
}
