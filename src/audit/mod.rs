//! The auditor: what is wrong with a file or a repository as such.
//!
//! In: one [`File`] at a time as it would be sent, then the whole [`Tree`].
//! Out: [`Finding`]s without a secret. One audit, one file; what belongs to no
//! code is data in `patterns/stray-files.toml` and `patterns/pickle-globals.toml`.

mod archive_shape;
mod assignment;
mod card_config;
mod chat_template;
mod commit_identity;
mod credential_value;
mod executable;
mod external_file;
mod front_matter;
mod gguf_shape;
mod gitignore_gap;
mod json_strings;
mod keras_code;
mod lfs_pointer;
mod lfs_rules;
mod likeness;
mod local_path;
mod metadata_path;
mod model_card;
mod name_oddities;
mod onnx_custom_op;
mod onnx_external;
mod picture_metadata;
mod polyglot;
mod remote_code;
mod safer_format;
mod safetensors_shape;
mod size_limits;
mod stray_file;
mod symlink_escape;
mod tf_operators;
mod unsafe_pickle;
mod vocabulary_env;
mod wrong_kind;

use crate::blob::{Fact, Kind};
use crate::finding::{
    Category, Confidence, Finding, FingerprintKey, Location, Route, Severity, Verdict,
};

/// Most first bytes of a file the audits look at.
pub const HEAD: usize = 64 * 1024;

/// One file as the audits see it.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Path with `/`, relative to what is scanned.
    pub path: &'a str,
    /// Bytes of the whole file.
    pub size: u64,
    /// First bytes, at most [`HEAD`].
    pub head: &'a [u8],
    /// What it is.
    pub kind: Kind,
    /// Git sources: does `filter=lfs` apply to the path?
    pub lfs: Option<bool>,
    /// Is it to be pushed with git, rather than uploaded over HTTP?
    pub git: bool,
}

/// What kind of Hub repository the tree is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A model.
    Model,
    /// A dataset.
    Dataset,
    /// A Space.
    Space,
}

/// A symbolic link of the tree.
#[derive(Clone, Debug)]
pub struct Link {
    /// Path with `/`, relative to what is scanned.
    pub path: String,
    /// Target as written in the link.
    pub target: String,
    /// Does it lead out of what is scanned?
    pub escapes: bool,
    /// Does it lead to a folder?
    pub folder: bool,
}

/// The whole of what would be sent.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'a> {
    /// Paths and sizes of all files.
    pub files: &'a [(String, u64)],
    /// All symbolic links.
    pub links: &'a [Link],
    /// The kind of Hub repository, where the target is one.
    pub target: Option<Target>,
    /// Is it to be pushed with git, rather than uploaded over HTTP?
    pub git: bool,
    /// Text of the root's `README.md`, at most 1 MiB.
    pub card: Option<&'a str>,
    /// Uploads: files that would be sent although a `.gitignore` names them
    /// that the Hub does not see.
    pub gitignored: &'a [String],
}

