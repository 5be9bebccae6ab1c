//! The rule model: what a rule is, the built-in catalogue, and the contract.
//!
//! In: pattern files, at build time for our own and at run time for a
//! repository's. Out: [`Rule`]s the engine can run.

mod builtin;
pub mod except;
pub mod import;
pub mod literals;
pub mod schema;
pub mod template;

use std::borrow::Cow;
use std::sync::Arc;

use thiserror::Error;

use crate::finding::{Category, Confidence, Severity, UnknownLevel};
use crate::personal::Entity;
pub(crate) use crate::personal::schema::PersonalSpec;
use crate::validate::{self, Validator};
use except::Except;
use literals::value::Value;
use literals::{Analysis, ByteSet, Gate, Literal};
use schema::RuleSpec;

/// Why a rule cannot be used.
#[derive(Debug, Error)]
pub enum RuleError {
    /// It breaks the rule contract.
    #[error("rule `{id}`: {what}")]
    Contract {
        /// The rule.
        id: String,
        /// How.
        what: String,
    },
    /// A severity or confidence that is none.
    #[error("rule `{id}`: {source}")]
    Level {
        /// The rule.
        id: String,
        /// The word.
        source: UnknownLevel,
    },
    /// Two rules of one id.
    #[error(
        "rule `{id}` is there already\nhelp: give your rule an id of its own, or disable the built-in one"
    )]
    Duplicate {
        /// The id.
        id: String,
    },
}

/// Which sides of a secret must not touch bytes that could belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The byte before must not be alphanumeric.
    pub left: bool,
    /// The byte after must not continue the secret.
    pub right: bool,
}

impl Boundary {
    fn by_name(name: &str) -> Result<Self, String> {
        let (left, right) = match name {
            "token" => (true, true),
            "left" => (true, false),
            "right" => (false, true),
            "none" => (false, false),
            other => {
                return Err(format!(
                    "unknown boundary `{other}`, use token, left, right or none"
                ));
            }
        };
        Ok(Self { left, right })
    }
}

/// What is found by code on top of cheap byte scans, not by a regex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detector {
    /// A secret-named key and its value.
    Assignment,
    /// A password inside a URL.
    UrlPassword,
    /// An e-mail address.
    Email,
    /// Other personal data, as the rule's entity says.
    Personal,
    /// A path under somebody's home.
    HomePath,
    /// A path of a cluster, mount or machine.
    MachinePath,
    /// A private bucket.
    Bucket,
    /// A host name or address of an internal network.
    InternalHost,
}

impl Detector {
    fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "assignment" => Self::Assignment,
            "url-password" => Self::UrlPassword,
            "email" => Self::Email,
            "personal" => Self::Personal,
            "home-path" => Self::HomePath,
            "machine-path" => Self::MachinePath,
            "bucket" => Self::Bucket,
            "internal-host" => Self::InternalHost,
            _ => return None,
        })
    }

    /// The family its findings belong to.
    pub fn category(self) -> Category {
        match self {
            Self::Assignment | Self::UrlPassword => Category::Secret,
            Self::Email | Self::Personal => Category::PersonalData,
            Self::HomePath | Self::MachinePath | Self::Bucket | Self::InternalHost => {
                Category::HardcodedPath
            }
        }
    }
}

/// Text of a rule: built in, or read from a file.
pub type Text = Cow<'static, str>;
/// Several texts of a rule.
pub type Texts = Cow<'static, [Text]>;

/// A rule, ready to run.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Kebab-case id.
    pub id: Text,
    /// The pattern file it comes from.
    pub family: Text,
    /// What it finds.
    pub description: Text,
    /// How bad it is.
    pub severity: Severity,
    /// How sure, before any check.
    pub confidence: Confidence,
    /// The regex, over bytes; of a keyword rule what its value looks like.
    pub pattern: Text,
    /// What stands near a keyword, if the rule is no form of its own.
    pub near: Option<Near>,
    /// Names that point to this rule's provider.
    pub keywords: Texts,
    /// The group that holds the secret.
    pub group: usize,
    /// Least entropy of the secret, bits a character.
    pub entropy: Option<f64>,
    /// The rules of the other parts this secret is of no use without.
    pub requires: Texts,
    /// How bad it is while one of them is missing.
    pub alone: Severity,
    /// Checks, by name.
    pub validators: Vec<(Text, Validator)>,
    /// Regex the path must match.
    pub path: Option<Text>,
    /// What is no find of it.
    pub except: Vec<Arc<Except>>,
    /// Sides to guard.
    pub boundary: Boundary,
    /// The detector that runs instead of a regex.
    pub detector: Option<Detector>,
    /// Label under which reports fold its findings.
    pub group_label: Text,
    /// Why a finding matters.
    pub why: Text,
    /// Templates that must be found.
    pub examples: Texts,
    /// Templates that must stay silent.
    pub negatives: Texts,
    /// What to do.
    pub remediation: Text,
    /// Where the facts come from.
    pub references: Texts,
    /// Words to select rules by.
    pub tags: Texts,
    /// Literals one of which every match contains.
    pub literals: Cow<'static, [Literal]>,
    /// Most bytes from the match's start to the literal's.
    pub before: usize,
    /// Most bytes from the literal's start to the match's end.
    pub after: usize,
    /// Longest run of `[A-Za-z0-9_-]` every match contains.
    pub run: usize,
    /// Bytes that would continue the secret.
    pub body: ByteSet,
    /// Bytes that may follow a literal inside a match.
    pub next: ByteSet,
    /// Does it look at quotes or line ends, which stand escaped in a string?
    pub escapable: bool,
    /// Where its literals need not be looked for.
    pub gate: Gate,
    /// What personal data it is about.
    pub personal: Option<Arc<Entity>>,
}

