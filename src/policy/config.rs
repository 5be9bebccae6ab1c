//! A configuration file: `hubsweep.toml`, or the floor of `--policy`.
//!
//! In: its text. Out: a [`Config`] in which every level, pattern, regex and
//! rule is known to work, or an error that says where it does not.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

use super::allow::{Allow, AllowSkip, Said, Used};
use super::error::{ConfigError, Place, Problem, shown};
use super::glob::PathGlob;
use super::limits::RawLimits;
use super::nearest::nearest;
use super::personal::{Personal, RawPersonal};
use crate::finding::{Confidence, Severity, SkipClass, printable};
use crate::rule::Rule;
use crate::rule::schema::RuleSpec;

/// Largest file read: the scanned tree may hold anything under our name.
const MAX_BYTES: u64 = 256 * 1024;
/// Largest compiled regex of an allow.
const MAX_REGEX: usize = 256 * 1024;

/// A configuration, checked as far as it can be without the rules.
#[derive(Debug)]
pub struct Config {
    pub(super) origin: String,
    pub(super) fail_on: Option<Severity>,
    pub(super) min_confidence: Option<Confidence>,
    pub(super) exclude: Vec<String>,
    pub(super) disable: Vec<(String, Place)>,
    pub(super) rules: Vec<(Rule, Place)>,
    pub(super) allows: Vec<Allow>,
    pub(super) allow_skips: Vec<AllowSkip>,
    pub(super) allow_suppression: bool,
    pub(super) limits: RawLimits,
    pub(super) personal: Personal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawConfig {
    fail_on: Option<Spanned<String>>,
    min_confidence: Option<Spanned<String>>,
    #[serde(default)]
    exclude: Vec<Spanned<String>>,
    #[serde(default)]
    disable: Vec<Spanned<String>>,
    #[serde(default)]
    rules: Vec<Spanned<RuleSpec>>,
    #[serde(default)]
    allow: Vec<Spanned<RawAllow>>,
    #[serde(default)]
    allow_skip: Vec<Spanned<RawAllowSkip>>,
    #[serde(default)]
    allow_suppression: bool,
    #[serde(default)]
    limits: RawLimits,
    #[serde(default)]
    personal_data: RawPersonal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAllow {
    rule: Option<Spanned<String>>,
    path: Option<Spanned<String>>,
    fingerprint: Option<Spanned<String>>,
    regex: Option<Spanned<String>>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAllowSkip {
    path: Spanned<String>,
    class: Option<Spanned<String>>,
    reason: Option<String>,
}

impl Config {
    /// Read and parse a file; messages name it as `origin`.
    pub fn load(path: &Path, origin: &str) -> Result<Self, ConfigError> {
        let failed = |source| ConfigError::Read {
            origin: origin.to_owned(),
            source,
        };
        let text = read(path, MAX_BYTES).map_err(failed)?;
        Self::parse(&text, origin)
    }

    /// Parse the text of a file; messages name it as `origin`.
    pub fn parse(text: &str, origin: &str) -> Result<Self, ConfigError> {
        let source = Source { text, origin };
        let raw: RawConfig = toml::from_str(text).map_err(|error| source.explain(&error))?;
        Ok(Self {
            origin: origin.to_owned(),
            fail_on: source.level("fail-on", raw.fail_on, Severity::ALL)?,
            min_confidence: source.level("min-confidence", raw.min_confidence, Confidence::ALL)?,
            exclude: raw
                .exclude
                .into_iter()
                .map(|pattern| {
                    source.glob("exclude", &pattern)?;
                    Ok(pattern.into_inner())
                })
                .collect::<Result<_, _>>()?,
            disable: raw.disable.into_iter().map(|id| source.word(id)).collect(),
            rules: raw
                .rules
                .into_iter()
                .map(|spec| source.rule(spec))
                .collect::<Result<_, _>>()?,
            allows: raw
                .allow
                .into_iter()
                .map(|allow| source.allow(allow))
                .collect::<Result<_, _>>()?,
            allow_skips: raw
                .allow_skip
                .into_iter()
                .map(|allow| source.allow_skip(allow))
                .collect::<Result<_, _>>()?,
            allow_suppression: raw.allow_suppression,
            limits: raw.limits,
            personal: raw.personal_data.check(&source)?,
        })
    }

    /// Its own rules.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(|(rule, _)| rule)
    }

    /// An error at a place of this file.
    pub(super) fn error(&self, place: Place, problem: Problem) -> ConfigError {
        ConfigError::Invalid {
            origin: self.origin.clone(),
            place,
            problem: Box::new(problem),
        }
    }
}

/// The text of a regular file of at most so many bytes.
pub(super) fn read(path: &Path, most: u64) -> io::Result<String> {
    // Asked before it is opened: opening a pipe may never return.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let file = File::open(path)?;
    let mut text = String::new();
    file.take(most + 1).read_to_string(&mut text)?;
    if text.len() as u64 > most {
        let most = most / 1024;
        return Err(io::Error::other(format!("larger than {most} KiB")));
    }
    Ok(text)
}

/// The text while it is parsed: knows where everything is.
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) origin: &'a str,
}

