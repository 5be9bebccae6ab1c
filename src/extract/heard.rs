//! For tests: a sink that remembers what it heard.

use crate::blob::{Fact, Fragment, Kind, Limits, Route};
use crate::finding::SkipClass;
use std::collections::BTreeMap;
use std::io::Cursor;

use super::{Sink, extract};

/// What an extraction told.
#[derive(Default)]
pub(super) struct Heard {
    /// All text by its route.
    pub(super) texts: BTreeMap<String, Vec<u8>>,
    /// Class, route and reason.
    pub(super) skips: Vec<(SkipClass, String, String)>,
    pub(super) names: Vec<String>,
    pub(super) facts: Vec<String>,
}

impl Heard {
    /// Extracts `bytes` as a file of this name.
    pub(super) fn of(path: &str, bytes: &[u8], limits: &Limits) -> Self {
        let mut heard = Self::default();
        let size = bytes.len() as u64;
        let kind = Kind::sniff(path, &bytes[..bytes.len().min(crate::blob::HEAD)], size);
        extract(
            &mut Cursor::new(bytes.to_vec()),
            size,
            kind,
            limits,
            &mut heard,
        )
        .unwrap();
        heard
    }

    /// The text at a route.
    pub(super) fn text(&self, route: &str) -> String {
        let text = self.texts.get(route).map_or(&b""[..], Vec::as_slice);
        String::from_utf8_lossy(text).into_owned()
    }

    /// Is it among all text?
    pub(super) fn holds(&self, needle: &str) -> bool {
        let needle = needle.as_bytes();
        let mut texts = self.texts.values();
        texts.any(|text| memchr::memmem::find(text, needle).is_some())
    }

    /// Reasons of skips in order, without those by design.
    pub(super) fn why(&self) -> Vec<&str> {
        let skips = self.skips.iter();
        let skips = skips.filter(|(class, ..)| *class != SkipClass::ByDesign);
        skips.map(|(_, _, why)| why.as_str()).collect()
    }

    /// Was such a fact told?
    pub(super) fn told(&self, part: &str) -> bool {
        self.facts.iter().any(|fact| fact.contains(part))
    }
}

impl Sink for Heard {
    fn fragment(&mut self, fragment: &Fragment<'_>) {
        let text = self.texts.entry(fragment.route.as_str().to_owned());
        let owned = &fragment.text[fragment.owned.clone()];
        text.or_default().extend_from_slice(owned);
    }

    fn skip(&mut self, class: SkipClass, route: &Route, why: String) {
        self.skips.push((class, route.as_str().to_owned(), why));
    }

    fn raw(&mut self) {}

    fn name(&mut self, _: &Route, name: &str) {
        self.names.push(name.to_owned());
    }

    fn fact(&mut self, route: &Route, fact: &Fact<'_>) {
        self.facts.push(format!("{} {fact:?}", route.as_str()));
    }
}
