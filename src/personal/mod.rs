//! Personal data: who and what a text names.
//!
//! In: entities (`patterns/personal-*.toml`) with [`Settings`], then texts.
//! Out: [`Found`], each with a score of shape, check digits and the words
//! around it. Only stretches with digits are looked at, and words only near a
//! value that passed its check. Knows nothing of files.

mod address;
mod birth;
mod coded;
mod context;
mod coordinates;
mod crypto;
mod entity;
mod free;
mod groups;
mod hot;
mod iban;
mod internet;
mod names;
mod payment_handle;
mod phone;
pub mod schema;
mod shape;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

pub use coded::Coded;
pub use entity::{Entity, Form, Profile, Text};
pub use shape::Shape;

use crate::validate::identity::Verdict;
use coded::{Hit, Look, Place};
use context::{NONE, Near, Words};
use groups::Group;
use shape::Index;

/// What words near a value add.
const CONTEXT: u8 = 40;
/// What words that say otherwise take.
const DENIED: u8 = 30;
/// Least check digits of which a column of bare numbers can be told: one random
/// number in so many passes.
const STRONG: u16 = 20;
/// Least of which a share of failures says that those that pass do so by chance.
const CHECKED: u16 = 5;

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How much.
    pub profile: Profile,
    /// Only what these countries' people have, and what everybody has; all if
    /// empty.
    pub countries: Vec<String>,
    /// Entities looked for whatever the profile.
    pub enable: Vec<String>,
    /// Entities not looked for.
    pub disable: Vec<String>,
}

impl Settings {
    /// The default profile, and these entities besides.
    pub fn naming<'n>(entities: impl IntoIterator<Item = &'n str>) -> Self {
        Self {
            enable: entities.into_iter().map(str::to_owned).collect(),
            ..Self::default()
        }
    }

    fn wants(&self, entity: &Entity) -> bool {
        let named = |names: &[String]| names.iter().any(|name| *name == entity.name);
        let here = self.countries.is_empty()
            || entity.countries.is_empty()
            || entity
                .countries
                .iter()
                .any(|country| self.countries.iter().any(|own| own == country));
        !named(&self.disable) && (named(&self.enable) || (here && entity.profile <= self.profile))
    }
}

/// Something that may be personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The number of the entity.
    pub entity: usize,
    /// Where it stands.
    pub span: Range<usize>,
    /// 0 to 100.
    pub score: u8,
    /// Documentation and tests use it; nobody has it.
    pub placeholder: bool,
    /// A number whose check digits prove little alone and much for a column of
    /// them.
    pub strong: bool,
    /// What speaks for it, in words.
    pub evidence: Vec<Cow<'static, str>>,
}

/// Looks for personal data. Shared by the workers.
#[derive(Debug)]
pub struct Detector {
    entities: Vec<Entity>,
    /// Whether each of them is looked for.
    wanted: Vec<bool>,
    threshold: u8,
    fewest_digits: u32,
    forms: Vec<(usize, Form)>,
    index: Index,
    coded: Vec<(usize, Coded)>,
    words: OnceLock<Words>,
}

impl Detector {
    /// All entities, of which those that `settings` want are looked for; the
    /// others keep their numbers.
    pub fn new(entities: Vec<Entity>, settings: &Settings) -> Self {
        let wanted: Vec<bool> = entities
            .iter()
            .map(|entity| settings.wants(entity))
            .collect();
        let looked_for = entities.iter().zip(&wanted).filter(|(_, wanted)| **wanted);
        let rarest = looked_for.map(|(entity, _)| entity.profile).max();
        let rarest = rarest.unwrap_or_default();
        let mut index = Index::default();
        let mut forms = Vec::new();
        let mut coded = Vec::new();
        for (number, entity) in entities.iter().enumerate() {
            if !wanted[number] {
                continue;
            }
            for form in &entity.forms {
                index.add(forms.len(), &form.shape);
                forms.push((number, form.clone()));
            }
            coded.extend(entity.coded.map(|coded| (number, coded)));
        }
        Self {
            entities,
            wanted,
            threshold: settings.profile.threshold(),
            fewest_digits: rarest.fewest_digits(),
            forms,
            index,
            coded,
            words: OnceLock::new(),
        }
    }

