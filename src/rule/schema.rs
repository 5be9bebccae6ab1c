//! The form of a rule in a pattern file, and the pattern it stands for.
//!
//! In: TOML of `patterns/*.toml` or of a repository's own rules. Out:
//! [`RuleSpec`]. Shared with `build.rs`, so it imports nothing of ours but the
//! schema of personal data, which is shared too.

use serde::Deserialize;

use super::PersonalSpec;

/// A pattern file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Why a leak of this family matters, for rules that do not say it.
    #[serde(default)]
    pub why: String,
    /// Its rules.
    #[serde(default)]
    pub rules: Vec<RuleSpec>,
    /// What is no find of its rules, of all or of some.
    #[serde(default)]
    pub except: Vec<ExceptSpec>,
}

/// What is no find of a rule, as written: by default one of these conditions is
/// enough.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptSpec {
    /// Beside `[[rules]]`: the rules it is about; all of the file by default.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Regexes, one of which matches the path.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Regexes, one of which matches `on`.
    #[serde(default)]
    pub regexes: Vec<String>,
    /// What the regexes look at: `secret` (default), `match` or `line`.
    #[serde(default)]
    pub on: String,
    /// Words, one of which the secret contains, in any case.
    #[serde(default)]
    pub words: Vec<String>,
    /// Must each kind of condition that is given hold?
    #[serde(default)]
    pub all: bool,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// A rule as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// Kebab-case; reads well after "allow".
    pub id: String,
    /// What it finds, a short noun phrase.
    pub description: String,
    /// `critical`, `high`, `medium`, `low` or `info`.
    #[serde(default = "high")]
    pub severity: String,
    /// `high`, `medium` or `low`.
    #[serde(default = "medium")]
    pub confidence: String,
    /// Form 1: a regex over bytes.
    pub regex: Option<String>,
    /// Form 2: what the secret looks like, alphabets and lengths, found within
    /// a short distance after a keyword.
    pub value: Option<String>,
    /// Form 2: the keywords, case-insensitive. Beside a `regex` (as gitleaks
    /// has them) they are only a hint; literals come from the regex itself.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Form 2: for keywords that are common words: between keyword and value
    /// must stand a word that says secret, such as `key` or `token`.
    #[serde(default)]
    pub secret_name: bool,
    /// Form 3: the name of a detector written as code.
    pub detector: Option<String>,
    /// Which group is the secret; by default group 1 if there is one. Where it
    /// holds nothing, the next one that does.
    #[serde(alias = "secretGroup")]
    pub secret_group: Option<usize>,
    /// Least Shannon entropy of the secret, bits a character.
    pub entropy: Option<f64>,
    /// The other parts without which the secret is of no use, by their rules'
    /// ids: found near it, they become part of one finding.
    #[serde(default)]
    pub requires: Vec<String>,
    /// The severity while a part is missing; the same by default.
    pub alone: Option<String>,
    /// Names of `validate` functions.
    #[serde(default)]
    pub validators: Vec<String>,
    /// Regex a file's path must match.
    pub path: Option<String>,
    /// What is no find of this rule.
    #[serde(default)]
    pub except: Vec<ExceptSpec>,
    /// `token` (default), `left`, `right` or `none`.
    #[serde(default = "token")]
    pub boundary: String,
    /// Templates each of which must be found.
    #[serde(default)]
    pub examples: Vec<String>,
    /// Templates in which the rule must stay silent.
    #[serde(default)]
    pub negatives: Vec<String>,
    /// Label under which reports fold findings of this kind.
    #[serde(default)]
    pub group: String,
    /// Why it matters; the family's by default.
    #[serde(default)]
    pub why: String,
    /// What to do about a finding.
    #[serde(default)]
    pub remediation: String,
    /// Where the facts come from.
    #[serde(default)]
    pub references: Vec<String>,
    /// Words to select rules by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// With `detector = "personal"`: what it looks like.
    pub personal: Option<PersonalSpec>,
}

fn high() -> String {
    "high".to_owned()
}

fn medium() -> String {
    "medium".to_owned()
}

fn token() -> String {
    "token".to_owned()
}

impl RuleSpec {
    /// Is this a keyword-and-value rule?
    pub fn is_keyword_rule(&self) -> bool {
        self.value.is_some()
    }

    /// The regex or value of this rule; empty for a detector.
    pub fn pattern(&self) -> Result<&str, String> {
        match (&self.regex, &self.value, &self.detector) {
            (None, None, Some(_)) => Ok(""),
            (Some(pattern), None, None) | (None, Some(pattern), None) => Ok(pattern),
            (None, None, None) => Err("needs a `regex`, or `keywords` and a `value`".to_owned()),
            _ => Err("`regex`, `value` and `detector` exclude each other".to_owned()),
        }
    }
}
