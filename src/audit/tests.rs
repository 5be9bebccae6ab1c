//! What all audits share: builders for tests, the register, the generated page.

use std::fmt::Write as _;

use super::*;

/// A text file to be uploaded.
pub(super) fn text_file<'a>(path: &'a str, text: &'a str) -> File<'a> {
    let head = &text.as_bytes()[..text.len().min(HEAD)];
    let size = text.len() as u64;
    File {
        path,
        size,
        head,
        kind: Kind::sniff(path, head, size),
        lfs: None,
        git: false,
    }
}

/// A folder to be uploaded.
pub(super) fn tree_of(files: &[(String, u64)]) -> Tree<'_> {
    Tree {
        files,
        links: &[],
        target: None,
        git: false,
        card: None,
        gitignored: &[],
    }
}

/// Ids an audit reports on a file.
pub(super) fn ids_of(audit: fn(&File, &mut dyn FnMut(Finding)), file: &File) -> Vec<String> {
    let mut found = vec![];
    audit(file, &mut |finding| found.push(finding.rule));
    found
}

#[test]
fn ids_are_unique_kebab_case_and_explained() {
    let mut ids = ids();
    for doc in docs() {
        let kebab = doc
            .id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        assert!(kebab, "{}", doc.id);
        for text in [doc.description, doc.group, doc.why, doc.fix] {
            assert!(!text.is_empty(), "{}", doc.id);
        }
        assert!(
            doc.fix.ends_with('.') && doc.why.ends_with('.'),
            "{}",
            doc.id
        );
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn a_finding_carries_its_doc() {
    let mut found = vec![];
    file(&text_file("sub/.DS_Store", "x"), &mut |finding| {
        found.push(finding);
    });
    let [finding] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(finding.group, "editor and system files");
    assert_eq!(finding.category, Category::StrayFile);
    assert_eq!(
        finding.fingerprint,
        FingerprintKey::default().place(&finding.rule, "sub/.DS_Store", "")
    );
    assert!(finding.secret.is_none() && !finding.why.is_empty());
}

/// The page about all audits, from what they say of themselves.
fn page() -> String {
    let mut page = String::from(
        "# Audits\n\n\
         What hubsweep says about files and repositories as such. Generated from the audits and \
         `patterns/stray-files.toml`;\nafter a change run `UPDATE_DOCS=1 cargo test`.\n\n\
         A credential file whose value is no placeholder is of **high** severity, whatever is listed here.\n",
    );
    let docs = docs();
    let mut groups: Vec<&str> = vec![];
    for doc in &docs {
        if !groups.contains(&doc.group) {
            groups.push(doc.group);
        }
    }
    for group in groups {
        let mut title = group.to_owned();
        title[..1].make_ascii_uppercase();
        let _ = write!(page, "\n## {title}\n");
        for doc in docs.iter().filter(|doc| doc.group == group) {
            let _ = write!(
                page,
                "\n### `{}`\n\n{} ({}). {}\n\n**Fix.** {}\n",
                doc.id, doc.description, doc.severity, doc.why, doc.fix
            );
        }
    }
    page
}

#[test]
fn the_page_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/audits.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")).unwrap();
        std::fs::write(path, page()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written.replace("\r\n", "\n") == page(),
        "docs/audits.md is stale\nhelp: UPDATE_DOCS=1 cargo test"
    );
}
