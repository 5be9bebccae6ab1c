//! Builds npy files, sound and lying ones.
//!
//! In: the header's dictionary as text, and data. Out: the bytes of a file.

#![allow(dead_code, unreachable_pub)] // each user needs a part

/// A file of this format version with this header and data.
pub(crate) fn file(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
    let mut file = b"\x93NUMPY".to_vec();
    file.extend([version, 0]);
    let fixed = if version == 1 { 10 } else { 12 };
    let padded = (fixed + header.len() + 1).next_multiple_of(64) - fixed;
    if version == 1 {
        file.extend((padded as u16).to_le_bytes());
    } else {
        file.extend((padded as u32).to_le_bytes());
    }
    file.extend(header.as_bytes());
    file.resize(fixed + padded - 1, b' ');
    file.push(b'\n');
    file.extend(data);
    file
}

/// The header for a type (as it stands in Python) and a shape.
pub(crate) fn header(descr: &str, shape: &str) -> String {
    format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}")
}

/// An array of texts, as `NumPy` writes it: UTF-32 padded to the longest.
pub(crate) fn texts(all: &[&str], big_endian: bool) -> Vec<u8> {
    let longest = all
        .iter()
        .map(|text| text.chars().count())
        .max()
        .unwrap_or(1);
    let mut data = Vec::new();
    for text in all {
        let codes = text.chars().map(u32::from).chain(std::iter::repeat(0));
        for code in codes.take(longest) {
            data.extend(if big_endian {
                code.to_be_bytes()
            } else {
                code.to_le_bytes()
            });
        }
    }
    let order = if big_endian { '>' } else { '<' };
    let header = header(
        &format!("'{order}U{longest}'"),
        &format!("({},)", all.len()),
    );
    file(1, &header, &data)
}
