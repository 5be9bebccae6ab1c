//! Keras models whose configuration makes the loader run code or open files.
//!
//! In: the configuration of a Keras model, out of a `.keras` archive, of an
//! attribute of an HDF5 file, or a file of its own. Out: one finding for each
//! that names anything but Keras' own parts, with the places and the names.

mod names;
mod objects;

#[cfg(test)]
mod tests;

use self::objects::{Object, each_object};
use super::{Doc, File, file_name};
use crate::blob::{Fact, Kind};
use crate::finding::{Category, Finding, Route, Severity};

pub(super) const DOC: Doc = Doc {
    id: "keras-code",
    description: "Keras model that runs code or opens files when loaded",
    category: Category::UnsafeFile,
    group: "code that loaders run",
    severity: Severity::High,
    why: "Keras builds whatever the configuration names: code of a Lambda layer, functions of any module, files at any path.",
    fix: "Build the model from Keras' own layers, or from registered classes whose source stands beside it.",
};

/// Configurations that are files of their own.
const FILES: &[&str] = &["config.json", "model.json", "architecture.json"];

/// Attributes of HDF5 files that hold configurations.
const ATTRIBUTES: &[&str] = &["model_config", "training_config", "compile_config"];

/// Places told of one configuration.
const SHOWN: usize = 8;

pub(super) fn file(file: &File, sink: &mut dyn FnMut(Finding)) {
    let of_keras = FILES.contains(&file_name(file.path));
    if of_keras && matches!(file.kind, Kind::Text(_)) {
        let cut = file.size > file.head.len() as u64;
        let shape = if cut { Shape::Cut } else { Shape::Whole };
        if !report(file.path, "", file.head, shape, sink)
            && cut
            && file_name(file.path) != "config.json"
        {
            let mut finding = DOC.at(file.path);
            finding.severity = Severity::Info;
            let what = "only the first 64 KiB were looked at";
            finding.evidence.push(what.to_owned());
            sink(finding);
        }
    }
}

pub(super) fn fact(path: &str, route: &Route, fact: &Fact<'_>, sink: &mut dyn FnMut(Finding)) {
    if let Fact::Document { name, text } = fact {
        if ATTRIBUTES.contains(name) {
            report(path, route.as_str(), text, Shape::Known, sink);
        } else if file_name(name) == "config.json" {
            report(path, route.as_str(), text, Shape::Whole, sink);
        }
    }
}

/// What a text has to look like to be taken for a Keras model.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Anything: its place says what it is.
    Known,
    /// The outermost object has a class.
    Whole,
    /// Anything: the class may stand behind the end of what was read.
    Cut,
}

/// Report what a configuration names. Others than Keras write files of such
/// names, so the shape counts where nothing else tells. Was there a finding?
fn report(
    path: &str,
    route: &str,
    text: &[u8],
    shape: Shape,
    sink: &mut dyn FnMut(Finding),
) -> bool {
    let mut suspects: Vec<(Severity, String)> = Vec::new();
    let mut more = 0;
    let is_keras = each_object(text, &mut |object, place| {
        let Some((severity, what)) = judge(object) else {
            return;
        };
        let seen = suspects.iter().any(|(_, told)| told.starts_with(&what));
        if suspects.len() < SHOWN * 8 && !seen {
            suspects.push((severity, format!("{what} at {}", place())));
        } else {
            more += 1;
        }
    });
    if shape == Shape::Whole && !is_keras {
        return false;
    }
    suspects.sort_by_key(|suspect| std::cmp::Reverse(suspect.0));
    let Some((severity, _)) = suspects.first() else {
        return false;
    };
    let mut finding = DOC.inside(path, route);
    finding.severity = *severity;
    more += suspects.len().saturating_sub(SHOWN);
    let shown = suspects.into_iter().take(SHOWN).map(|(_, what)| what);
    finding.evidence.extend(shown);
    if more > 0 {
        finding.evidence.push(format!("and {more} more"));
    }
    sink(finding);
    true
}

/// How bad an object is, and what it is in words; `None` for Keras' own.
fn judge(object: &Object) -> Option<(Severity, String)> {
    let class = object.class.as_str();
    if class == "__lambda__" || object.lambda {
        return Some((
            Severity::High,
            "Python bytecode of a lambda function".to_owned(),
        ));
    }
    if class.is_empty() {
        return None;
    }
    let function = class == "function";
    let name = if function { &object.config } else { class };
    let full = names::shown(&object.module, name);
    if let Some(why) = names::gadget(&object.module, name, function) {
        return Some((why.severity, format!("{full}, which {}", why.does)));
    }
    if let Some(file) = &object.file {
        return Some(opened(file, &full));
    }
    if names::known(&object.module) {
        let own = object.registered.contains('>') && !names::known_package(&object.registered);
        return own.then(|| {
            let shown = names::shown("", &object.registered);
            (
                Severity::Low,
                format!("class {shown}, which is no part of Keras"),
            )
        });
    }
    let what = if function { "function" } else { "class" };
    let severity = Severity::Medium;
    Some((
        severity,
        format!("{what} {full}, which is no part of Keras"),
    ))
}

/// A file that an object reads when it is built.
fn opened(file: &str, full: &str) -> (Severity, String) {
    let outside = file.contains(':')
        || file.starts_with(['/', '\\', '~'])
        || file.split(['/', '\\']).any(|step| step == "..");
    if outside {
        let what = format!("{full}, which reads a file or address outside of the repository");
        (Severity::High, what)
    } else {
        (Severity::Medium, format!("{full}, which reads a file"))
    }
}