/// A value near a keyword.
#[derive(Clone, Debug)]
pub struct Near {
    /// What it looks like.
    pub value: Value,
    /// Must a word that says secret stand between the two?
    pub secret_name: bool,
}

impl Rule {
    /// Is it a keyword near a value, rather than a form of its own?
    pub fn is_keyword_rule(&self) -> bool {
        self.near.is_some()
    }

    /// Analyse and build a rule of a repository's own.
    pub fn new(spec: RuleSpec, family: &str) -> Result<Self, RuleError> {
        let contract = |what| RuleError::Contract {
            id: spec.id.clone(),
            what,
        };
        let pattern = spec.pattern().map_err(contract)?;
        let (analysis, value) = if spec.is_keyword_rule() {
            let (analysis, value) =
                literals::analyse_near(&spec.keywords, pattern).map_err(contract)?;
            (analysis, Some(value))
        } else {
            let analysis = literals::analyse(pattern, spec.secret_group).map_err(contract)?;
            (analysis, None)
        };
        if let Some(path) = &spec.path {
            literals::parse(path).map_err(contract)?;
        }
        Self::from_analysis(spec, analysis, value, family)
    }

    fn from_analysis(
        spec: RuleSpec,
        analysis: Analysis,
        value: Option<Value>,
        family: &str,
    ) -> Result<Self, RuleError> {
        let contract = |what| RuleError::Contract {
            id: spec.id.clone(),
            what,
        };
        let level = |source| RuleError::Level {
            id: spec.id.clone(),
            source,
        };
        let boundary = Boundary::by_name(&spec.boundary).map_err(contract)?;
        let personal = spec.personal.as_ref().map(Entity::new).transpose();
        let personal = personal.map_err(contract)?;
        let detector = detector(spec.detector.as_deref()).map_err(contract)?;
        let validators = validators(&texts(spec.validators)).map_err(contract)?;
        let severity: Severity = spec.severity.parse().map_err(level)?;
        let alone = spec.alone.as_deref().map(str::parse).transpose();
        let except = spec.except.iter().map(Except::new);
        let except: Vec<_> = except.collect::<Result<_, _>>().map_err(contract)?;
        let near = value.map(|value| Near {
            value,
            secret_name: spec.secret_name,
        });
        Ok(Self {
            severity,
            alone: alone.map_err(level)?.unwrap_or(severity),
            requires: texts(spec.requires),
            near,
            confidence: spec.confidence.parse().map_err(level)?,
            id: spec.id.into(),
            family: family.to_owned().into(),
            description: spec.description.into(),
            pattern: spec.regex.or(spec.value).unwrap_or_default().into(),
            keywords: texts(spec.keywords),
            group: analysis.group,
            entropy: spec.entropy,
            validators,
            path: spec.path.map(Text::from),
            except: except.into_iter().map(Arc::new).collect(),
            boundary,
            detector,
            group_label: spec.group.into(),
            why: spec.why.into(),
            examples: texts(spec.examples),
            negatives: texts(spec.negatives),
            remediation: spec.remediation.into(),
            references: texts(spec.references),
            tags: texts(spec.tags),
            literals: analysis.literals,
            before: analysis.before,
            after: analysis.after,
            run: analysis.run,
            body: analysis.body,
            next: analysis.next,
            escapable: analysis.escapable,
            gate: analysis.gate,
            personal: personal.map(Arc::new),
        })
    }
}

/// The detector of a name.
fn detector(name: Option<&str>) -> Result<Option<Detector>, String> {
    let by_name =
        |name| Detector::by_name(name).ok_or_else(|| format!("unknown detector `{name}`"));
    name.map(by_name).transpose()
}

/// The checks of these names.
fn validators(names: &[Text]) -> Result<Vec<(Text, Validator)>, String> {
    let check = |name: &Text| match validate::by_name(name) {
        Some(check) => Ok((name.clone(), check)),
        None => Err(format!("unknown validator `{name}`")),
    };
    names.iter().map(check).collect()
}

fn texts(words: Vec<String>) -> Texts {
    words.into_iter().map(Text::from).collect()
}

/// A set of rules with distinct ids.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    rules: Arc<Vec<Rule>>,
}

impl Catalogue {
    /// The built-in rules.
    pub fn builtin() -> Result<Self, RuleError> {
        Ok(Self {
            rules: Arc::new(builtin::rules()?),
        })
    }

    /// The rules, in order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The same rules, for an engine to keep.
    pub fn shared(&self) -> Arc<Vec<Rule>> {
        Arc::clone(&self.rules)
    }

    /// The rule of an id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Add a rule; an id that is there already is an error.
    pub fn add(&mut self, rule: Rule) -> Result<(), RuleError> {
        if self.get(&rule.id).is_some() {
            let id = rule.id.into_owned();
            return Err(RuleError::Duplicate { id });
        }
        Arc::make_mut(&mut self.rules).push(rule);
        Ok(())
    }

    /// Remove the rules of these ids.
    pub fn disable(&mut self, ids: &[String]) {
        Arc::make_mut(&mut self.rules).retain(|rule| !ids.iter().any(|id| *id == rule.id));
    }
}
