//! A repository made from a seed, in one of the states git keeps them in.
//!
//! In: a seed. Out: [`World`]: the repository with its refs, tags, notes,
//! reflog and further work trees, and the ids of its commits.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::generate::{self, Made};
use crate::random::Random;
use crate::repository::{Folder, Repository};

/// What ids are made with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Sha1,
    Sha256,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
        }
    }

    pub(crate) fn digits(self) -> usize {
        match self {
            Self::Sha1 => 40,
            Self::Sha256 => 64,
        }
    }
}

/// A repository.
pub(crate) struct World {
    pub(crate) repository: Repository,
    pub(crate) random: Random,
    pub(crate) format: Format,
    /// Ids of commits, in the order they were made.
    pub(crate) commits: Vec<String>,
    pub(crate) blobs: Vec<String>,
    pub(crate) made: Made,
    /// Annotated tags of commits, and tags of them.
    pub(crate) tags: Vec<String>,
    // Deleted with the world.
    _folder: Folder,
}

impl World {
    /// The repository of a seed with all that can be in one.
    pub(crate) fn new(seed: u64, format: Format) -> Self {
        let mut random = Random::new(seed);
        let made = generate::history(seed, &mut random, format.digits());
        let mut world = Self::imported(made, random, format);
        world.heads();
        world.annotated();
        if world.random.percent(50) {
            world.notes();
        }
        world.reflogs();
        world.remotes(40);
        world.store();
        // Repacking drops what nothing leads to.
        let kept = world.git(&[
            "cat-file",
            "--batch-all-objects",
            "--batch-check=%(objectname)",
        ]);
        let kept: HashSet<&str> = kept.lines().collect();
        world.commits.retain(|id| kept.contains(id.as_str()));
        world.blobs.retain(|id| kept.contains(id.as_str()));
        world
    }

    /// A repository of a stream, without any ref.
    pub(crate) fn imported(made: Made, mut random: Random, format: Format) -> Self {
        let folder = Folder::new();
        let repository = folder.at("r");
        fs::create_dir(&repository.path).unwrap();
        let object_format = format!("--object-format={}", format.name());
        repository.git(&["init", "-q", "--template=", "-b", "main", &object_format]);
        let unpack = if random.percent(50) || made.commits.len() > 200 {
            1
        } else {
            1_000_000
        };
        let unpack = format!("fastimport.unpackLimit={unpack}");
        let marks = repository.path.join(".git/marks");
        let mut import = Command::new("git")
            .current_dir(&repository.path)
            .args([
                "-c",
                &unpack,
                "fast-import",
                "--quiet",
                "--force",
                "--date-format=raw",
            ])
            .arg(format!("--export-marks={}", marks.display()))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        import
            .stdin
            .take()
            .unwrap()
            .write_all(&made.stream.bytes)
            .unwrap();
        assert!(import.wait().unwrap().success());
        repository.git(&["update-ref", "-d", "refs/heads/made"]);
        let listed = fs::read_to_string(&marks).unwrap();
        fs::remove_file(marks).unwrap();
        let ids: HashMap<&str, &str> = listed
            .lines()
            .filter_map(|line| line.split_once(' '))
            .collect();
        let of = |marks: &[String]| {
            marks
                .iter()
                .map(|mark| ids[mark.as_str()].to_owned())
                .collect()
        };
        Self {
            commits: of(&made.commits),
            blobs: of(&made.blobs),
            repository,
            random,
            format,
            made,
            tags: Vec::new(),
            _folder: folder,
        }
    }

