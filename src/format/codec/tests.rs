//! Streams at the edges of their budget.

use std::io::Read;

use super::*;

#[allow(dead_code, unreachable_pub, clippy::duplicate_mod)]
#[path = "../../../tests/builders/compressed.rs"]
mod builder;

fn read(bytes: &[u8], codec: Codec, most: u64) -> Result<Vec<u8>, FormatError> {
    let budget = Budget {
        bytes: most,
        ratio: u64::MAX,
        ratio_from: 0,
    };
    let mut content = Vec::new();
    Unpack::new(bytes, 0, codec, budget)?.read_to_end(&mut content)?;
    Ok(content)
}

#[test]
fn a_stream_may_fill_its_budget() {
    let content = b"0123456789".repeat(1000);
    let size = content.len() as u64;
    for (codec, bytes) in [
        (Codec::Deflate, builder::deflate(&content)),
        (Codec::Zstd, builder::zstd(&content)),
        (Codec::Xz, builder::xz(&content)),
        (Codec::Bzip2, builder::bzip2(&content)),
        (Codec::LzmaAlone, builder::lzma(&content)),
        (Codec::Lz4, builder::lz4(&content)),
        (Codec::Snappy, builder::snappy(&content)),
    ] {
        assert!(read(&bytes, codec, size).unwrap() == content, "{codec:?}");
        let less = read(&bytes, codec, size - 1);
        assert!(matches!(less, Err(FormatError::Limit { .. })), "{codec:?}");
    }
}

#[test]
fn lzma_with_its_properties_elsewhere() {
    let content = b"some content, some more content".repeat(50);
    let head = builder::lzma(&content);
    let dictionary = u32::from_le_bytes(head[1..5].try_into().unwrap());
    for size in [u64::MAX, content.len() as u64] {
        let codec = Codec::Lzma {
            props: head[0],
            dictionary,
            size,
            filter: None,
        };
        assert!(read(&head[13..], codec, 1 << 20).unwrap() == content);
    }
    let huge = Codec::Lzma {
        props: head[0],
        dictionary: u32::MAX,
        size: u64::MAX,
        filter: None,
    };
    assert!(matches!(
        read(&head[13..], huge, 9),
        Err(FormatError::Limit { .. })
    ));
}

#[test]
fn windows_beyond_the_limit_are_refused() {
    // A frame that claims a window of 2 GiB.
    let frame = b"\x28\xb5\x2f\xfd\x00\xa8\x01\0\0";
    let error = read(frame, Codec::Zstd, 1 << 20).unwrap_err();
    assert!(matches!(error, FormatError::Limit { .. }), "{error}");
    let mut lzma = builder::lzma(b"x");
    lzma[1..5].copy_from_slice(&(1u32 << 30).to_le_bytes());
    let error = read(&lzma, Codec::LzmaAlone, 1 << 20).unwrap_err();
    assert!(matches!(error, FormatError::Limit { .. }), "{error}");
}

#[test]
fn linked_lz4_blocks() {
    // Block 1 stored, block 2 copies from it: token 0x0f = match of 4 + 15 + …
    let mut bytes = b"\x04\x22\x4d\x18\x40\x40\xaa".to_vec();
    bytes.extend((0x8000_0000u32 | 8).to_le_bytes());
    bytes.extend(b"abcdefgh");
    let block = [0x04, 8, 0, 0x50, b'v', b'w', b'x', b'y', b'z'];
    bytes.extend((block.len() as u32).to_le_bytes());
    bytes.extend(block);
    bytes.extend([0; 4]);
    assert_eq!(
        read(&bytes, Codec::Lz4, 100).unwrap(),
        b"abcdefghabcdefghvwxyz"
    );
}
