//! The arguments, stated once: help, man page and completions come from here.
//!
//! In: nothing. Out: clap types.

use std::path::PathBuf;

use clap::{Args, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use super::own_rules::OwnRules;
use super::personal::Personal;
use crate::finding::{Confidence, Severity};
use crate::source::As;

/// Headings of the options, in the order in which help lists them.
pub(super) const GIT: &str = "What of a git repository";
pub(super) const FILES: &str = "Which files";
pub(super) const RULES: &str = "Which rules";
pub(super) const GATE: &str = "What blocks";
pub(super) const OUTPUT: &str = "Output";

const AFTER: &str = "\
Start here:
  hubsweep demo                    see what a leaky repository looks like
  hubsweep scan                    sweep this folder
  hubsweep explain hf-user-token   what a finding means and how to fix it

Exit codes: 0 clean, 1 the gate is hit, 2 wrong usage or configuration,
3 not everything could be read, 130 interrupted.";

/// Finds what should not leave with a Hugging Face repository: tokens, personal
/// data, hardcoded paths, stray files. Nothing is sent anywhere.
#[derive(Debug, Parser)]
#[command(name = "hubsweep", version, after_help = AFTER, max_term_width = 100)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub(super) command: Command,
    /// How to print.
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Sweep folders, files or standard input
    Scan(Box<Scan>),
    /// Sweep the work tree, the whole history and the repository itself
    Audit(Box<super::audit::Audit>),
    /// Install, remove or run the git hooks
    Hook(super::hook::Hook),
    /// Sweep what `hf upload` would send, then run it
    Upload(Box<super::upload::Upload>),
    /// Write down what is known, so that only what is new blocks
    Baseline(super::baseline::Baseline),
    /// Build a leaky model repository, sweep it, clean up
    Demo(Demo),
    /// List, show, check and import rules
    Rules(Rules),
    /// Explain a finding: what it means, why it matters, how to fix it
    Explain(Explain),
    /// Look into a model or data file without loading it
    Inspect(super::inspect::Inspect),
    /// Take secrets and personal data out of files, or of a stream
    Redact(Box<super::redact::Redact>),
    /// Tell what the columns of data files hold, for a dataset card
    Profile(Box<super::profile::Profile>),
    /// Write a commented hubsweep.toml
    Init(Init),
    /// Print a completion script for your shell
    Completions(Completions),
    /// Print the manual page, or write one for each command
    Man(Man),
}

/// How to print; for every command.
#[derive(Clone, Debug, Args)]
pub(super) struct Output {
    /// Use colour: auto, always or never; auto heeds `NO_COLOR`
    #[arg(
        long,
        value_enum,
        default_value_t = Color::Auto,
        global = true,
        value_name = "WHEN",
        hide_possible_values = true,
        help_heading = OUTPUT,
        display_order = 902
    )]
    pub(super) color: Color,
    /// List every finding, warnings and notes too
    #[arg(short, long, global = true, help_heading = OUTPUT, display_order = 900)]
    pub(super) verbose: bool,
    /// Print only what blocks, and the verdict
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = OUTPUT,
        display_order = 901
    )]
    pub(super) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    Always,
    Never,
}

const SCAN_AFTER: &str = "\
Examples:
  hubsweep scan                                sweep this folder
  hubsweep scan model/ --as upload             as `hf upload` would see it
  hubsweep scan --staged                       what `git commit` would record
  hubsweep scan --range origin/main..HEAD      what a branch adds
  hubsweep scan --report sarif=out.sarif --report text
  git diff | hubsweep scan - --stdin-name patch.diff

Without an option, what git would send is read in a git work tree: tracked
files, and untracked ones that are not ignored. Elsewhere what `hf upload` would
send: everything but .git and .cache/huggingface, a root .gitignore honoured,
links to files followed. --as changes that.

A finding blocks when its severity is at least --fail-on and its confidence at
least --min-confidence. A line with `hubsweep:allow RULE reason` allows what is
found on it; hubsweep.toml allows by path, rule, fingerprint or regex.";

#[derive(Debug, Args)]
#[command(after_help = SCAN_AFTER)]
pub(super) struct Scan {
    /// Folders and files; `-` for standard input
    #[arg(default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) git: GitSource,
    /// Read a folder as `git` or `upload` would send it, or `all` of it
    #[arg(
        long = "as",
        value_enum,
        value_name = "SENDER",
        hide_possible_values = true,
        help_heading = FILES
    )]
    pub(super) sender: Option<Sender>,
    /// Read only files that match, as `hf upload --include` does
    #[arg(long, value_name = "PATTERN", help_heading = FILES)]
    pub(super) include: Vec<String>,
    /// Leave out files that match, as `hf upload --exclude` does
    #[arg(long, value_name = "PATTERN", help_heading = FILES)]
    pub(super) exclude: Vec<String>,
    /// Name of standard input in the report
    #[arg(long, value_name = "NAME", help_heading = FILES)]
    pub(super) stdin_name: Option<String>,
    #[command(flatten)]
    pub(super) readers: Readers,
    #[command(flatten)]
    pub(super) thresholds: Thresholds,
    #[command(flatten)]
    pub(super) own: OwnConfig,
    #[command(flatten)]
    pub(super) added: OwnRules,
    /// A floor that the repository's own configuration can only tighten
    #[arg(
        long,
        value_name = "FILE",
        env = "HUBSWEEP_POLICY",
        hide_env_values = true,
        help_heading = GATE
    )]
    pub(super) policy: Option<PathBuf>,
    /// What is known already.
    #[command(flatten)]
    pub(super) known: super::known::Known,
    /// FORMAT or FORMAT=FILE, repeatable: text, json, jsonl, sarif, github,
    /// gitlab-codequality, gitlab-secret-detection, markdown
    #[arg(long = "report", value_name = "FORMAT[=FILE]", help_heading = OUTPUT)]
    pub(super) reports: Vec<super::reports::Target>,
    /// Worker threads [default: one a core]
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        help_heading = OUTPUT
    )]
    pub(super) threads: usize,
    /// Look for every rule in every byte: slower, and finds the same
    #[arg(long, help_heading = OUTPUT)]
    pub(super) exhaustive: bool,
}

