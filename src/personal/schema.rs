//! The form of an entity of personal data in a pattern file.
//!
//! In: the table `[rules.personal]` of `patterns/*.toml`. Out:
//! [`PersonalSpec`]. Shared with `build.rs`, so it imports nothing of ours.

use serde::Deserialize;

/// What one kind of personal data looks like, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PersonalSpec {
    /// Short name, of which the placeholder is made: `us-ssn`, `<US_SSN_1>`.
    pub entity: String,
    /// From which profile on it is looked for: `default`, `strict` or `all`.
    #[serde(default = "default")]
    pub profile: String,
    /// Countries whose people have it, ISO 3166 in lower case; none for all.
    #[serde(default)]
    pub countries: Vec<String>,
    /// Words near it that speak for it, in lower case and with spaces; names of
    /// columns, keys and variables count, in any spelling.
    #[serde(default)]
    pub context: Vec<String>,
    /// Words near it that speak against it.
    #[serde(default)]
    pub against: Vec<String>,
    /// How it is written.
    #[serde(default)]
    pub forms: Vec<FormSpec>,
    /// Or the code that finds it.
    pub found_by: Option<String>,
    /// Is it looked for in cards and other Markdown?
    #[serde(default = "yes")]
    pub in_cards: bool,
    /// Does it tell of a network of one's own rather than of a person?
    #[serde(default)]
    pub private: bool,
}

/// One way to write it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSpec {
    /// `d` a digit, `A` a letter, `U` a capital, `X` a letter or digit, `H` a
    /// hexadecimal digit, each with `{n}` or `{m,n}` behind it; `\` before a
    /// letter that stands for itself; space and `-./+:()` stand for themselves,
    /// and `~` for the same one of space, `-` and `.` at all its
    /// places, or for nothing.
    pub shape: String,
    /// The check it must pass.
    pub check: Option<String>,
    /// 0 to 100 without any context: found from 50 on. Words near it add 40.
    pub score: u8,
}

fn yes() -> bool {
    true
}

fn default() -> String {
    "default".to_owned()
}
