//! The detectors written as code, behind one door.
//!
//! In: a trigger the prefilter saw. Out: matches of the rule that stands for
//! the detector in `patterns/`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::{Match, Matches, Personal, Piece, assignment, email, host, path, url};
use crate::blob::{Kind, Text};
use crate::finding::{Class, Confidence, Secret, Severity};
use crate::personal::{self, Settings};
use crate::rule::{Detector, Rule};

/// What a detector found.
#[derive(Debug)]
pub(super) struct Detected {
    /// The secret, or the path or address.
    pub(super) span: Range<usize>,
    /// Confidence, where it is not the rule's.
    pub(super) confidence: Option<Confidence>,
    /// Severity, where it is not the rule's.
    pub(super) severity: Option<Severity>,
    /// What speaks for it.
    pub(super) evidence: Vec<String>,
    /// Whose personal data it is.
    pub(super) class: Option<Class>,
}

impl Detected {
    /// Something at `span`, as its rule rates it.
    pub(super) fn at(span: Range<usize>) -> Self {
        Self {
            span,
            confidence: None,
            severity: None,
            evidence: Vec::new(),
            class: None,
        }
    }

    /// A generic secret at `span`: high and medium if nothing speaks against
    /// it, one step lower on both scales otherwise.
    pub(super) fn generic(span: Range<usize>, sure: bool) -> Self {
        let (severity, confidence) = if sure {
            (Severity::High, Confidence::Medium)
        } else {
            (Severity::Medium, Confidence::Low)
        };
        Self {
            severity: Some(severity),
            confidence: Some(confidence),
            ..Self::at(span)
        }
    }
}

/// Literals that wake a detector.
pub(super) fn triggers(detector: Detector) -> &'static [&'static str] {
    match detector {
        Detector::Assignment => assignment::TRIGGERS,
        Detector::UrlPassword => url::TRIGGERS,
        // Found by its `@`, in a pass of its own.
        Detector::Email | Detector::Personal => &[],
        Detector::HomePath => path::HOME_TRIGGERS,
        Detector::MachinePath => path::MACHINE_TRIGGERS,
        Detector::Bucket => path::BUCKET_TRIGGERS,
        Detector::InternalHost => host::TRIGGERS,
    }
}

/// Which rule stands for which detector.
#[derive(Debug)]
pub(super) struct Detectors {
    rules: Vec<(Detector, usize)>,
    assignment: assignment::Names,
    personal: personal::Detector,
    /// The rule of each of its entities.
    personal_rules: Vec<usize>,
    /// The entity of e-mail addresses, if they are looked for.
    email: Option<usize>,
}

impl Detectors {
    pub(super) fn new(rules: &[Rule], settings: &Settings) -> Self {
        let of = |(index, rule): (usize, &Rule)| rule.detector.map(|detector| (detector, index));
        let entities = rules.iter().enumerate();
        let entities =
            entities.filter_map(|(index, rule)| Some((index, rule.personal.as_deref()?.clone())));
        let (personal_rules, entities): (Vec<_>, Vec<_>) = entities.unzip();
        let personal = personal::Detector::new(entities, settings);
        let is_email = |rule: &usize| rules[*rule].detector == Some(Detector::Email);
        Self {
            rules: rules.iter().enumerate().filter_map(of).collect(),
            assignment: assignment::Names::new(rules),
            email: personal_rules
                .iter()
                .position(is_email)
                .filter(|entity| personal.wants(*entity)),
            personal,
            personal_rules,
        }
    }

    fn rule(&self, detector: Detector) -> Option<usize> {
        self.rules
            .iter()
            .find(|(known, _)| *known == detector)
            .map(|(_, rule)| *rule)
    }

