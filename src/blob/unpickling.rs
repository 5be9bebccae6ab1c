//! What loading a pickle would do.
//!
//! In: the names a pickle imports and the calls it makes. Out: a bounded list
//! of them for the auditor, each kind of call once.

use std::collections::HashSet;

use crate::finding::Secret;
pub use crate::format::pickle::Opcode;

/// Imports and calls of one pickle, nested and hidden ones included.
#[derive(Debug, Default)]
pub struct Unpickling {
    /// Every different use of a name, in the order of the first.
    pub uses: Vec<Use>,
    /// There were too many different ones to keep.
    pub overflow: bool,
    /// Where the unpickler would fail first, and over what.
    pub broken: Option<(u64, &'static str)>,
}

/// A name, or something computed, that is imported or called.
#[derive(Debug)]
pub struct Use {
    /// Offset of the first opcode that does it.
    pub offset: u64,
    /// What.
    pub subject: Subject,
    /// How it is called; `None` if it is only imported.
    pub call: Option<Opcode>,
    /// Its first arguments.
    pub arguments: Vec<Operand>,
    /// All of them as short text. It may hold a secret, so it cannot be printed
    /// by accident; control characters are escaped.
    pub shown: Secret,
    /// How often.
    pub count: u64,
    /// It stands in a pickle inside a string, which was written this way.
    pub inside: Option<&'static str>,
}

/// What is imported or called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A module and a name in it; `None` where the stream does not tell. An
    /// empty name stands for the module itself.
    Name(Option<String>, Option<String>),
    /// What another call made, as text; it may hold a secret.
    Result(Secret),
    /// A number of the registry of extensions.
    Extension(u32),
    /// What the loader makes of a persistent id.
    Persistent,
    /// Something that is not known.
    Unknown,
    /// An object that is given a method which the unpickler calls.
    Hooked,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A module and a name in it.
    Name(Option<String>, Option<String>),
    /// A short text.
    Text(Secret),
    /// A string that is a pickle, whose uses are among the others.
    Pickle,
    /// Anything else.
    Other,
}

impl Unpickling {
    /// Every imported name with dots, once, in the order of the first, and
    /// whether it is called.
    pub fn names(&self) -> Vec<(String, bool)> {
        let dotted = |of: &Use| match &of.subject {
            Subject::Name(module, name) => {
                let part = |part: &Option<String>| part.clone().unwrap_or("?".to_owned());
                Some(format!("{}.{}", part(module), part(name)))
            }
            Subject::Extension(code) => Some(format!("extension {code}")),
            _ => None,
        };
        let named = || self.uses.iter().filter_map(|of| Some((dotted(of)?, of)));
        let called: HashSet<String> = named()
            .filter(|(_, of)| of.call.is_some())
            .map(|(name, _)| name)
            .collect();
        let imported = named().filter(|(_, of)| of.call.is_none());
        imported
            .map(|(name, _)| {
                let called = called.contains(&name);
                (name, called)
            })
            .collect()
    }
}