impl Source<'_> {
    pub(super) fn place(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Place {
            line,
            column: before[start..].chars().count() + 1,
        }
    }

    pub(super) fn error(&self, span: &Range<usize>, problem: Problem) -> ConfigError {
        ConfigError::Invalid {
            origin: self.origin.to_owned(),
            place: self.place(span.start),
            problem: Box::new(problem),
        }
    }

    /// Our words for an error of the TOML reader, whose own quote the file.
    pub(super) fn explain(&self, error: &toml::de::Error) -> ConfigError {
        let span = error.span().unwrap_or(0..0);
        let message = error.message();
        let problem = if message.starts_with("unknown field") {
            unknown_key(message)
        } else if let Some(rest) = message.strip_prefix("missing field ") {
            Problem::MissingKey(shown(rest.trim_matches('`')))
        } else if message.starts_with("invalid type") || message.starts_with("invalid value") {
            // Between the two parts stands the value itself.
            let expected = message.rsplit_once(", expected ");
            Problem::Type {
                key: self.key_before(span.start),
                expected: printable(expected.map_or("another type", |(_, expected)| expected)),
            }
        } else {
            Problem::Syntax(printable(message))
        };
        self.error(&span, problem)
    }

    /// The key of the value at an offset, if it stands on the same line.
    fn key_before(&self, offset: usize) -> Option<String> {
        let line = self.text.get(..offset)?.rsplit('\n').next()?;
        let key = line.split_once('=')?.0.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        (!key.is_empty() && key.chars().all(plain)).then(|| shown(key))
    }

    pub(super) fn word(&self, word: Spanned<String>) -> (String, Place) {
        let place = self.place(word.span().start);
        (word.into_inner(), place)
    }

    fn level<T: FromStr + Display>(
        &self,
        key: &'static str,
        word: Option<Spanned<String>>,
        levels: &[T],
    ) -> Result<Option<T>, ConfigError> {
        let Some(word) = word else { return Ok(None) };
        let parsed = word.get_ref().parse();
        parsed.map(Some).map_err(|_| {
            let known: Vec<String> = levels.iter().rev().map(T::to_string).collect();
            let problem = Problem::Level {
                key,
                given: shown(word.get_ref()),
                near: nearest(word.get_ref(), known.iter().map(String::as_str)),
                known,
            };
            self.error(&word.span(), problem)
        })
    }

    pub(super) fn glob(
        &self,
        key: &'static str,
        pattern: &Spanned<String>,
    ) -> Result<PathGlob, ConfigError> {
        PathGlob::new(pattern.get_ref())
            .map_err(|why| self.error(&pattern.span(), Problem::Glob { key, why }))
    }

    fn regex(&self, pattern: &Spanned<String>) -> Result<Regex, ConfigError> {
        let regex = RegexBuilder::new(pattern.get_ref())
            .unicode(false)
            .size_limit(MAX_REGEX)
            .build()
            .map_err(|error| {
                let why = regex_fault(&error);
                self.error(&pattern.span(), Problem::Regex { key: "regex", why })
            })?;
        if regex.is_match(b"") {
            return Err(self.error(&pattern.span(), Problem::EmptyRegex));
        }
        Ok(regex)
    }

    pub(super) fn reason(
        &self,
        span: &Range<usize>,
        reason: Option<String>,
    ) -> Result<String, ConfigError> {
        reason
            .map(|reason| reason.trim().to_owned())
            .filter(|reason| !reason.is_empty())
            .ok_or_else(|| self.error(span, Problem::NoReason))
    }

    pub(super) fn rule(&self, spec: Spanned<RuleSpec>) -> Result<(Rule, Place), ConfigError> {
        let span = spec.span();
        let spec = spec.into_inner();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if spec.id.is_empty() || !spec.id.chars().all(plain) {
            return Err(self.error(&span, Problem::RuleId));
        }
        if let Some(Err(error)) = spec.path.as_deref().map(Regex::new) {
            let why = regex_fault(&error);
            return Err(self.error(&span, Problem::Regex { key: "path", why }));
        }
        Rule::new(spec, self.origin)
            .map(|rule| (rule, self.place(span.start)))
            .map_err(|error| self.error(&span, Problem::Rule(error)))
    }

    fn allow(&self, allow: Spanned<RawAllow>) -> Result<Allow, ConfigError> {
        let span = allow.span();
        let raw = allow.into_inner();
        if raw.rule.is_none()
            && raw.path.is_none()
            && raw.fingerprint.is_none()
            && raw.regex.is_none()
        {
            return Err(self.error(&span, Problem::EmptyAllow));
        }
        let said = said(&[
            ("rule", raw.rule.as_ref()),
            ("path", raw.path.as_ref()),
            ("fingerprint", raw.fingerprint.as_ref()),
            ("regex", raw.regex.as_ref()),
        ]);
        let path = raw.path.map(|pattern| self.glob("path", &pattern));
        let fingerprint = raw.fingerprint.map(|digits| self.fingerprint(&digits));
        Ok(Allow {
            place: self.place(span.start),
            said,
            rule: raw.rule.map(|id| self.word(id)),
            path: path.transpose()?,
            fingerprint: fingerprint.transpose()?,
            regex: raw.regex.map(|pattern| self.regex(&pattern)).transpose()?,
            reason: self.reason(&span, raw.reason)?,
            used: Used::default(),
        })
    }

    fn fingerprint(&self, digits: &Spanned<String>) -> Result<String, ConfigError> {
        // As a report shows it, or as a baseline has it.
        let text = digits.get_ref().replace(':', "");
        if text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(text.to_ascii_lowercase())
        } else {
            Err(self.error(&digits.span(), Problem::Fingerprint))
        }
    }

    fn allow_skip(&self, allow: Spanned<RawAllowSkip>) -> Result<AllowSkip, ConfigError> {
        let span = allow.span();
        let raw = allow.into_inner();
        let class = raw.class.as_ref().map(|word| {
            [SkipClass::Limited, SkipClass::Failed, SkipClass::Missing]
                .into_iter()
                .find(|class| class.as_str() == word.get_ref())
                .ok_or_else(|| self.error(&word.span(), Problem::SkipClass))
        });
        Ok(AllowSkip {
            place: self.place(span.start),
            said: said(&[("path", Some(&raw.path)), ("class", raw.class.as_ref())]),
            path: self.glob("path", &raw.path)?,
            class: class.transpose()?,
            reason: self.reason(&span, raw.reason)?,
            used: Used::default(),
        })
    }
}

/// The conditions of an allow, in one form whatever their order in the file.
fn said(conditions: &[(&'static str, Option<&Spanned<String>>)]) -> Said {
    let given = |&(key, text): &(&'static str, Option<&Spanned<String>>)| {
        text.map(|text| (key, text.get_ref().clone()))
    };
    conditions.iter().filter_map(given).collect()
}

/// The last line of a regex error is the reason; those above quote the regex.
fn regex_fault(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().next_back().unwrap_or_default();
    printable(last.trim().trim_start_matches("error: "))
}

/// The reader's message names the key and all that may stand there, quoted.
fn unknown_key(message: &str) -> Problem {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let key = quoted.next().unwrap_or_default();
    let known: Vec<String> = quoted.map(str::to_owned).collect();
    Problem::UnknownKey {
        key: shown(key),
        near: nearest(key, known.iter().map(String::as_str)),
        known,
    }
}
