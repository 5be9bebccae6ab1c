//! Kinds of personal data, ready to be looked for.
//!
//! In: what pattern files say ([`PersonalSpec`]), or the table `build.rs` made
//! of it. Out: [`Entity`].

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::coded::Coded;
use super::schema::PersonalSpec;
use super::shape::Shape;
use crate::validate::identity::{self, Check};

/// How much is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// Nothing, but what is asked for by name.
    Off,
    /// What is surely somebody's, and harmful in public.
    #[default]
    Default,
    /// What is likely somebody's too.
    Strict,
    /// Everything that looks like it.
    All,
}

impl Profile {
    /// All of them, from the least that is found to the most.
    pub const EACH: &[Self] = &[Self::Off, Self::Default, Self::Strict, Self::All];

    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Default => "default",
            Self::Strict => "strict",
            Self::All => "all",
        }
    }

    /// The least score that is told.
    pub fn threshold(self) -> u8 {
        match self {
            Self::Off | Self::Default => 50,
            Self::Strict => 30,
            Self::All => 10,
        }
    }

    /// Fewest digits of what is found: plates have two or three, and looking for
    /// so few costs time.
    pub(super) fn fewest_digits(self) -> u32 {
        if self == Self::All { 2 } else { 4 }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Profile {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = Self::EACH.iter().find(|profile| profile.as_str() == word);
        known
            .copied()
            .ok_or_else(|| format!("unknown profile `{word}`"))
    }
}

/// Text of an entity: built in, or read from a file.
pub type Text = Cow<'static, str>;

/// One kind of personal data.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Short name: `us-ssn`.
    pub name: Text,
    /// From which profile on it is looked for.
    pub profile: Profile,
    /// Countries whose people have it; none for all.
    pub countries: Cow<'static, [Text]>,
    /// Words that speak for it.
    pub context: Cow<'static, [Text]>,
    /// Words that speak against it.
    pub against: Cow<'static, [Text]>,
    /// How it is written.
    pub forms: Vec<Form>,
    /// The code that finds it.
    pub coded: Option<Coded>,
    /// Is it looked for in cards and other Markdown?
    pub in_cards: bool,
    /// Does it tell of a network rather than of a person?
    pub private: bool,
}

/// One way to write it.
#[derive(Clone, Debug)]
pub struct Form {
    /// Characters and separators.
    pub shape: Shape,
    /// The check it must pass.
    pub check: Option<&'static Check>,
    /// Score without any context.
    pub score: u8,
}

impl Form {
    /// A form from its parts.
    pub fn new(shape: &str, check: Option<&str>, score: u8) -> Result<Self, String> {
        let check = check
            .map(|name| identity::by_name(name).ok_or_else(|| format!("unknown check `{name}`")));
        Ok(Self {
            shape: Shape::parse(shape)?,
            check: check.transpose()?,
            score,
        })
    }
}

impl Entity {
    /// An entity as a pattern file has it.
    pub fn new(spec: &PersonalSpec) -> Result<Self, String> {
        let texts = |words: &[String]| words.iter().cloned().map(Text::Owned).collect();
        let form = |form: &super::schema::FormSpec| {
            Form::new(&form.shape, form.check.as_deref(), form.score)
        };
        let coded = spec.found_by.as_deref().map(Coded::by_name);
        if spec.forms.is_empty() && coded.is_none() {
            return Err("personal data needs `forms` or `found-by`".to_owned());
        }
        Ok(Self {
            name: Text::Owned(spec.entity.clone()),
            profile: spec.profile.parse()?,
            countries: texts(&spec.countries),
            context: texts(&spec.context),
            against: texts(&spec.against),
            forms: spec.forms.iter().map(form).collect::<Result<_, _>>()?,
            coded: coded.transpose()?,
            in_cards: spec.in_cards,
            private: spec.private,
        })
    }
}
