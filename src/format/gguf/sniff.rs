//! Does a file start like GGUF, or like the formats before it?
//!
//! The first bytes enter, an answer leaves.

/// Whether `head` (8 bytes are enough) starts a GGUF file, in any version yet
/// to come.
pub fn looks_like_gguf(head: &[u8]) -> bool {
    matches!(head, [b'G', b'G', b'U', b'F', 1..=32, 0, 0, 0, ..])
        || matches!(head, [b'G', b'G', b'U', b'F', 0, 0, 0, 1..=32, ..])
}

/// Whether `head` (16 bytes are enough) starts one of the formats before GGUF:
/// GGML, GGMF, GGJT, GGLA. Their headers differ from model to model.
pub fn looks_like_ggml(head: &[u8]) -> bool {
    let magic = [b"lmgg", b"fmgg", b"tjgg", b"algg"];
    // What follows are small numbers of 32 bits.
    magic.iter().any(|magic| head.starts_with(*magic))
        && head.get(4..16).is_some_and(|numbers| {
            let high = numbers.iter().skip(3).step_by(4);
            high.copied().all(|byte| byte == 0)
        })
}
