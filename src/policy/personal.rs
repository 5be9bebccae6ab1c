//! The `[personal-data]` of a configuration: what is looked for, and what a
//! data set holds on purpose.
//!
//! In: its keys. Out: [`Settings`] for the engine, and [`Holds`], each of which
//! covers findings of one path, column and entity.

use serde::Deserialize;
use toml::Spanned;

use super::allow::{Said, Used};
use super::config::Source;
use super::error::{ConfigError, Place, Problem, shown};
use super::glob::PathGlob;
use super::nearest::nearest;
use crate::finding::{Category, Finding};
use crate::personal::{Profile, Settings};

/// As written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPersonal {
    profile: Option<Spanned<String>>,
    #[serde(default)]
    countries: Vec<String>,
    #[serde(default)]
    enable: Vec<Spanned<String>>,
    #[serde(default)]
    disable: Vec<Spanned<String>>,
    #[serde(default)]
    holds: Vec<Spanned<RawHolds>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHolds {
    path: Spanned<String>,
    #[serde(default)]
    columns: Vec<Spanned<String>>,
    entities: Vec<Spanned<String>>,
    reason: Option<String>,
}

/// What a configuration says of personal data.
#[derive(Debug, Default)]
pub(super) struct Personal {
    pub(super) profile: Option<Profile>,
    pub(super) countries: Vec<String>,
    pub(super) enable: Vec<(String, Place)>,
    pub(super) disable: Vec<(String, Place)>,
    pub(super) holds: Vec<Holds>,
}

/// Personal data that is there on purpose.
#[derive(Debug)]
pub(super) struct Holds {
    pub(super) place: Place,
    /// Its conditions as they were written.
    pub(super) said: Said,
    path: PathGlob,
    /// Columns; all of the file if empty.
    columns: Vec<PathGlob>,
    pub(super) entities: Vec<(String, Place)>,
    pub(super) reason: String,
    pub(super) used: Used,
}

impl Holds {
    /// Does it declare this finding?
    pub(super) fn covers(&self, finding: &Finding) -> bool {
        let entity = finding.entity.as_deref().unwrap_or_default();
        let route = finding.location.route.as_ref();
        let column = route.map_or("", |route| route.as_str().trim_start_matches('/'));
        finding.category == Category::PersonalData
            && self.path.matches(&finding.location.path)
            && self.entities.iter().any(|(known, _)| known == entity)
            && (self.columns.is_empty() || self.columns.iter().any(|glob| glob.matches(column)))
    }
}

impl RawPersonal {
    pub(super) fn check(self, source: &Source<'_>) -> Result<Personal, ConfigError> {
        let words = |words: Vec<Spanned<String>>| words.into_iter().map(|word| source.word(word));
        let holds = self.holds.into_iter().map(|holds| holds_of(holds, source));
        Ok(Personal {
            profile: self
                .profile
                .map(|word| profile(&word, source))
                .transpose()?,
            countries: self
                .countries
                .iter()
                .map(|code| code.to_ascii_lowercase())
                .collect(),
            enable: words(self.enable).collect(),
            disable: words(self.disable).collect(),
            holds: holds.collect::<Result<_, _>>()?,
        })
    }
}

fn profile(word: &Spanned<String>, source: &Source<'_>) -> Result<Profile, ConfigError> {
    word.get_ref().parse().map_err(|_| {
        let known = Profile::EACH.iter().map(ToString::to_string);
        let known: Vec<String> = known.collect();
        let problem = Problem::Level {
            key: "profile",
            given: shown(word.get_ref()),
            near: nearest(word.get_ref(), known.iter().map(String::as_str)),
            known,
        };
        source.error(&word.span(), problem)
    })
}

fn holds_of(raw: Spanned<RawHolds>, source: &Source<'_>) -> Result<Holds, ConfigError> {
    let span = raw.span();
    let raw = raw.into_inner();
    let columns = raw.columns.iter().map(|glob| source.glob("columns", glob));
    let listed = |words: &[Spanned<String>]| {
        let words: Vec<&str> = words.iter().map(|word| word.get_ref().as_str()).collect();
        words.join(" ")
    };
    Ok(Holds {
        said: vec![
            ("path", raw.path.get_ref().clone()),
            ("columns", listed(&raw.columns)),
            ("entities", listed(&raw.entities)),
        ],
        place: source.place(span.start),
        path: source.glob("path", &raw.path)?,
        columns: columns.collect::<Result<_, _>>()?,
        entities: raw
            .entities
            .into_iter()
            .map(|word| source.word(word))
            .collect(),
        reason: source.reason(&span, raw.reason)?,
        used: Used::default(),
    })
}

/// What is looked for: what the command line says, else the repository, and
/// never less than the floor. A repository may look for more; for less only
/// where its suppressions count.
pub(super) fn settings(
    command_line: Option<Profile>,
    repository: Option<&Personal>,
    floor: Option<&Personal>,
    suppresses: bool,
) -> Settings {
    let own = repository.and_then(|own| own.profile);
    let own = own.filter(|own| suppresses || *own >= Profile::Default);
    let asked = command_line.or(own).unwrap_or_default();
    let least = floor.and_then(|floor| floor.profile);
    let names = |words: &[(String, Place)]| -> Vec<String> {
        words.iter().map(|(word, _)| word.clone()).collect()
    };
    let mut settings = Settings {
        profile: least.map_or(asked, |least| asked.max(least)),
        ..Settings::default()
    };
    for config in repository.into_iter().chain(floor) {
        settings.enable.extend(names(&config.enable));
    }
    let may_narrow = repository.filter(|_| suppresses);
    for config in may_narrow.into_iter().chain(floor) {
        settings.disable.extend(names(&config.disable));
        settings.countries.extend(config.countries.iter().cloned());
    }
    settings
}