    /// Look at one trigger.
    pub(super) fn run<'e>(
        &self,
        detector: Detector,
        piece: &Piece<'_>,
        hit: Range<usize>,
        found: &mut Vec<Match<'e>>,
        rules: &'e [Rule],
    ) {
        // Words of a vocabulary stand side by side by chance.
        if piece.is_vocabulary() {
            return;
        }
        let detected = match detector {
            // In raw bytes a name beside a value proves nothing, and compilers
            // leave paths of machines that are not the user's.
            Detector::Assignment
            | Detector::MachinePath
            | Detector::Bucket
            | Detector::InternalHost
                if piece.kind == Kind::Binary =>
            {
                None
            }
            Detector::Assignment => {
                assignment::detect(&self.assignment, piece.text, hit, piece.kind)
            }
            Detector::UrlPassword => url::detect(piece.text, hit),
            Detector::Email | Detector::Personal => None,
            Detector::HomePath => path::detect_home(piece.text, hit),
            Detector::MachinePath => path::detect_machine(piece.text, hit),
            Detector::Bucket => path::detect_bucket(piece.text, hit),
            Detector::InternalHost => host::detect(piece.text, hit),
        };
        if let (Some(detected), Some(rule)) = (detected, self.rule(detector)) {
            found.push(matched(&rules[rule], piece, detected));
        }
    }

    /// Look for personal data: at every `@`, and near every digit.
    pub(super) fn personal<'e>(
        &self,
        piece: &Piece<'_>,
        matches: &mut Matches<'e>,
        rules: &'e [Rule],
    ) {
        if piece.is_vocabulary() {
            return;
        }
        let found = &mut matches.found;
        let (text, owned) = (piece.text, piece.owned.clone());
        if let Some(entity) = self.email {
            let rule = &rules[self.personal_rules[entity]];
            for at in memchr::memchr_iter(b'@', &text[owned.clone()]) {
                let Some(detected) = email::detect(text, at + owned.start) else {
                    continue;
                };
                let class = detected.class.unwrap_or(Class::Real);
                let low = detected.confidence == Some(Confidence::Low);
                let personal = self.known(entity, class, if low { LIKELY } else { SURE });
                found.push(Match {
                    personal: Some(personal),
                    ..matched(rule, piece, detected)
                });
            }
        }
        // In raw bytes digits mean nothing.
        if piece.kind == Kind::Binary {
            return;
        }
        let (mut hits, mut failed) = (Vec::new(), BTreeMap::new());
        self.personal
            .find_and_count(text, owned, piece.cells, &mut hits, &mut failed);
        for (entity, count) in failed {
            let name = self.personal.entities()[entity].name.to_string();
            *matches.failed.entry(name).or_default() += count;
        }
        let in_card = piece.kind == Kind::Text(Text::Markdown);
        for hit in hits {
            let entity = &self.personal.entities()[hit.entity];
            if in_card && !entity.in_cards {
                continue;
            }
            let class = if entity.private {
                Class::Private
            } else {
                Class::Real
            };
            let detected = Detected {
                confidence: Some(confidence(hit.score)),
                evidence: hit.evidence.into_iter().map(Cow::into_owned).collect(),
                ..Detected::at(hit.span)
            };
            found.push(Match {
                personal: Some(Personal {
                    strong: hit.strong,
                    ..self.known(hit.entity, class, hit.score)
                }),
                ..matched(&rules[self.personal_rules[hit.entity]], piece, detected)
            });
        }
    }

    pub(super) fn names_personal(&self, name: &str) -> bool {
        self.personal.is_named(name)
    }

    pub(super) fn wants_personal(&self) -> bool {
        (0..self.personal_rules.len()).any(|entity| self.personal.wants(entity))
    }

    fn known(&self, entity: usize, class: Class, score: u8) -> Personal {
        Personal {
            entity: self.personal.entities()[entity].name.clone(),
            class,
            score,
            sure: score >= self.personal.threshold(),
            strong: false,
        }
    }
}

/// Scores of e-mail addresses: of somebody, and of a name that examples use.
const SURE: u8 = 90;
const LIKELY: u8 = 50;

/// How sure a score is.
fn confidence(score: u8) -> Confidence {
    match score {
        75.. => Confidence::High,
        50.. => Confidence::Medium,
        _ => Confidence::Low,
    }
}

fn matched<'e>(rule: &'e Rule, piece: &Piece<'_>, detected: Detected) -> Match<'e> {
    Match {
        rule,
        secret: Secret::new(&piece.text[detected.span.clone()]),
        span: detected.span,
        gap: 0,
        encoding: String::new(),
        severity: detected.severity.unwrap_or(rule.severity),
        confidence: detected.confidence.unwrap_or(rule.confidence),
        evidence: detected.evidence,
        personal: None,
    }
}