impl Scan {
    /// `hubsweep scan` without any argument.
    pub(super) fn plain() -> Result<Self, clap::Error> {
        let command = Self::augment_args(clap::Command::new("scan"));
        Self::from_arg_matches(&command.try_get_matches_from(["scan"])?)
    }
}

/// From where on a finding blocks; for every command that sweeps.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Thresholds {
    /// Lowest severity that blocks [default: high]
    #[arg(long, value_name = "SEVERITY", value_parser = clap::value_parser!(Severity), help_heading = GATE)]
    pub(super) fail_on: Option<Severity>,
    /// Lowest confidence that blocks [default: medium]
    #[arg(long, value_name = "CONFIDENCE", value_parser = clap::value_parser!(Confidence), help_heading = GATE)]
    pub(super) min_confidence: Option<Confidence>,
    #[command(flatten)]
    pub(super) personal: Personal,
}

/// How far readers go into artifacts; for every command that sweeps.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Readers {
    /// Read only N rows of each column of a table, and say so
    #[arg(long, value_name = "N", help_heading = FILES)]
    pub(super) sample: Option<u64>,
}

/// The configuration of what is swept.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct OwnConfig {
    /// Configuration to use instead of the hubsweep.toml found at the root
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = GATE)]
    pub(super) config: Option<PathBuf>,
    /// Ignore any hubsweep.toml
    #[arg(long, help_heading = GATE)]
    pub(super) no_config: bool,
}

/// What of a git repository to sweep instead of the files as they lie there.
#[derive(Clone, Debug, Default, Args)]
#[group(multiple = false)]
pub(super) struct GitSource {
    /// Sweep what is staged, as the next commit would record it
    #[arg(long, help_heading = GIT)]
    pub(super) staged: bool,
    /// Sweep what the commits A..B bring, under configuration, baseline and
    /// inline allows of A
    #[arg(long, value_name = "A..B", help_heading = GIT)]
    pub(super) range: Option<String>,
    /// Sweep what came after a commit: --range COMMIT..HEAD
    #[arg(long, value_name = "COMMIT", help_heading = GIT)]
    pub(super) since_commit: Option<String>,
    /// Sweep every object of every ref, and the repository's configuration
    #[arg(long, help_heading = GIT)]
    pub(super) history: bool,
    /// As --history, and what no ref leads to any more
    #[arg(long, help_heading = GIT)]
    pub(super) unreachable: bool,
    /// Sweep a commit message, as git's commit-msg hook names it
    #[arg(long, value_name = "FILE", help_heading = GIT)]
    pub(super) commit_msg: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Sender {
    /// Tracked files, and untracked ones that are not ignored
    Git,
    /// What `hf upload` would send
    Upload,
    /// Everything but the repository's own .git
    All,
}

impl From<Sender> for As {
    fn from(sender: Sender) -> Self {
        match sender {
            Sender::Git => Self::Git,
            Sender::Upload => Self::Upload,
            Sender::All => Self::All,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Keep the demo repository and say where it is
    #[arg(long)]
    pub(super) keep: bool,
}

#[derive(Debug, Args)]
pub(super) struct Rules {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List every rule and audit
    List {
        /// Only those with this tag, or whose id or description holds this word
        word: Option<String>,
        /// Only those with this tag, repeatable: ml, cloud, marketing …
        #[arg(long = "tag", value_name = "TAG")]
        tags: Vec<String>,
        /// How to print
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        #[command(flatten)]
        own: OwnRules,
    },
    /// Show one rule whole: regex, literals, checks, examples
    Show {
        /// Its id
        id: String,
        /// How to print
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        #[command(flatten)]
        own: OwnRules,
    },
    /// Check rules of your own: the contract, examples and negatives
    #[command(after_help = CHECK_AFTER)]
    Check {
        /// Files of rules, or folders of them; without any, the built-in rules
        /// are checked
        files: Vec<PathBuf>,
        /// Let notes count as problems
        #[arg(long)]
        strict: bool,
    },
    /// Turn rules of gitleaks, Nosey Parker, Kingfisher or Titus into a pattern
    /// file
    #[command(after_help = IMPORT_AFTER)]
    Import {
        /// Its file of rules, or a folder of them
        file: PathBuf,
        /// Write to FILE instead of standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// How rules are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For machines
    Json,
}

const CHECK_AFTER: &str = "\
A rule must be bounded and have a fixed text of at least three bytes; its
examples must be found, its negatives must not. A note says where an example is
not found inside a string, a notebook, a pickle, base64 and the like.

Exit codes: 0 the rules hold, 1 they do not, or with --strict there are notes,
2 a file cannot be read.";

const IMPORT_AFTER: &str = "\
Examples:
  hubsweep rules import gitleaks.toml -o patterns.toml
  hubsweep rules check patterns.toml
  hubsweep scan --rules patterns.toml

`--rules` also takes the file as it is. What could not be carried over is told
on stderr, with the rule and the reason.";

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Id of a rule or audit
    pub(super) id: String,
    #[command(flatten)]
    pub(super) own: OwnRules,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// Folder to write to
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,
    /// Overwrite a hubsweep.toml that is there
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Your shell
    #[arg(value_enum)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// Write hubsweep.1, hubsweep-scan.1 … to this folder
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: Option<PathBuf>,
}
