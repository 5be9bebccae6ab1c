//! Which classes' globs fit a path.
//!
//! In: globs such as `*.log`, `wandb/run-*/**`, `.ssh/config`, each matched
//! against the end of a path, whatever the case. Out: their numbers. Hundreds
//! of globs as regexes would take most of the start-up; here only the few
//! whose last byte fits are tried.

use std::collections::HashMap;

/// All globs of all classes.
#[derive(Default)]
pub(super) struct Globs {
    all: Vec<Glob>,
    /// Globs whose last segment is a plain name, by that name.
    names: HashMap<String, Vec<usize>>,
    /// Globs of files whose last segment has wildcards, by its last byte.
    endings: HashMap<u8, Vec<usize>>,
    /// Globs of files whose last segment ends in a wildcard.
    open: Vec<usize>,
    /// Globs of everything below one plainly named folder, by its name.
    folders: HashMap<String, Vec<usize>>,
    /// Other globs of everything below a folder.
    below: Vec<usize>,
}

struct Glob {
    /// Lower-cased segments, without a last `**`.
    segments: Vec<String>,
    /// Did it end in `/**`?
    below: bool,
}

impl Globs {
    /// Add a glob; its number is the count of those before it.
    pub(super) fn add(&mut self, glob: &str) {
        let number = self.all.len();
        let lower = glob.to_ascii_lowercase();
        let (body, below) = match lower.strip_suffix("/**") {
            Some(folder) => (folder, true),
            None => (lower.as_str(), false),
        };
        let segments: Vec<String> = body.split('/').map(str::to_owned).collect();
        let last = segments.last().map_or("", String::as_str);
        let plain = !last.contains(['*', '?', '[']);
        if below && plain && segments.len() == 1 {
            self.folders
                .entry(last.to_owned())
                .or_default()
                .push(number);
        } else if below {
            self.below.push(number);
        } else if plain {
            self.names.entry(last.to_owned()).or_default().push(number);
        } else {
            match last.bytes().next_back() {
                Some(byte) if !matches!(byte, b'*' | b'?' | b']') => {
                    self.endings.entry(byte).or_default().push(number);
                }
                _ => self.open.push(number),
            }
        }
        self.all.push(Glob { segments, below });
    }

    /// Numbers of the globs that fit a path.
    pub(super) fn fitting(&self, path: &str) -> Vec<usize> {
        let lower = path.to_ascii_lowercase();
        let segments: Vec<&str> = lower.split('/').collect();
        let Some((&name, folders)) = segments.split_last() else {
            return Vec::new();
        };
        let of = |numbers: Option<&Vec<usize>>| numbers.cloned().unwrap_or_default();
        let mut tried = of(self.names.get(name));
        tried.extend(of(name
            .bytes()
            .next_back()
            .and_then(|byte| self.endings.get(&byte))));
        tried.extend(&self.open);
        tried.extend(&self.below);
        tried.retain(|&number| self.all[number].fits(&segments));
        for folder in folders {
            tried.extend(of(self.folders.get(*folder)));
        }
        tried
    }
}

impl Glob {
    fn fits(&self, path: &[&str]) -> bool {
        let ends = |end: usize| {
            end.checked_sub(self.segments.len()).is_some_and(|start| {
                let pairs = self.segments.iter().zip(&path[start..end]);
                pairs.rev().all(|(glob, segment)| {
                    begins_alike(glob, segment) && wildcard(glob.as_bytes(), segment.as_bytes())
                })
            })
        };
        if self.below {
            (1..path.len()).any(ends)
        } else {
            ends(path.len())
        }
    }
}

/// May `text` match the glob, going by the first byte? Most do not.
fn begins_alike(glob: &str, text: &str) -> bool {
    match glob.bytes().next() {
        Some(b'*' | b'?' | b'[') | None => true,
        first => text.bytes().next() == first,
    }
}

/// Does `text` match a glob of one segment: `*`, `?`, `[0-9]`?
fn wildcard(glob: &[u8], text: &[u8]) -> bool {
    let (mut at, mut pos) = (0, 0);
    // Where to go on when what follows the last star does not fit.
    let mut retry: Option<(usize, usize)> = None;
    while pos < text.len() {
        if glob.get(at) == Some(&b'*') {
            retry = Some((at + 1, pos));
            at += 1;
        } else if let Some(length) = one(&glob[at..], text[pos]) {
            at += length;
            pos += 1;
        } else if let Some((after_star, from)) = retry {
            retry = Some((after_star, from + 1));
            (at, pos) = (after_star, from + 1);
        } else {
            return false;
        }
    }
    glob[at..].iter().all(|&byte| byte == b'*')
}

/// The length of the glob's first item, if that item matches `byte`.
fn one(glob: &[u8], byte: u8) -> Option<usize> {
    match glob.first()? {
        b'?' => Some(1),
        b'[' => {
            let end = glob.iter().position(|&byte| byte == b']')?;
            let fits = match glob[1..end] {
                [low, b'-', high] => (low..=high).contains(&byte),
                ref set => set.contains(&byte),
            };
            fits.then_some(end + 1)
        }
        &plain => (plain == byte).then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::Globs;

    #[test]
    fn globs_fit_the_end_of_a_path() {
        let table = [
            ("*.log", "a/b/Train.LOG", true),
            ("*.log", "a.log/b", false),
            (".ssh/config", "home/.ssh/config", true),
            (".ssh/config", "ssh/config", false),
            ("wandb/run-*/**", "x/wandb/run-1/files/a", true),
            ("wandb/run-*/**", "wandb/run-1", false),
            ("__pycache__/**", "a/__pycache__/b/c.py", true),
            ("__pycache__/**", "a/__pycache__", false),
            ("checkpoint-[0-9]*/**", "checkpoint-500/x", true),
            ("checkpoint-[0-9]*/**", "checkpoint-x/x", false),
            ("core.*", "core.123", true),
            ("core.*", "score.1", false),
            ("cache-????.arrow", "cache-12ab.arrow", true),
            ("*a*b*c", "xaybzbc", true),
            ("*a*b*c", "xaybzbd", false),
        ];
        for (glob, path, expected) in table {
            let mut globs = Globs::default();
            globs.add(glob);
            assert_eq!(!globs.fitting(path).is_empty(), expected, "{glob} {path}");
        }
    }
}
