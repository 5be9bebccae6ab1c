//! Names of files as text.
//!
//! In: paths as the system gives them, which need not be UTF-8. Out: text with
//! `/` between the parts, to show and to match patterns against.

use std::path::Path;

/// The path to show: a byte that is no UTF-8 is written as `\xNN`.
pub(super) fn shown(path: &Path) -> String {
    with_slashes(shown_bytes(path.as_os_str().as_encoded_bytes()))
}

/// The same of a path as git keeps it.
pub(super) fn shown_bytes(path: &[u8]) -> String {
    decoded(path, |text, byte| {
        use std::fmt::Write as _;
        let _ = write!(text, "\\x{byte:02x}");
    })
}

/// The path as `huggingface_hub` matches it: a byte that is no UTF-8 is one
/// character, a backslash is a slash.
pub(super) fn matched(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    decoded(bytes, |text, _| text.push('\u{fffd}')).replace('\\', "/")
}

/// Windows' separator is a slash in every report.
fn with_slashes(text: String) -> String {
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text
    }
}

fn decoded(bytes: &[u8], replace: fn(&mut String, u8)) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for &byte in chunk.invalid() {
            replace(&mut text, byte);
        }
    }
    text
}
