//! What git says: which objects there are, and where they lead.
//!
//! In: a repository. Out: the token of each object, the objects of revisions,
//! and for each content where it stands. The bytes come from the git program
//! and are taken apart here, with nothing of ours.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;
use std::process::{Command, Stdio};

use crate::world::World;

/// An object as git keeps it.
pub(crate) struct Object {
    pub(crate) kind: String,
    pub(crate) data: Vec<u8>,
}

/// All objects of a repository.
pub(crate) struct Truth {
    pub(crate) objects: HashMap<String, Object>,
    digits: usize,
}

/// Path and content of a file.
type Place = (Vec<u8>, String);

impl Truth {
    pub(crate) fn of(world: &World) -> Self {
        let output = Command::new("git")
            .current_dir(&world.repository.path)
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .args([
                "cat-file",
                "--batch",
                "--batch-all-objects",
                "--unordered",
                "--buffer",
            ])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success());
        let mut objects = HashMap::new();
        let mut rest = &output.stdout[..];
        while !rest.is_empty() {
            let end = rest.iter().position(|&byte| byte == b'\n').unwrap();
            let header = String::from_utf8(rest[..end].to_vec()).unwrap();
            let [id, kind, size] = header.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{header}");
            };
            let size: usize = size.parse().unwrap();
            let data = rest[end + 1..=end + size].to_vec();
            let kind = kind.to_owned();
            objects.insert(id.to_owned(), Object { kind, data });
            rest = &rest[end + size + 2..];
        }
        Self {
            objects,
            digits: world.format.digits(),
        }
    }

    /// The token in a content or a message.
    pub(crate) fn token(&self, id: &str) -> Option<String> {
        let object = self.objects.get(id)?;
        if object.kind == "tree" {
            return None;
        }
        let text = String::from_utf8_lossy(&object.data);
        let start = text.find("hf_")?;
        Some(text[start..start + 37].to_owned())
    }

    pub(crate) fn is(&self, id: &str, kind: &str) -> bool {
        self.objects
            .get(id)
            .is_some_and(|object| object.kind == kind)
    }

    /// The values of a header of a commit.
    fn header<'a>(&'a self, commit: &str, name: &'a str) -> impl Iterator<Item = &'a str> {
        let data = &self.objects[commit].data;
        let end = data.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let lines = str::from_utf8(&data[..end]).unwrap().lines();
        lines.filter_map(move |line| line.strip_prefix(name)?.strip_prefix(' '))
    }

    pub(crate) fn parents(&self, commit: &str) -> Vec<&str> {
        self.header(commit, "parent").collect()
    }

    fn date(&self, commit: &str) -> i64 {
        let line = self.header(commit, "committer").next().unwrap();
        line.rsplit(' ').nth(1).unwrap().parse().unwrap()
    }

    /// The files of a commit.
    pub(crate) fn files(&self, commit: &str) -> BTreeSet<Place> {
        let tree = self.header(commit, "tree").next().unwrap();
        let mut files = BTreeSet::new();
        self.below(tree, &[], &mut files);
        files
    }

    fn below(&self, tree: &str, folder: &[u8], files: &mut BTreeSet<Place>) {
        // The empty tree need not be kept.
        let Some(tree) = self.objects.get(tree) else {
            return;
        };
        let mut rest = &tree.data[..];
        while !rest.is_empty() {
            let space = rest.iter().position(|&byte| byte == b' ').unwrap();
            let zero = rest.iter().position(|&byte| byte == 0).unwrap();
            let (mode, name) = (&rest[..space], &rest[space + 1..zero]);
            let raw = &rest[zero + 1..=zero + self.digits / 2];
            let id = hex(raw);
            let path = [folder, name].concat();
            match mode {
                b"40000" => self.below(&id, &[&path[..], b"/"].concat(), files),
                b"160000" => {}
                _ => {
                    files.insert((path, id));
                }
            }
            rest = &rest[zero + 1 + self.digits / 2..];
        }
    }

    /// All commits below `tips`, themselves too.
    pub(crate) fn ancestors(&self, tips: &[String]) -> HashSet<String> {
        let mut pending: Vec<&str> = tips.iter().map(String::as_str).collect();
        let mut known = HashSet::new();
        while let Some(commit) = pending.pop() {
            if known.insert(commit.to_owned()) {
                pending.extend(self.parents(commit));
            }
        }
        known
    }

    /// The commit behind an object, if there is one.
    pub(crate) fn peeled(&self, id: &str) -> Option<String> {
        let object = self.objects.get(id)?;
        match object.kind.as_str() {
            "commit" => Some(id.to_owned()),
            "tag" => self.peeled(str::from_utf8(&object.data[7..7 + self.digits]).unwrap()),
            _ => None,
        }
    }

    /// Parents before children, then the older, then the smaller id: the order
    /// in which a first commit is the first.
    pub(crate) fn ordered(&self, commits: &HashSet<String>) -> Vec<String> {
        let mut left: BTreeSet<(i64, &String)> = commits
            .iter()
            .map(|commit| (self.date(commit), commit))
            .collect();
        let mut done: HashSet<&str> = HashSet::new();
        let mut order = Vec::new();
        while let Some(next) = left
            .iter()
            .find(|(_, commit)| {
                self.parents(commit)
                    .iter()
                    .all(|parent| done.contains(parent))
            })
            .copied()
        {
            left.remove(&next);
            done.insert(next.1);
            order.push(next.1.clone());
        }
        assert!(left.is_empty());
        order
    }

    /// For each content and path the first of `commits` that has it there, and
    /// every commit that has it anywhere.
    pub(crate) fn places(
        &self,
        commits: &HashSet<String>,
    ) -> (BTreeMap<Place, String>, HashMap<String, HashSet<String>>) {
        let mut first = BTreeMap::new();
        let mut holders: HashMap<String, HashSet<String>> = HashMap::new();
        for commit in self.ordered(commits) {
            for place in self.files(&commit) {
                holders
                    .entry(place.1.clone())
                    .or_default()
                    .insert(commit.clone());
                first.entry(place).or_insert_with(|| commit.clone());
            }
        }
        (first, holders)
    }
}

fn hex(raw: &[u8]) -> String {
    raw.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

/// The objects `git rev-list --objects` lists.
pub(crate) fn rev_list(world: &World, args: &[&str], revisions: &[String]) -> BTreeSet<String> {
    let mut all = vec!["rev-list", "--objects", "--stdin"];
    all.extend(args);
    let input = revisions.join("\n") + "\n";
    let listed = world.git_with(&all, &input);
    let ids = listed.lines().filter_map(|line| line.split(' ').next());
    ids.filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

/// What `tips` lead to and `theirs` do not.
pub(crate) fn between(world: &World, tips: &[String], theirs: &[String]) -> BTreeSet<String> {
    if tips.is_empty() {
        return BTreeSet::new();
    }
    let hidden = theirs.iter().map(|id| format!("^{id}"));
    let revisions: Vec<String> = tips.iter().cloned().chain(hidden).collect();
    rev_list(world, &[], &revisions)
}

/// Name and object of every ref.
pub(crate) fn refs(world: &World) -> Vec<(String, String)> {
    let listed = world.git(&["for-each-ref", "--format=%(refname) %(objectname)"]);
    let lines = listed.lines().filter_map(|line| line.split_once(' '));
    lines
        .map(|(name, id)| (name.to_owned(), id.to_owned()))
        .collect()
}
