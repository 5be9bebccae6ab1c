//! The forms in which an example must be found.
//!
//! In: the text of an example. Out: the bytes of a file that holds it, escaped
//! as the form demands.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::containers;

/// One form in which files hold a secret.
#[derive(Clone, Copy, Debug)]
pub struct Wrapping {
    /// What it is called.
    pub name: &'static str,
    /// Name of a file that has it.
    pub file: &'static str,
    /// The bytes of such a file around a text.
    pub wrap: fn(&str) -> Vec<u8>,
}

const fn form(name: &'static str, file: &'static str, wrap: fn(&str) -> Vec<u8>) -> Wrapping {
    Wrapping { name, file, wrap }
}

/// All of them; the first is the plain text.
pub const WRAPPINGS: &[Wrapping] = &[
    form("bare line", "notes.txt", |text| {
        format!("First line\n{text}\nLast line\n").into_bytes()
    }),
    form("double quotes", "train.py", |text| {
        format!("value = {}\n", double_quoted(text)).into_bytes()
    }),
    form("single quotes", "train.py", |text| {
        let inner = double_quoted(&text.replace('"', "\0"));
        let inner = inner[1..inner.len() - 1].replace('\'', "\\'");
        format!("value = '{}'\n", inner.replace("\\u0000", "\"")).into_bytes()
    }),
    form("trailing comma", "notes.txt", |text| {
        format!("{text}, and more\n").into_bytes()
    }),
    form("parentheses", "README.md", |text| {
        format!("It was set once ({text}).\n").into_bytes()
    }),
    form("URL query", "README.md", |text| {
        let query = escaped(text, |byte| is_unreserved(byte) || byte == b'=');
        format!("See https://acme.org/page?{query}&page=2 for more\n").into_bytes()
    }),
    form("HTML element", "index.html", |text| {
        // Markup stays markup: it was written for a page like this one.
        let is_markup = text.contains('<') && text.contains('>');
        let text = if is_markup {
            text.to_owned()
        } else {
            text.replace('&', "&amp;").replace('<', "&lt;")
        };
        format!("<pre><code>{text}</code></pre>\n").into_bytes()
    }),
    form("YAML flow mapping", "config.yaml", |text| {
        let special = ",[]{}:#&*!|>'\"%@`\\\n\t";
        let plain = text == text.trim() && !text.contains(|c| special.contains(c));
        let value = if plain {
            text.to_owned()
        } else {
            double_quoted(text)
        };
        format!("entry: {{note: {value}, next: 1}}\n").into_bytes()
    }),
    form("JSON string", "config.json", |text| {
        format!("{{\"note\": {}, \"next\": 1}}\n", double_quoted(text)).into_bytes()
    }),
    form("notebook source", "run.ipynb", |text| {
        containers::notebook(&format!("import os\n{text}\nrun()"), "")
    }),
    form("notebook output", "run.ipynb", |text| {
        containers::notebook("run()", &format!("Starting\n{text}\nDone\n"))
    }),
    form("pickle protocol 2", "args.bin", containers::pickle2),
    form("pickle protocol 4", "args.bin", containers::pickle4),
    form(
        "safetensors metadata",
        "model.safetensors",
        containers::safetensors,
    ),
    form("UTF-16", "notes.txt", |text| {
        let text = format!("First line\r\n{text}\r\nLast line\r\n");
        std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect()
    }),
    form("base64", "secret.yaml", |text| {
        let text = format!("value: {text}\n");
        format!("data:\n  note: {}\n", STANDARD.encode(text)).into_bytes()
    }),
    form("percent-encoding", "notes.txt", |text| {
        let url = escaped(text, is_unreserved);
        format!("GET /page?next={url}&page=2 HTTP/1.1\n").into_bytes()
    }),
    form("hex", "dump.txt", |text| {
        let hex = text.bytes().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        format!("payload {hex}\n").into_bytes()
    }),
    form("\\u escapes", "config.json", |text| {
        let escaped = text.bytes().fold(String::new(), |mut escaped, byte| {
            if byte.is_ascii_alphanumeric() {
                escaped.push(char::from(byte));
            } else {
                let _ = write!(escaped, "\\u00{byte:02x}");
            }
            escaped
        });
        format!("{{\"note\": \"{escaped}\"}}\n").into_bytes()
    }),
];

/// A string literal of JSON, JavaScript, Python and YAML alike.
pub fn double_quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn escaped(text: &str, keep: impl Fn(u8) -> bool) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if keep(byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
        escaped
    })
}
