//! What a pickle would import and call.
//!
//! In: the events of a walk. Out: [`Unpickling`], with every different use
//! once, in bounded memory and without a text for each of a million calls.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use crate::blob::{Operand, Subject, Unpickling, Use};
use crate::finding::Secret;
use crate::format::pickle::{Argument, Call, Callee, Opcode, PickleEvent};

/// Most different uses kept: no honest pickle has as many.
const MOST: usize = 16 * 1024;

/// Longest module or name kept, in bytes.
const NAME: usize = 200;

/// Arguments kept, and told apart by.
const OPERANDS: usize = 3;

/// Collects the uses of one pickle.
#[derive(Default)]
pub(super) struct Uses {
    found: Unpickling,
    /// Place of each use by the hash of what tells it apart. The hash is keyed
    /// at random, so nobody can make two uses share one.
    seen: HashMap<u64, usize>,
    hasher: RandomState,
    /// Encodings of the strings around the current events.
    inside: Vec<&'static str>,
}

impl Uses {
    pub(super) fn take(&mut self, event: &PickleEvent<'_>) {
        match event {
            PickleEvent::Global {
                offset,
                module,
                name,
            } => {
                let key = self.hasher.hash_one((self.inside.len(), module, name));
                let subject = || Subject::Name(module.map(kept), name.map(kept));
                self.imported(key, *offset, subject);
            }
            PickleEvent::Extension { offset, code } => {
                let key = self.hasher.hash_one((self.inside.len(), code));
                self.imported(key, *offset, || Subject::Extension(*code));
            }
            PickleEvent::Call(call) => self.call(call),
            PickleEvent::Entered { encoding, .. } => self.inside.push(encoding),
            PickleEvent::Left => drop(self.inside.pop()),
            PickleEvent::Broken { offset, what } if self.inside.is_empty() => {
                self.found.broken.get_or_insert((*offset, what));
            }
            _ => {}
        }
    }

    pub(super) fn finish(self) -> Unpickling {
        self.found
    }

    fn imported(&mut self, key: u64, offset: u64, subject: impl FnOnce() -> Subject) {
        let inside = self.inside.last().copied();
        self.add(key, || Use {
            offset,
            subject: subject(),
            call: None,
            arguments: Vec::new(),
            shown: Secret::new(b""),
            count: 0,
            inside,
        });
    }

    fn call(&mut self, call: &Call<'_>) {
        let callee = call.callee();
        let hooked = call.opcode == Opcode::Build && call.plants_a_method();
        // The state of an object is no more than the object itself.
        let harmless = call.opcode == Opcode::Build && !matches!(callee, Callee::Global { .. });
        if harmless && !hooked {
            return;
        }
        let key = self.key(call, hooked);
        let inside = self.inside.last().copied();
        self.add(key, || Use {
            offset: call.offset,
            subject: if hooked {
                Subject::Hooked
            } else {
                subject(call)
            },
            call: Some(call.opcode),
            arguments: call.arguments().take(OPERANDS).map(operand).collect(),
            shown: Secret::new(call.arguments_text().to_string().as_bytes()),
            count: 0,
            inside,
        });
    }

    /// Calls are told apart by what is called and by the names among the
    /// arguments, since those may be called in turn.
    fn key(&self, call: &Call<'_>, hooked: bool) -> u64 {
        let code = (call.opcode as u8, self.inside.len(), hooked);
        let mut arguments = [0; OPERANDS];
        let mut names = false;
        for (slot, argument) in arguments.iter_mut().zip(call.arguments()) {
            *slot = match argument {
                Argument::Global { module, name } => {
                    names = true;
                    self.hasher.hash_one((module, name))
                }
                // A name in the name before.
                Argument::Text(text) if names => self.hasher.hash_one(text),
                _ => 0,
            };
        }
        match call.callee() {
            Callee::Global { module, name } => {
                self.hasher.hash_one((code, arguments, module, name))
            }
            Callee::Result => {
                let text = call.callee_text().to_string();
                self.hasher.hash_one((code, arguments, text))
            }
            Callee::Extension(code_of) => self.hasher.hash_one((code, arguments, code_of)),
            Callee::Persistent => self.hasher.hash_one((code, arguments, "persistent")),
            Callee::Unknown => self.hasher.hash_one((code, arguments, "unknown")),
        }
    }

    fn add(&mut self, key: u64, make: impl FnOnce() -> Use) {
        let uses = &mut self.found.uses;
        let at = match self.seen.get(&key) {
            Some(at) => *at,
            None if uses.len() == MOST => {
                self.found.overflow = true;
                return;
            }
            None => {
                self.seen.insert(key, uses.len());
                uses.push(make());
                uses.len() - 1
            }
        };
        if let Some(known) = uses.get_mut(at) {
            known.count += 1;
        }
    }
}

fn subject(call: &Call<'_>) -> Subject {
    match call.callee() {
        Callee::Global { module, name } => Subject::Name(module.map(kept), name.map(kept)),
        Callee::Result => Subject::Result(Secret::new(call.callee_text().to_string().as_bytes())),
        Callee::Extension(code) => Subject::Extension(code),
        Callee::Persistent => Subject::Persistent,
        Callee::Unknown => Subject::Unknown,
    }
}

fn operand(argument: Argument<'_>) -> Operand {
    match argument {
        Argument::Global { module, name } => Operand::Name(module.map(kept), name.map(kept)),
        Argument::Text(text) => Operand::Text(Secret::new(text.as_bytes())),
        Argument::Pickle => Operand::Pickle,
        Argument::Other => Operand::Other,
    }
}

/// A name, cut at a character.
fn kept(name: &str) -> String {
    let mut end = name.len().min(NAME);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].to_owned()
}
