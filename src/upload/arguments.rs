//! The arguments of `hf upload`, read as it reads them.
//!
//! In: a copy of the arguments. Out: what decides which files leave. Options
//! that are not known are an error: one of them could change the set.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};

use thiserror::Error;

/// The version of `huggingface_hub` whose arguments these are.
pub const CLIENT: &str = "2.4.0";

/// What is wrong with the arguments.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ArgumentError {
    /// hubsweep's own, but after the client's first.
    #[error(
        "`{0}` stands among the arguments of `hf`\nhelp: options of hubsweep come before REPO_ID: `hubsweep upload {0} REPO_ID …`"
    )]
    Own(String),
    /// The client's help, which uploads nothing.
    #[error(
        "`{0}` among the arguments of `hf` uploads nothing\nhelp: `hubsweep upload --help`, or `hf {1} --help`"
    )]
    Help(String, &'static str),
    /// Nobody knows what it does to the set of files.
    #[error(
        "`hf {command}` of huggingface_hub {CLIENT} has no option `{option}`, so what it would send is not known\nhelp: leave it out; `hf {command} --help` lists the options"
    )]
    Unknown {
        /// `upload`, or `buckets sync`.
        command: &'static str,
        /// The option.
        option: String,
    },
    /// An option without its value.
    #[error("`{0}` needs a value\nhelp: `hf upload --help` lists the options")]
    NoValue(String),
    /// No repository, or a fourth path.
    #[error(
        "`hf upload` takes REPO_ID [LOCAL_PATH] [PATH_IN_REPO], not {0} paths\nhelp: quote a pattern, so that the shell leaves it alone"
    )]
    Paths(usize),
    /// A plan and paths.
    #[error(
        "`hf buckets sync --apply` takes no paths\nhelp: the plan names them: `hubsweep upload --plan FILE`"
    )]
    PathsAndPlan,
    /// No period.
    #[error("`--every` takes a number of minutes above 0\nhelp: --every 10")]
    Every,
    /// Things the client ignores with `--every`, and each round would do.
    #[error(
        "`{0}` does not go with `--every`: `hf upload` ignores it there\nhelp: leave one of them out"
    )]
    WithEvery(&'static str),
    /// A wildcard and what does not go with it.
    #[error(
        "`{0}` does not go with a pattern as LOCAL_PATH\nhelp: give the folder as LOCAL_PATH and the pattern as --include"
    )]
    WithWildcard(&'static str),
    /// No local path, and none that is called as the repository.
    #[error(
        "there is no file or folder `{0}` here\nhelp: name what to upload: `hubsweep upload REPO_ID .`"
    )]
    NothingNamed(String),
    /// Nothing there.
    #[error("there is no file or folder `{0}`\nhelp: check the LOCAL_PATH")]
    Nowhere(String),
    /// The client would look in a home folder, or not, depending on the case.
    #[error(
        "`{0}` begins with a tilde, which the client may take for a home folder\nhelp: give the path in full"
    )]
    Tilde(String),
}

/// What decides which files leave, and what a loop must know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    /// The repository, as given.
    pub repository: String,
    /// The second path.
    pub local: Option<OsString>,
    /// The third.
    pub to: Option<String>,
    /// `--include`.
    pub include: Vec<String>,
    /// `--exclude`.
    pub exclude: Vec<String>,
    /// `--every`, in minutes.
    pub every: Option<f64>,
    /// The arguments without `--every`.
    pub without_every: Vec<OsString>,
}

/// Options that take a value.
const VALUED: &[&str] = &[
    "--type",
    "--repo-type",
    "--revision",
    "--include",
    "--exclude",
    "--delete",
    "--commit-message",
    "--commit-description",
    "--every",
    "--token",
];
const FLAGS: &[&str] = &["--private", "--no-private", "--create-pr", "--no-create-pr"];
/// Consumed wherever they stand, before anything else is read.
const FORMAT_FLAGS: &[&str] = &["--json", "-q", "--quiet", "--no-truncate"];
/// hubsweep's, which are easily put in the wrong place.
const OWN: &[&str] = &[
    "--dry-run",
    "--no-cache",
    "--list",
    "--plan",
    "--fail-on",
    "--min-confidence",
    "--policy",
    "--config",
    "--no-config",
    "--report",
    "--threads",
    "--color",
    "--verbose",
    "-v",
];

/// One option or path, and where it stands.
struct Token {
    /// Empty for a path.
    option: String,
    value: OsString,
    places: Vec<usize>,
}

impl Token {
    fn text(&self) -> String {
        self.value.to_string_lossy().into_owned()
    }
}

