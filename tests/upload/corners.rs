//! A tree full of corner cases, and the calls it is uploaded with.
//!
//! Every name stands for a question about the client: is it listed, matched,
//! ignored, sent?

use std::os::unix::fs::symlink;
use std::process::Command;

use crate::stage::Stage;

/// Ordinary and less ordinary files, each holding its own name.
const FILES: &[&str] = &[
    "README.md",
    "readme.md",
    "config.json",
    ".env",
    ".hidden",
    ".hidden.d/deep/.deeper",
    ".gitattributes",
    ".cache.txt",
    ".cachehuggingface",
    ".cache/huggingface/download/x.metadata",
    "deep/.cache/huggingface/x",
    "x.cache/huggingface/kept",
    "huggingface/kept",
    ".git/config",
    ".git/hooks/pre-push",
    "deep/.git/config",
    "deep/module/.git",
    "deep/.github/workflow.yml",
    ".gitmodules",
    "x.git/kept",
    "git/kept",
    "data/a.json",
    "data/b.JSON",
    "data/deep/c.json",
    "data/deep/deeper/d.csv",
    "mydata/e.json",
    "data.json",
    "datax",
    "with space.txt",
    " leading",
    "trailing ",
    "tab\there.txt",
    "new\nline.txt",
    "quote'\".txt",
    "back\\slash.txt",
    "back\\.git\\config",
    "übung/naïve.txt",
    "u\u{308}bung.txt",
    "日本語.md",
    "🤗.md",
    "star*.txt",
    "question?.txt",
    "[bracket].txt",
    "{brace}.txt",
    "!bang.txt",
    "#hash.txt",
    "%41.txt",
    "~tilde.txt",
    "-dash.txt",
    "--dry-run",
    "a",
    "b",
    "A",
    "B.txt",
    "run.log",
    "keep.log",
    "deep/run.log",
    "deep/keep.log",
    "build/out.bin",
    "build/keep.log",
    "deep/build/out.bin",
    "logs/one.txt",
    "deep/logs/one.txt",
    "only/root.txt",
    "deep/only/root.txt",
    "nested/kept.tmp",
    "nested/deep/kept.tmp",
    "wandb/run-1/files/config.yaml",
    "__pycache__/m.cpython-311.pyc",
    "UPPER/Case.TXT",
    "dir.with.dots/x.tar.gz",
    "no-ending",
    "ends.",
    "aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/aa/deep.txt",
];

/// The rules at the root: patterns, folders, anchors, negations, oddities.
const GITIGNORE: &str = "\
# a comment
*.log
!keep.log
build/
!build/keep.log
/only
logs/*
__pycache__/
\\#hash.txt
\\!bang.txt
trailing\\ \n\
[[]bracket].txt
aa/**/deep.txt
**/wandb
*.TXT
   \n\
.env
";

/// Build the tree; how many names there are in it.
pub(crate) fn build(stage: &Stage) -> usize {
    for name in FILES {
        stage.write(name, name);
    }
    stage.write(".gitignore", GITIGNORE);
    stage.write("nested/.gitignore", "*.tmp\n");
    stage.write("deep/.gitignore", "!*.log\n");
    stage.write("empty", "");
    stage.write("deep/empty.log", "");
    stage.write("long.log", "0123456789".repeat(100));
    stage.write("bytes.bin", (0..=255).collect::<Vec<u8>>());
    std::fs::create_dir_all(stage.tree().join("hollow/inner")).unwrap();
    let outside = stage.path("outside");
    std::fs::create_dir_all(outside.join("folder")).unwrap();
    std::fs::write(outside.join("file.txt"), "from outside").unwrap();
    std::fs::write(outside.join("folder/inner.txt"), "from outside").unwrap();
    let links = [
        ("link-in", "data/a.json"),
        ("link-out", "../outside/file.txt"),
        ("deep/link-up", "../config.json"),
        ("link-folder", "data"),
        ("link-folder-out", "../outside/folder"),
        ("link-broken", "nowhere"),
        ("link-loop", "link-loop"),
        ("link-twice", "link-out"),
        ("link.log", "config.json"),
        ("link-empty", "empty"),
        ("link-null", "/dev/null"),
        ("link-up", ".."),
    ];
    for (name, target) in links {
        symlink(target, stage.tree().join(name)).unwrap();
    }
    for name in ["pipe", "deep/pipe.log"] {
        let made = Command::new("mkfifo").arg(stage.tree().join(name)).status();
        assert!(made.unwrap().success());
    }
    FILES.len() + 7 + links.len() + 2
}

/// Calls of `hf upload`, and the folder they are made in.
pub(crate) const CALLS: &[(&str, &[&str])] = &[
    (".", &["user/m", "tree"]),
    (".", &["user/m", "tree", "/"]),
    (".", &["user/m", "tree", "./in/here/"]),
    (".", &["user/tree", "--repo-type", "dataset"]),
    ("tree", &["datasets/user/m", ".", ".", "--commit-message=x"]),
    ("tree/deep", &["user/m", "..", "--revision", "dev"]),
    (".", &["hf://spaces/user/m@main/a/b", "tree"]),
    (
        ".",
        &["user/m", "tree", "--include", "*.md", "--include", "data/"],
    ),
    (
        ".",
        &["user/m", "tree", "--exclude", "*.json", "--exclude=deep/"],
    ),
    (
        ".",
        &["user/m", "tree", "--include", "[!a]*", "--exclude", "?"],
    ),
    (
        ".",
        &[
            "user/m",
            "tree",
            "--include",
            "data/*",
            "--exclude",
            "data/*/*",
        ],
    ),
    (
        ".",
        &["user/m", "tree", "--exclude", ".gitignore", "--create-pr"],
    ),
    (".", &["user/m", "tree", "--exclude", ".*"]),
    (
        ".",
        &[
            "user/m",
            "tree",
            "--include",
            "back\\*",
            "--include",
            "[[]b*",
        ],
    ),
    (
        ".",
        &[
            "user/m",
            "tree",
            "--include",
            "*\n*",
            "--include",
            "*\u{308}*",
        ],
    ),
    (".", &["user/m", "tree", "--include", ""]),
    ("tree", &["user/m", "*.txt"]),
    ("tree", &["user/m", "[bracket].txt"]),
    (".", &["user/m", "tree/run.log"]),
    (".", &["user/m", "tree/link-out", "as/other.txt"]),
    (".", &["user/m", "tree/data/../README.md"]),
    ("tree", &["user/config.json"]),
    ("tree", &["-q", "user/m", "--", "--dry-run"]),
];
