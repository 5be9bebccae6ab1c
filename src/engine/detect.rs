//! The detectors written as code, behind one door.
//!
//! In: a trigger the prefilter saw. Out: matches of the rule that stands for
//! the detector in `patterns/`.

use std::ops::Range;

use super::{Match, Piece, assignment, email, host, path, url};
use crate::blob::Kind;
use crate::finding::{Class, Confidence, Secret, Severity};
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
        Detector::Email => &[],
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
}

impl Detectors {
    pub(super) fn new(rules: &[Rule]) -> Self {
        let of = |(index, rule): (usize, &Rule)| rule.detector.map(|detector| (detector, index));
        Self {
            rules: rules.iter().enumerate().filter_map(of).collect(),
            assignment: assignment::Names::new(rules),
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
            Detector::Email => None,
            Detector::HomePath => path::detect_home(piece.text, hit),
            Detector::MachinePath => path::detect_machine(piece.text, hit),
            Detector::Bucket => path::detect_bucket(piece.text, hit),
            Detector::InternalHost => host::detect(piece.text, hit),
        };
        if let (Some(detected), Some(rule)) = (detected, self.rule(detector)) {
            found.push(matched(&rules[rule], piece, detected));
        }
    }

    /// Look at every `@`.
    pub(super) fn emails<'e>(
        &self,
        piece: &Piece<'_>,
        found: &mut Vec<Match<'e>>,
        rules: &'e [Rule],
    ) {
        let Some(rule) = self
            .rule(Detector::Email)
            .filter(|_| !piece.is_vocabulary())
        else {
            return;
        };
        for at in memchr::memchr_iter(b'@', &piece.text[piece.owned.clone()]) {
            if let Some(detected) = email::detect(piece.text, at + piece.owned.start) {
                found.push(Match {
                    entity: Some("email"),
                    ..matched(&rules[rule], piece, detected)
                });
            }
        }
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
        entity: None,
        class: detected.class,
    }
}
