//! A history made up from a seed.
//!
//! In: a seed. Out: a stream for `git fast-import`, and the marks of its
//! commits and contents.

use crate::random::Random;
use crate::stream::{File, Files, Stream};

const FOLDERS: [&str; 7] = [
    "",
    "src/",
    "src/deep/",
    "src/deep/er/",
    "a/",
    "a/b/",
    "data.py/",
];
const NAMES: [&[u8]; 13] = [
    b"app.py",
    b"notes.txt",
    b"README.md",
    b"conf.toml",
    b"run",
    b"a",
    b"b",
    b"src",
    b"data.py",
    b"a.b",
    b"with space.sh",
    b"\xc3\xbc.yaml",
    b"odd\xff.txt",
];

/// A history.
pub(crate) struct Made {
    pub(crate) stream: Stream,
    pub(crate) commits: Vec<String>,
    pub(crate) blobs: Vec<String>,
}

/// How the clocks of a history go.
#[derive(Clone, Copy)]
enum Clock {
    Onwards,
    Standing,
    Wild,
    /// Onwards, but for some.
    Mixed,
}

struct Maker<'a> {
    random: &'a mut Random,
    made: Made,
    files: Vec<Files>,
    clock: Clock,
    submodule: String,
    /// New beginnings in a thousand commits.
    roots: usize,
}

/// Make up a history; `digits` is the length of an id.
pub(crate) fn history(seed: u64, random: &mut Random, digits: usize) -> Made {
    let count = random.between(20, 120);
    with(seed, random, digits, (count, 40))
}

/// A history of many commits, most of them one after the other.
pub(crate) fn long(seed: u64, random: &mut Random, count: usize) -> Made {
    with(seed, random, 40, (count, 1))
}

fn with(seed: u64, random: &mut Random, digits: usize, (count, roots): (usize, usize)) -> Made {
    let clock = *random.pick(&[Clock::Onwards, Clock::Standing, Clock::Wild, Clock::Mixed]);
    let mut maker = Maker {
        random,
        made: Made {
            stream: Stream::new(seed),
            commits: Vec::new(),
            blobs: Vec::new(),
        },
        files: Vec::new(),
        clock,
        submodule: "5".repeat(digits),
        roots,
    };
    for _ in 0..count {
        maker.commit();
    }
    maker.made
}

impl Maker<'_> {
    fn commit(&mut self) {
        let parents = self.parents();
        let mut files = Files::default();
        for &parent in parents.iter().rev() {
            // The first parent wins, now and then another one.
            for (path, file) in &self.files[parent].0 {
                if !self.random.percent(10) {
                    files.put(path, file.clone());
                }
            }
        }
        if let [only] = parents[..] {
            files = self.files[only].clone();
        }
        // A merge that changes something itself is an evil one.
        let changes = if parents.len() > 1 {
            self.random.below(2)
        } else {
            self.random.between(0, 4)
        };
        for _ in 0..changes {
            self.change(&mut files);
        }
        if self.random.percent(2) {
            files = Files::default();
        }
        let times = [self.time(), self.time()];
        let parents: Vec<String> = parents
            .iter()
            .map(|&at| self.made.commits[at].clone())
            .collect();
        let mark = self.made.stream.commit(&files, &parents, times);
        self.made.commits.push(mark);
        self.files.push(files);
    }

    fn parents(&mut self) -> Vec<usize> {
        let known = self.files.len();
        if known == 0 || self.random.below(1000) < self.roots {
            return Vec::new();
        }
        let wanted = *self.random.pick(&[1, 1, 1, 1, 1, 1, 2, 2, 3, 4]);
        let mut parents = Vec::new();
        for _ in 0..wanted {
            // Most go on from something recent.
            let back = if self.random.percent(80) {
                known.min(4)
            } else {
                known
            };
            let parent = known - 1 - self.random.below(back);
            if !parents.contains(&parent) {
                parents.push(parent);
            }
        }
        parents
    }

    fn path(&mut self) -> Vec<u8> {
        let folder = self.random.pick(&FOLDERS);
        let name: &[u8] = self.random.pick::<&[u8]>(&NAMES);
        [folder.as_bytes(), name].concat()
    }

    fn change(&mut self, files: &mut Files) {
        let path = self.path();
        let known: Vec<Vec<u8>> = files.0.keys().cloned().collect();
        match self.random.below(12) {
            0 if !known.is_empty() => {
                files.0.remove(self.random.pick(&known));
            }
            1 if !known.is_empty() => {
                let from = self.random.pick(&known).clone();
                files.rename(&from, &path);
            }
            2 => {
                let [from, to] =
                    [0, 1].map(|_| self.random.pick(&FOLDERS).trim_end_matches('/').as_bytes());
                if !from.is_empty() && !to.is_empty() && !to.starts_with(from) {
                    files.rename(from, to);
                }
            }
            3 => {
                let submodule = self.submodule.clone();
                files.put(
                    &path,
                    File {
                        mode: "160000",
                        content: submodule,
                    },
                );
            }
            4 if !known.is_empty() => {
                let path = self.random.pick(&known).clone();
                if let Some(file) = files.0.get_mut(&path).filter(|file| file.mode == "100644") {
                    file.mode = "100755";
                }
            }
            _ => {
                let content = self.content();
                let mode = *self
                    .random
                    .pick(&["100644", "100644", "100644", "100755", "120000"]);
                files.put(&path, File { mode, content });
            }
        }
    }

    /// A new content, or one that was there before.
    fn content(&mut self) -> String {
        if !self.made.blobs.is_empty() && self.random.percent(30) {
            return self.random.pick(&self.made.blobs).clone();
        }
        let empty = self.random.percent(3);
        let mark = self.made.stream.blob(empty);
        self.made.blobs.push(mark.clone());
        mark
    }

    fn time(&mut self) -> usize {
        let onwards = 1_500_000_000 + 1000 * self.files.len();
        match self.clock {
            Clock::Onwards => onwards,
            Clock::Standing => 1_500_000_000,
            Clock::Wild => self.random.below(3_000_000_000),
            Clock::Mixed if self.random.percent(10) => self.random.below(3_000_000_000),
            Clock::Mixed => onwards,
        }
    }
}
