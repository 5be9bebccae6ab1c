//! x
pub fn looks_like_tflite(head: &[u8]) -> bool {
    false
}
