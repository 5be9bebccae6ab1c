//! Compressed files of every kind, written by the encoders of the same crates
//! and, for lz4, block by block.

use std::io::Write;

/// Every kind with its name, the content once.
pub(crate) fn all(content: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("gzip", gzip(content, "")),
        ("zlib", zlib(content)),
        ("zstd", zstd(content)),
        ("xz", xz(content)),
        ("lzma", lzma(content)),
        ("bzip2", bzip2(content)),
        ("lz4", lz4(content)),
        ("snappy", snappy(content)),
    ]
}

/// A gzip member; its header holds `name`, unless that is empty.
pub(crate) fn gzip(content: &[u8], name: &str) -> Vec<u8> {
    let mut builder = flate2::GzBuilder::new();
    if !name.is_empty() {
        builder = builder.filename(name);
    }
    let mut encoder = builder.write(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A zlib stream.
pub(crate) fn zlib(content: &[u8]) -> Vec<u8> {
    let level = flate2::Compression::default();
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// Raw deflate data.
pub(crate) fn deflate(content: &[u8]) -> Vec<u8> {
    let level = flate2::Compression::default();
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A zstd frame.
pub(crate) fn zstd(content: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(content, 3).unwrap()
}

/// A skippable frame, as of zstd and lz4.
pub(crate) fn skippable(content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_le_bytes();
    [b"\x53\x2a\x4d\x18", &length[..], content].concat()
}

/// An xz stream.
pub(crate) fn xz(content: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

/// The older `.lzma`, of unknown size.
pub(crate) fn lzma(content: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::LzmaOptions::with_preset(1);
    let mut writer = lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &options, None).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

/// LZMA data alone; the properties are those of [`lzma`], byte 0 to 5.
pub(crate) fn lzma_raw(content: &[u8]) -> Vec<u8> {
    lzma(content).split_off(13)
}

/// A bzip2 stream.
pub(crate) fn bzip2(content: &[u8]) -> Vec<u8> {
    let level = ::bzip2::Compression::fast();
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), level);
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// An lz4 frame of independent blocks, with sums that are wrong.
pub(crate) fn lz4(content: &[u8]) -> Vec<u8> {
    let mut out = b"\x04\x22\x4d\x18\x74\x40\xaa".to_vec();
    for block in content.chunks(64 << 10) {
        lz4_block(&mut out, block);
        out.extend([0xee; 4]);
    }
    out.extend([0; 4]);
    out.extend([0xee; 4]);
    out
}

/// The first lz4 program's frame.
pub(crate) fn lz4_legacy(content: &[u8]) -> Vec<u8> {
    let mut out = b"\x02\x21\x4c\x18".to_vec();
    for block in content.chunks(8 << 20) {
        lz4_block(&mut out, block);
    }
    out
}

fn lz4_block(out: &mut Vec<u8>, block: &[u8]) {
    let data = lz4_flex::block::compress(block);
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
}

/// Framed snappy.
pub(crate) fn snappy(content: &[u8]) -> Vec<u8> {
    let mut writer = snap::write::FrameEncoder::new(Vec::new());
    writer.write_all(content).unwrap();
    writer.into_inner().unwrap()
}