/// What is to be said about an audit, whatever it finds.
#[derive(Clone, Copy, Debug)]
pub struct Doc {
    /// Kebab-case id; reads well after "allow".
    pub id: &'static str,
    /// What it finds, a short noun phrase.
    pub description: &'static str,
    /// Family of its findings.
    pub category: Category,
    /// Label its warnings are folded under.
    pub group: &'static str,
    /// Severity of its findings, unless one says otherwise.
    pub severity: Severity,
    /// Why it matters on the Hub.
    pub why: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

/// Run every file audit on one file.
pub fn file(file: &File, sink: &mut dyn FnMut(Finding)) {
    let sink = &mut |mut finding: Finding| {
        finding.size = Some(file.size);
        sink(finding);
    };
    stray_file::file(file, sink);
    lfs_pointer::file(file, sink);
    lfs_rules::file(file, sink);
    size_limits::file(file, sink);
    metadata_path::file(file, sink);
    card_config::file(file, sink);
    vocabulary_env::file(file, sink);
    executable::file(file, sink);
    wrong_kind::file(file, sink);
    remote_code::file(file, sink);
    chat_template::file(file, sink);
    keras_code::file(file, sink);
}

/// Run every audit of what is inside a file on one fact about the part of it
/// at `route`.
pub fn inside(path: &str, route: &Route, fact: &Fact<'_>, sink: &mut dyn FnMut(Finding)) {
    safetensors_shape::fact(path, route, fact, sink);
    gguf_shape::fact(path, route, fact, sink);
    chat_template::fact(path, route, fact, sink);
    unsafe_pickle::fact(path, route, fact, sink);
    keras_code::fact(path, route, fact, sink);
    external_file::fact(path, route, fact, sink);
    archive_shape::fact(path, route, fact, sink);
    picture_metadata::fact(path, route, fact, sink);
    onnx_external::fact(path, route, fact, sink);
    onnx_custom_op::fact(path, route, fact, sink);
    tf_operators::fact(path, route, fact, sink);
    polyglot::fact(path, route, fact, sink);
}

/// Run every tree audit.
pub fn tree(tree: &Tree, sink: &mut dyn FnMut(Finding)) {
    symlink_escape::tree(tree, sink);
    size_limits::tree(tree, sink);
    model_card::tree(tree, sink);
    gitignore_gap::tree(tree, sink);
    name_oddities::tree(tree, sink);
    safer_format::tree(tree, sink);
}

/// Run the audit of authors and committers on one of them, `Name <address>`.
pub fn identity(path: &str, identity: &str, sink: &mut dyn FnMut(Finding)) {
    commit_identity::identity(path, identity, sink);
}

/// The class of files that do not belong in a repository to which a name says
/// its file belongs, as a number.
pub fn stray_class(name: &str) -> Option<u16> {
    stray_file::class_of(name)
}

/// What is to be said about each audit, the repository's first.
pub fn docs() -> Vec<Doc> {
    let coded = [
        symlink_escape::DOC,
        vocabulary_env::DOC,
        metadata_path::DOC,
        card_config::DOC,
        lfs_pointer::DOC,
        lfs_rules::MISSING,
        lfs_rules::TEXT,
        size_limits::FILE,
        size_limits::FOLDER,
        gitignore_gap::SENT,
        gitignore_gap::ADVICE,
        name_oddities::DOC,
        unsafe_pickle::DANGEROUS,
        unsafe_pickle::SUSPICIOUS,
        safetensors_shape::DOC,
        gguf_shape::DOC,
        gguf_shape::ARRAY,
        archive_shape::TRAVERSAL,
        archive_shape::SHAPE,
        wrong_kind::DOC,
        polyglot::DOC,
        executable::DISGUISED,
        executable::DOC,
        external_file::DOC,
        keras_code::DOC,
        remote_code::FOREIGN,
        remote_code::OWN,
        chat_template::DOC,
        chat_template::UNREAD,
        safer_format::DOC,
        picture_metadata::POSITION,
        picture_metadata::OWNER,
        commit_identity::DOC,
        onnx_external::DOC,
        onnx_custom_op::DOC,
        tf_operators::DOC,
    ];
    coded
        .into_iter()
        .chain(model_card::DOCS)
        .chain(stray_file::docs())
        .collect()
}

/// Every audit id.
pub fn ids() -> Vec<&'static str> {
    docs().iter().map(|doc| doc.id).collect()
}

impl Doc {
    /// A finding of this audit about a file.
    fn at(&self, path: &str) -> Finding {
        self.inside(path, "")
    }

    /// A finding of this audit about a place inside a file.
    fn inside(&self, path: &str, route: &str) -> Finding {
        let mut location = Location::file(path);
        if !route.is_empty() {
            location.route = Some(Route::new(route));
        }
        Finding {
            rule: self.id.to_owned(),
            description: self.description.to_owned(),
            category: self.category,
            group: self.group.to_owned(),
            severity: self.severity,
            confidence: Confidence::High,
            fingerprint: FingerprintKey::default().place(self.id, path, route),
            location,
            also: vec![],
            secret: None,
            snippet: None,
            parts: Vec::new(),
            entity: None,
            class: None,
            values: None,
            size: None,
            evidence: vec![],
            why: self.why.to_owned(),
            remediation: self.fix.to_owned(),
            references: vec![],
            origins: vec![],
            verdict: Verdict::Report,
        }
    }
}

/// Last part of a path.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// 1-based line of a byte of a text.
fn line_of(text: &[u8], at: usize) -> u64 {
    1 + memchr::memchr_iter(b'\n', &text[..at.min(text.len())]).count() as u64
}

#[cfg(test)]
mod tests;