    /// The entities, by number.
    pub fn entities(&self) -> &[Entity] {
        &self.entities
    }

    /// The least score that is told.
    pub fn threshold(&self) -> u8 {
        self.threshold
    }

    /// Is this one looked for?
    pub fn wants(&self, entity: usize) -> bool {
        self.wanted.get(entity).copied().unwrap_or(false)
    }

    /// Find what begins in `text[owned]`, best first where two overlap. `table`
    /// says that the text is cells of one column, a line each, where words of
    /// the line before do not count and numbers below the threshold are told
    /// too, if they are [`strong`](Found::strong).
    pub fn find(&self, text: &[u8], owned: Range<usize>, table: bool, found: &mut Vec<Found>) {
        self.find_and_count(text, owned, table, found, &mut BTreeMap::new());
    }

    /// The same, and by entity how many had the shape and failed the check.
    pub fn find_and_count(
        &self,
        text: &[u8],
        owned: Range<usize>,
        table: bool,
        found: &mut Vec<Found>,
        failed: &mut BTreeMap<usize, u64>,
    ) {
        let mut search = Search {
            detector: self,
            text,
            owned: owned.clone(),
            table,
            near: None,
            found: Vec::new(),
            failed: BTreeMap::new(),
        };
        let mut stretches = Vec::new();
        let fewest = self.fewest_digits;
        hot::stretches(text, owned.clone(), fewest, &mut stretches);
        let mut groups = Vec::new();
        for stretch in stretches {
            groups.clear();
            // No group is cut at the start.
            let start = stretch.start
                + text[stretch.clone()]
                    .iter()
                    .take_while(|byte| stretch.start > 0 && byte.is_ascii_alphanumeric())
                    .count();
            groups::find(text, start, stretch.end, &mut groups);
            search.groups(&groups);
        }
        for (entity, coded) in &self.coded {
            if let Look::Text(look) = coded.look {
                look(text, owned.clone(), &mut |hit| {
                    search.judge(*entity, hit, None);
                });
            }
        }
        found.append(&mut settle(search.found));
        for (entity, count) in search.failed {
            *failed.entry(entity).or_default() += count;
        }
    }

    /// Does a name, of a column or a field, name something that is looked for?
    pub fn is_named(&self, name: &str) -> bool {
        let end = name.len();
        let near = self.words().near(name.as_bytes(), &(end..end), 0);
        let mut entities = 0..self.entities.len();
        entities.any(|entity| self.wants(entity) && near.distance(entity) != NONE)
    }

    fn words(&self) -> &Words {
        self.words
            .get_or_init(|| Words::new(&self.entities, &self.wanted))
    }
}

/// One look at one text.
struct Search<'d> {
    detector: &'d Detector,
    text: &'d [u8],
    owned: Range<usize>,
    table: bool,
    /// What stands near the last place asked about: a number often passes the
    /// checks of several entities.
    near: Option<(Range<usize>, Near)>,
    found: Vec<Found>,
    /// By entity, what had the shape and failed the check, of tables.
    failed: BTreeMap<usize, u64>,
}

