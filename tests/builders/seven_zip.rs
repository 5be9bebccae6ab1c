//! 7z archives with a plain or a packed header.

/// A compressed stream and the members in it.
pub(crate) struct Folder<'a> {
    /// Coders as written: id and properties, the last one reads the data.
    pub(crate) coders: Vec<(&'a [u8], &'a [u8])>,
    /// The packed data.
    pub(crate) data: Vec<u8>,
    /// Names and sizes.
    pub(crate) members: Vec<(&'a str, u64)>,
}

/// An archive; empty names make no difference to what is packed.
pub(crate) fn archive(folders: &[Folder<'_>], empty: &[&str]) -> Vec<u8> {
    let data: Vec<u8> = folders.iter().flat_map(|f| f.data.clone()).collect();
    wrap(&data, &header(folders, empty))
}

/// A signature header around data and header.
pub(crate) fn wrap(data: &[u8], header: &[u8]) -> Vec<u8> {
    let mut out = b"7z\xbc\xaf\x27\x1c\x00\x04\xee\xee\xee\xee".to_vec();
    out.extend((data.len() as u64).to_le_bytes());
    out.extend((header.len() as u64).to_le_bytes());
    out.extend([0xee; 4]);
    out.extend(data);
    out.extend(header);
    out
}

/// The header.
pub(crate) fn header(folders: &[Folder<'_>], empty: &[&str]) -> Vec<u8> {
    let mut out = vec![1, 4];
    streams(&mut out, 0, folders);
    let names = folders.iter().flat_map(|f| &f.members).map(|m| m.0);
    let held = names.clone().count();
    out.push(5);
    number(&mut out, (held + empty.len()) as u64);
    if !empty.is_empty() {
        let count = held + empty.len();
        let mut bits = vec![0u8; count.div_ceil(8)];
        for at in held..count {
            bits[at / 8] |= 0x80 >> (at % 8);
        }
        out.push(14);
        number(&mut out, bits.len() as u64);
        out.extend(bits);
    }
    let mut content = vec![0];
    for name in names.chain(empty.iter().copied()) {
        let units = name.encode_utf16().chain([0]);
        content.extend(units.flat_map(u16::to_le_bytes));
    }
    out.push(17);
    number(&mut out, content.len() as u64);
    out.extend(content);
    out.extend([0, 0]);
    out
}

/// A header that is itself packed, by copying.
pub(crate) fn packed_header(data: &[u8], header: &[u8]) -> Vec<u8> {
    let folder = Folder {
        coders: vec![(&[0], &[])],
        data: header.to_vec(),
        members: vec![("", header.len() as u64)],
    };
    let mut outer = vec![0x17];
    streams(&mut outer, data.len() as u64, &[folder]);
    wrap(&[data, header].concat(), &outer)
}

/// Packed streams, folders and sizes.
fn streams(out: &mut Vec<u8>, begin: u64, folders: &[Folder<'_>]) {
    out.push(6);
    number(out, begin);
    number(out, folders.len() as u64);
    out.push(9);
    for folder in folders {
        number(out, folder.data.len() as u64);
    }
    out.extend([0, 7, 11]);
    number(out, folders.len() as u64);
    out.push(0);
    for folder in folders {
        coders(out, &folder.coders);
    }
    out.push(12);
    for folder in folders {
        let size = folder.members.iter().map(|member| member.1).sum();
        for _ in &folder.coders {
            number(out, size);
        }
    }
    out.extend([0, 8, 13]);
    for folder in folders {
        number(out, folder.members.len() as u64);
    }
    out.push(9);
    for folder in folders {
        let sizes = folder.members.iter().map(|member| member.1);
        for size in sizes.take(folder.members.len().saturating_sub(1)) {
            number(out, size);
        }
    }
    out.extend([0, 0]);
}

fn coders(out: &mut Vec<u8>, coders: &[(&[u8], &[u8])]) {
    number(out, coders.len() as u64);
    for (id, props) in coders {
        let with_props = if props.is_empty() { 0 } else { 0x20 };
        out.push(id.len() as u8 | with_props);
        out.extend(*id);
        if !props.is_empty() {
            number(out, props.len() as u64);
            out.extend(*props);
        }
    }
    // Each coder reads what the next one makes.
    for at in 1..coders.len() as u64 {
        number(out, at - 1);
        number(out, at);
    }
}

/// A number in the format's own writing.
pub(crate) fn number(out: &mut Vec<u8>, value: u64) {
    match value {
        0..0x80 => out.push(value as u8),
        0x80..0x4000 => out.extend([0x80 | (value >> 8) as u8, value as u8]),
        _ => {
            out.push(0xff);
            out.extend(value.to_le_bytes());
        }
    }
}
