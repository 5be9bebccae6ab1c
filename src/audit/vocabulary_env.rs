//! A vocabulary file that is really an environment file.
//!
//! In: files named as vocabularies. Out: a critical finding where the lines are
//! `NAME=value` with real secrets. A poisoned configuration that names `.env`
//! as `vocab_file` makes a save write the victim's secrets under such a name.

use super::likeness::{is_secret_name, is_secret_value, userinfo};
use super::{Doc, File, file_name};
use crate::blob::Kind;
use crate::finding::{Category, Finding, Severity};

pub(super) const DOC: Doc = Doc {
    id: "vocabulary-is-env",
    description: "Environment file under the name of a vocabulary",
    category: Category::StrayFile,
    group: "credential files",
    severity: Severity::Critical,
    why: "A model whose configuration names `.env` as its vocabulary makes your own secrets part of what you save and upload.",
    fix: "Remove the file, renew every secret in it, and distrust the model whose tokenizer was loaded.",
};

const NAMES: &[&str] = &[
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "bpe.codes",
    "dict.txt",
    "spiece.model",
    "tokenizer.model",
    "source.spm",
    "target.spm",
    "sentencepiece.bpe.model",
];

pub(super) fn file(file: &File, sink: &mut dyn FnMut(Finding)) {
    let name = file_name(file.path).to_ascii_lowercase();
    let vocabulary = NAMES.contains(&name.as_str())
        || [".vocab", ".bpe"]
            .iter()
            .any(|ending| name.ends_with(ending));
    if !vocabulary || !matches!(file.kind, Kind::Text(_) | Kind::Binary) {
        return;
    }
    let lines = file
        .head
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    let (mut all, mut named, mut secrets) = (0, 0, 0);
    for line in lines {
        all += 1;
        if let Some((name, value)) = variable(line) {
            named += 1;
            let secret = is_secret_name(name) && is_secret_value(name, value);
            secrets += usize::from(secret || userinfo(value).is_some());
        }
    }
    // Most lines must be variables: a vocabulary may hold a word like `A=b`.
    if named >= 2 && secrets >= 1 && named * 2 > all {
        let mut finding = DOC.at(file.path);
        finding.evidence.push(format!(
            "{named} of {all} lines are variables, {secrets} of them with a secret"
        ));
        sink(finding);
    }
}

fn variable(line: &[u8]) -> Option<(&str, &[u8])> {
    let line = line.strip_prefix(b"export ").unwrap_or(line);
    let at = memchr::memchr(b'=', line)?;
    let name = std::str::from_utf8(&line[..at]).ok()?;
    let fits = name.len() >= 2
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let value = line[at + 1..].trim_ascii();
    let value = match value {
        [open @ (b'"' | b'\''), inner @ .., close] if open == close => inner,
        _ => value,
    };
    fits.then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::{ids_of, text_file};

    #[test]
    fn vocabularies() {
        let random = format!("{}{}", "q7Zp2mVx", "9LkT4wRb8sNd");
        let env = format!("HOST=db\nAPI_KEY=\"{random}\"\nHF_TOKEN={random}\n");
        assert_eq!(
            ids_of(super::file, &text_file("tok/vocab.txt", &env)),
            [DOC.id]
        );
        assert!(ids_of(super::file, &text_file("notes.txt", &env)).is_empty());
        let stand_in = "API_KEY=your_key\nTOKEN=changeme\n";
        assert!(ids_of(super::file, &text_file("vocab.txt", stand_in)).is_empty());
        let mixed = format!("{}API_KEY={random}\nB=c\n", "word\n".repeat(50));
        assert!(ids_of(super::file, &text_file("vocab.txt", &mixed)).is_empty());
    }
}