impl Search<'_> {
    /// How near the nearest word for an entity stands, and whether one says
    /// otherwise.
    fn context(&mut self, entity: usize, span: &Range<usize>) -> (u8, bool) {
        let known = self.near.take().filter(|(known, _)| known == span);
        let (_, near) = self.near.insert(known.unwrap_or_else(|| {
            let floor = if self.table {
                memchr::memrchr(b'\n', &self.text[..span.start]).map_or(0, |at| at + 1)
            } else {
                0
            };
            let near = self.detector.words().near(self.text, span, floor);
            (span.clone(), near)
        }));
        let bare = self.text[span.clone()].iter().all(u8::is_ascii_digit);
        (near.distance(entity), near.denies(entity, bare))
    }

    fn groups(&mut self, groups: &[Group]) {
        let detector = self.detector;
        for (at, group) in groups.iter().enumerate() {
            let rest = &groups[at..];
            for spelling in detector.index.at(self.text, rest) {
                let Some(len) = spelling.matches(&self.text[group.start..]) else {
                    continue;
                };
                let (entity, form) = &detector.forms[spelling.form];
                let span = group.start..group.start + len;
                if !free::stands_free(self.text, &span, self.table) {
                    continue;
                }
                let value = &self.text[span.clone()];
                let verdict = form
                    .check
                    .map_or(Verdict::Valid, |check| (check.run)(value));
                if verdict == Verdict::Invalid {
                    let counts = form.check.is_some_and(|check| check.one_in >= CHECKED);
                    if self.table && counts && self.owned.contains(&span.start) {
                        *self.failed.entry(*entity).or_default() += 1;
                    }
                    continue;
                }
                self.judge(*entity, Hit::new(span, form.score, verdict), Some(form));
            }
            let place = Place {
                text: self.text,
                groups,
                at,
            };
            for (entity, coded) in &detector.coded {
                if let Look::Groups(look) = coded.look {
                    if let Some(hit) = look(&place) {
                        self.judge(*entity, hit, None);
                    }
                }
            }
        }
    }

    fn judge(&mut self, entity: usize, hit: Hit, form: Option<&Form>) {
        if !self.owned.contains(&hit.span.start) {
            return;
        }
        let (distance, denied) = self.context(entity, &hit.span);
        let score = score(hit.score, denied, distance);
        let check = form.and_then(|form| form.check);
        let strong = check.is_some_and(|check| check.one_in >= STRONG);
        let placeholder = hit.verdict == Verdict::Placeholder;
        if score < self.detector.threshold && !(self.table && strong) && !placeholder {
            return;
        }
        let mut evidence: Vec<Cow<'static, str>> = Vec::new();
        evidence.extend(hit.evidence.map(Cow::Borrowed));
        if check.is_some_and(|check| check.one_in > 1) {
            evidence.push(Cow::Borrowed("the check digits match"));
        }
        if distance != NONE {
            evidence.push(Cow::Borrowed("a word beside it names it"));
        }
        self.found.push(Found {
            entity,
            span: hit.span,
            score,
            placeholder,
            strong,
            evidence,
        });
    }
}

/// Shape and check, words for it and against it; of two that are for it, the
/// nearer counts a little more.
fn score(base: u8, denied: bool, distance: u8) -> u8 {
    let base = base.saturating_sub(if denied { DENIED } else { 0 });
    let context = if distance == NONE {
        0
    } else {
        CONTEXT + 64_u8.saturating_sub(distance) / 16
    };
    base.saturating_add(context).min(100)
}

/// Of those that overlap keep the best, and of equals the longest; those nobody
/// has are kept while they compete, and then dropped.
fn settle(mut found: Vec<Found>) -> Vec<Found> {
    let rank = |one: &Found| {
        (
            one.score,
            one.span.len(),
            !one.placeholder,
            std::cmp::Reverse(one.entity),
        )
    };
    found.sort_by(|a, b| {
        a.span
            .start
            .cmp(&b.span.start)
            .then_with(|| rank(b).cmp(&rank(a)))
    });
    let mut kept: Vec<Found> = Vec::new();
    for one in found {
        match kept.last_mut() {
            Some(last) if last.span.end > one.span.start => {
                if rank(&one) > rank(last) {
                    *last = one;
                }
            }
            _ => kept.push(one),
        }
    }
    kept.retain(|one| !one.placeholder);
    kept
}