impl Arguments {
    /// Read the arguments after `hf upload`.
    pub fn parse(given: &[OsString]) -> Result<Self, ArgumentError> {
        let tokens = tokens(given, "upload", VALUED, FLAGS)?;
        let mut arguments = Self::default();
        let mut paths = Vec::new();
        let (mut delete, mut create_pr) = (false, false);
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        for token in &tokens {
            match token.option.as_str() {
                "" => paths.push(token.value.clone()),
                "--include" => arguments.include.push(token.text()),
                "--exclude" => arguments.exclude.push(token.text()),
                "--delete" => delete = true,
                "--create-pr" => create_pr = true,
                "--no-create-pr" => create_pr = false,
                "--every" => {
                    let minutes: Option<f64> = token.text().trim().parse().ok();
                    let minutes = minutes.filter(|minutes| minutes.is_finite() && *minutes > 0.0);
                    arguments.every = Some(minutes.ok_or(ArgumentError::Every)?);
                    taken.extend(&token.places);
                }
                _ => {}
            }
        }
        if arguments.every.is_some() && delete {
            return Err(ArgumentError::WithEvery("--delete"));
        }
        if arguments.every.is_some() && create_pr {
            return Err(ArgumentError::WithEvery("--create-pr"));
        }
        if paths.is_empty() || paths.len() > 3 {
            return Err(ArgumentError::Paths(paths.len()));
        }
        let mut paths = paths.into_iter();
        let text = |path: OsString| path.to_string_lossy().into_owned();
        arguments.repository = paths.next().map(text).unwrap_or_default();
        arguments.local = paths.next();
        arguments.to = paths.next().map(text);
        let kept = given.iter().enumerate();
        let kept = kept.filter(|(place, _)| !taken.contains(place));
        arguments.without_every = kept.map(|(_, word)| word.clone()).collect();
        Ok(arguments)
    }
}

/// Refuse what `hf buckets sync --apply` would take for something else.
pub fn check_sync(given: &[OsString]) -> Result<(), ArgumentError> {
    let tokens = tokens(given, "buckets sync", &["--token"], &["--verbose", "-v"])?;
    if tokens.iter().any(|token| token.option.is_empty()) {
        return Err(ArgumentError::PathsAndPlan);
    }
    Ok(())
}

fn tokens(
    given: &[OsString],
    command: &'static str,
    valued: &[&str],
    flags: &[&str],
) -> Result<Vec<Token>, ArgumentError> {
    let mut rest = without_format(given)?.into_iter();
    let mut tokens = Vec::new();
    let mut only_paths = false;
    while let Some((place, word)) = rest.next() {
        let text = word.to_string_lossy();
        if !only_paths && text == "--" {
            only_paths = true;
            continue;
        }
        if only_paths || text == "-" || !text.starts_with('-') {
            tokens.push(Token {
                option: String::new(),
                value: word.to_owned(),
                places: vec![place],
            });
            continue;
        }
        let (option, value) = match text.split_once('=') {
            Some((option, value)) if text.starts_with("--") => (option, Some(value)),
            _ => (text.as_ref(), None),
        };
        let mut places = vec![place];
        let value = match value {
            Some(value) if valued.contains(&option) => OsString::from(value),
            None if valued.contains(&option) => {
                let next = rest.next();
                let (place, value) =
                    next.ok_or_else(|| ArgumentError::NoValue(option.to_owned()))?;
                places.push(place);
                value.to_owned()
            }
            None if flags.contains(&option) => OsString::new(),
            _ if option == "-h" || option == "--help" => {
                return Err(ArgumentError::Help(option.to_owned(), command));
            }
            _ if OWN.contains(&option) => return Err(ArgumentError::Own(option.to_owned())),
            _ => {
                // What is glued to a short option may be a token.
                let shown = if option.starts_with("--") {
                    usize::MAX
                } else {
                    2
                };
                return Err(ArgumentError::Unknown {
                    command,
                    option: option.chars().take(shown).collect(),
                });
            }
        };
        tokens.push(Token {
            option: option.to_owned(),
            value,
            places,
        });
    }
    Ok(tokens)
}

/// The client takes its format options out first, from wherever they stand,
/// even from where another option's value should be.
fn without_format(given: &[OsString]) -> Result<Vec<(usize, &OsStr)>, ArgumentError> {
    let mut kept = Vec::new();
    let mut words = given.iter().map(OsString::as_os_str).enumerate();
    while let Some((place, word)) = words.next() {
        if word == "--" {
            kept.push((place, word));
            kept.extend(words);
            break;
        }
        let text = word.to_string_lossy();
        if FORMAT_FLAGS.contains(&text.as_ref()) || text.starts_with("--format=") {
            continue;
        }
        if text == "--format" {
            let value = words.next();
            value.ok_or_else(|| ArgumentError::NoValue("--format".to_owned()))?;
            continue;
        }
        kept.push((place, word));
    }
    Ok(kept)
}