    /// Run git, which shall take nothing for something else.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.git_with(args, "")
    }

    pub(crate) fn git_with(&self, args: &[&str], input: &str) -> String {
        self.repository
            .git_with(args, &[("GIT_NO_REPLACE_OBJECTS", "1")], input)
    }

    /// Set many refs at once.
    pub(crate) fn set_refs(&self, refs: &[(String, String)]) {
        let mut input = String::new();
        for (name, id) in refs {
            writeln!(input, "create {name} {id}").unwrap();
        }
        self.repository
            .git_with(&["update-ref", "--stdin"], &[], &input);
    }

    pub(crate) fn commit(&mut self) -> String {
        self.random.pick(&self.commits).clone()
    }

    fn heads(&mut self) {
        let mut refs = Vec::new();
        for (prefix, most) in [("refs/heads/b", 6), ("refs/tags/light", 3), ("refs/pr/", 4)] {
            for number in 0..self.random.between(1, most) {
                refs.push((format!("{prefix}{number}"), self.commit()));
            }
        }
        let main = self.commits.last().unwrap().clone();
        refs.push(("refs/heads/main".to_owned(), main));
        for (name, list) in [
            ("refs/tags/blob", &self.blobs),
            ("refs/pr/blob", &self.blobs),
        ] {
            if self.random.percent(20) && !list.is_empty() {
                refs.push((name.to_owned(), self.random.pick(list).clone()));
            }
        }
        if self.random.percent(20) {
            let replaced = self.commit();
            let other = self.commits[0].clone();
            if other != replaced {
                refs.push((format!("refs/replace/{replaced}"), other));
            }
        }
        self.set_refs(&refs);
        if self.random.percent(30) {
            self.git(&["update-ref", "--no-deref", "HEAD", &self.commits[0]]);
            fs::write(
                self.repository.path.join(".git/HEAD"),
                format!("{}\n", self.commits[0]),
            )
            .unwrap();
        }
    }

    /// Write an object that holds a token.
    pub(crate) fn object(&mut self, kind: &str, text: &str) -> String {
        self.git_with(&["hash-object", "-w", "-t", kind, "--stdin"], text)
    }

    pub(crate) fn tag_of(&mut self, kind: &str, id: &str, name: &str) -> String {
        let token = self.made.stream.token();
        let text = format!(
            "object {id}\ntype {kind}\ntag {name}\n\
             tagger T <t@users.noreply.github.com> 1500000000 +0000\n\nwith {token}\n"
        );
        self.object("tag", &text)
    }

    /// Tags with a message: of commits, of each other, of folders and contents.
    fn annotated(&mut self) {
        let mut refs = Vec::new();
        let commit = self.commit();
        let tree = self.commit();
        let tree = self.git(&["rev-parse", &format!("{tree}^{{tree}}")]);
        let mut wanted = vec![("commit", commit), ("tree", tree)];
        if let Some(blob) = self.blobs.first() {
            wanted.push(("blob", blob.clone()));
        }
        for (kind, id) in wanted {
            let mut kind = kind;
            let mut id = id;
            let commit = kind == "commit";
            for _ in 0..self.random.below(4) {
                let name = format!("t{}", refs.len());
                id = self.tag_of(kind, &id, &name);
                kind = "tag";
                refs.push((format!("refs/tags/{name}"), id.clone()));
                if commit {
                    self.tags.push(id.clone());
                }
            }
        }
        // Only the last one of a chain needs a ref.
        if refs.len() > 1 && self.random.percent(50) {
            refs.remove(0);
        }
        self.set_refs(&refs);
    }

    fn notes(&mut self) {
        for _ in 0..self.random.between(1, 3) {
            let (token, commit) = (self.made.stream.token(), self.commit());
            let note = format!("see {token}");
            let date = [
                ("GIT_AUTHOR_DATE", "1500000000 +0000"),
                ("GIT_COMMITTER_DATE", "1500000000 +0000"),
            ];
            let args = ["notes", "add", "-f", "-m", &note, &commit];
            self.repository.git_with(&args, &date, "");
        }
    }

    /// Commits that only a reflog or another work tree leads to, and objects
    /// that nothing leads to.
    fn reflogs(&mut self) {
        let mut log = String::new();
        for _ in 0..self.random.below(3) {
            let (old, new) = (self.commit(), self.commit());
            writeln!(
                log,
                "{old} {new} A <a@users.noreply.github.com> 1500000000 +0000\treset"
            )
            .unwrap();
        }
        let logs = self.repository.path.join(".git/logs");
        fs::create_dir_all(logs.join("refs/heads")).unwrap();
        let name = *self.random.pick(&["HEAD", "refs/heads/b0"]);
        fs::write(logs.join(name), log).unwrap();
        if self.random.percent(30) {
            let commit = self.commit();
            self.git(&[
                "worktree",
                "add",
                "-q",
                "--no-checkout",
                "--detach",
                "../other",
                &commit,
            ]);
            let text = format!("staged = '{}'\n", self.made.stream.token());
            let entry = format!("100644,{},staged.py", self.object("blob", &text));
            let stage = ["update-index", "--add", "--cacheinfo", &entry];
            self.git(&[&["-C", "../other"], &stage[..]].concat());
        }
        let text = format!("loose = '{}'\n", self.made.stream.token());
        self.object("blob", &text);
    }

    /// Remote-tracking refs of two remotes, up to `most` each.
    pub(crate) fn remotes(&mut self, most: usize) {
        let mut refs = Vec::new();
        let mut config = String::new();
        for remote in ["origin", "backup"] {
            writeln!(
                config,
                "[remote \"{remote}\"]\n\turl = ../{remote}.git\n\
                 \tfetch = +refs/heads/*:refs/remotes/{remote}/*"
            )
            .unwrap();
            let most = if self.random.percent(50) { most } else { 3 };
            for number in 0..self.random.below(most + 1) {
                let id = self.commit();
                refs.push((format!("refs/remotes/{remote}/b{number}"), id));
            }
        }
        let file = self.repository.path.join(".git/config");
        let mut file = fs::File::options().append(true).open(file).unwrap();
        file.write_all(config.as_bytes()).unwrap();
        if self.random.percent(20) && !self.tags.is_empty() {
            refs.push((
                "refs/remotes/origin/tagged".to_owned(),
                self.tags[0].clone(),
            ));
        }
        if self.random.percent(15) && !self.blobs.is_empty() {
            refs.push(("refs/remotes/origin/blob".to_owned(), self.blobs[0].clone()));
        }
        self.set_refs(&refs);
    }

    /// Put the objects where git may keep them.
    fn store(&mut self) {
        let state = self.random.below(7);
        let git = |args: &[&str]| self.git(args);
        match state {
            0 => {
                git(&["repack", "-q", "-A", "-d"]);
            }
            1 => {
                git(&["repack", "-q", "-A", "-d", "-b"]);
            }
            2 => {
                git(&["repack", "-q", "-d"]);
                git(&["multi-pack-index", "write"]);
                git(&["commit-graph", "write", "--reachable"]);
                git(&["pack-refs", "--all"]);
            }
            3 => {
                let objects = self.repository.path.join(".git/objects");
                let store = self.repository.path.join("../store");
                fs::rename(&objects, &store).unwrap();
                fs::create_dir_all(objects.join("info")).unwrap();
                let store = store.canonicalize().unwrap();
                fs::write(
                    objects.join("info/alternates"),
                    format!("{}\n", store.display()),
                )
                .unwrap();
            }
            4 => {
                git(&["pack-refs", "--all"]);
            }
            _ => {}
        }
    }
}
