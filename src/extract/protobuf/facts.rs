//! What messages tell beside text: operators, tensors, files of numbers,
//! metadata.
//!
//! In: the messages that are open, and their strings and numbers. Out: facts.
//! Operators come at the end, since the functions of a file stand behind the
//! graph that calls them.

use std::collections::{BTreeMap, BTreeSet};

use super::frames::Frame;
use crate::blob::{Fact, Kind, MOST_VALUE, Proto, Route};
use crate::extract::{Inside, Sink};
use crate::finding::SkipClass;
use crate::format::onnx;
use crate::format::protobuf::schema::Role;
use crate::format::protobuf::walk::Name;

/// Most different operators, functions or files.
const MOST: usize = 4096;
/// Most bytes kept of a name.
const NAME: usize = 256;
/// Most dimensions of a tensor.
const DIMENSIONS: usize = 64;

/// Domain and name.
type Operator = (String, String);

/// Gathers the facts of one file.
pub(super) struct Facts {
    kind: Kind,
    /// What the open messages with a role tell, innermost last.
    open: Vec<Open>,
    /// Operators that are called, and where first.
    called: BTreeMap<Operator, Route>,
    defined: BTreeSet<Operator>,
    files: BTreeSet<Vec<u8>>,
    more: bool,
}

/// A message with a role.
#[derive(Default)]
struct Open {
    name: String,
    domain: String,
    dtype: u64,
    shape: Vec<u64>,
    /// Where an entry says that numbers lie.
    location: Option<Vec<u8>>,
}

impl Facts {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            open: Vec::new(),
            called: BTreeMap::new(),
            defined: BTreeSet::new(),
            files: BTreeSet::new(),
            more: false,
        }
    }

    /// What the numbers are that are not read.
    pub(super) fn numbers(&self) -> &'static str {
        match self.kind {
            Kind::TfRecord => "numbers of the records",
            Kind::Protobuf(Proto::SentencePiece) => "the tokenizer's table of characters",
            _ => "tensor bytes",
        }
    }

    pub(super) fn enter(&mut self, role: Role) {
        if has_facts(role) {
            self.open.push(Open::default());
        }
    }

    pub(super) fn number(&mut self, top: Option<&Frame>, name: &str, value: u64) {
        let role = top.map(|top| top.message.role);
        let Some(open) = self.open.last_mut().filter(|_| role == Some(Role::Tensor)) else {
            return;
        };
        match name {
            "dims" if open.shape.len() < DIMENSIONS => open.shape.push(value),
            "data_type" => open.dtype = value,
            _ => {}
        }
    }

    pub(super) fn text(&mut self, top: Option<&Frame>, name: Name, bytes: &[u8]) {
        let (Some(top), Some(open)) = (top, self.open.last_mut()) else {
            return;
        };
        let Name::Declared(name) = name else {
            return;
        };
        let kept = || String::from_utf8_lossy(&bytes[..bytes.len().min(NAME)]).into_owned();
        match (top.message.role, name) {
            (Role::Operator, "op_type" | "op") | (Role::Function | Role::Tensor, "name") => {
                open.name = kept();
            }
            (Role::Operator | Role::Function, "domain") => open.domain = kept(),
            // TensorFlow names a function in its signature.
            (Role::Plain, "name") if top.name == Name::Declared("signature") => {
                open.name = kept();
            }
            (Role::Entry, "")
                if top.name == Name::Declared("external_data")
                    && top.key.as_deref() == Some("location") =>
            {
                open.location = Some(bytes[..bytes.len().min(MOST_VALUE)].to_vec());
            }
            _ => {}
        }
    }

    /// A string about the file as a whole.
    pub(super) fn metadata(&self, key: &str, value: &[u8], route: &Route, sink: &mut dyn Sink) {
        if self.open.is_empty() {
            let value = &value[..value.len().min(MOST_VALUE)];
            sink.fact(route, &Fact::Metadata { key, value });
        }
    }

    /// A message ends; `route` is its own.
    pub(super) fn leave(&mut self, frame: &Frame, route: impl Fn() -> Route, sink: &mut dyn Sink) {
        if !has_facts(frame.message.role) {
            return;
        }
        let Some(open) = self.open.pop() else {
            return;
        };
        let operator = (open.domain, open.name);
        match frame.message.role {
            Role::Operator if self.called.contains_key(&operator) => {}
            Role::Operator if self.called.len() < MOST => {
                self.called.insert(operator, route());
            }
            Role::Function if self.defined.len() < MOST => {
                self.defined.insert(operator);
            }
            Role::Tensor => {
                let tensor = Fact::Tensor {
                    name: &operator.1,
                    dtype: onnx::type_name(open.dtype),
                    shape: &open.shape,
                };
                sink.fact(&route(), &tensor);
                if let Some(location) = open.location {
                    self.file(location, &route(), sink);
                }
            }
            _ => self.more = true,
        }
    }

    fn file(&mut self, location: Vec<u8>, route: &Route, sink: &mut dyn Sink) {
        if self.files.contains(&location) {
            return;
        }
        if self.files.len() >= MOST {
            self.more = true;
            return;
        }
        let external = Fact::External {
            location: &location,
        };
        sink.fact(route, &external);
        self.files.insert(location);
    }

    /// Tells the operators that the file does not define.
    pub(super) fn finish(&self, at: &Inside, sink: &mut dyn Sink) {
        for (operator, route) in &self.called {
            let (domain, name) = operator;
            if self.defined.contains(operator) {
                continue;
            }
            let called = Fact::Operator {
                kind: self.kind,
                domain,
                name,
            };
            sink.fact(route, &called);
        }
        if self.more {
            let why = format!("more than {MOST} different operators, functions or files");
            sink.skip(SkipClass::Limited, &at.route, why);
        }
    }
}

fn has_facts(role: Role) -> bool {
    matches!(role, Role::Operator | Role::Function | Role::Tensor)
}
