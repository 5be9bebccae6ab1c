//! What a walk tells.
//!
//! Symbolic values enter; events leave, whose calls print lazily, so that a
//! pickle of a million dates costs no million texts.

use std::fmt;
use std::ops::ControlFlow;

use super::value::{Named, Value, show, show_arguments};

/// What a walk meets.
#[derive(Debug)]
pub enum PickleEvent<'a> {
    /// A string, or bytes that may hold one.
    Str {
        /// Offset of the raw payload.
        offset: u64,
        /// The payload; unescaped for the text opcodes of protocol 0.
        bytes: &'a [u8],
        /// From decoded to raw offsets, as
        /// [`raw_offset`](crate::format::escape::raw_offset) reads it; empty
        /// when nothing was escaped.
        map: &'a [(u32, u32)],
        /// The attribute or dictionary key it will be stored under, where known.
        key: Option<&'a str>,
        /// The string ends here; else another piece follows and repeats the last
        /// [`OVERLAP`](super::OVERLAP) bytes, or the input broke off.
        ends: bool,
    },
    /// A name that unpickling would import; `None` for a part that is computed
    /// or hidden.
    Global {
        /// Offset of the opcode.
        offset: u64,
        /// The module.
        module: Option<&'a str>,
        /// The name in the module; may be a path with dots.
        name: Option<&'a str>,
    },
    /// A name taken from the registry of extensions, which the stream does not
    /// tell.
    Extension {
        /// Offset of the opcode.
        offset: u64,
        /// Its number.
        code: u32,
    },
    /// Unpickling would call something.
    Call(Call<'a>),
    /// Bytes longer than [`PIECE`](super::PIECE), or the data of an array,
    /// passed over.
    Skipped {
        /// Offset of the first byte.
        offset: u64,
        /// How many.
        len: u64,
    },
    /// The next events, up to [`Left`](Self::Left), come from a pickle inside a
    /// string, whose offsets count from the string's payload if it was encoded.
    Entered {
        /// Offset of the string.
        offset: u64,
        /// How it was written: `bytes`, `base64`, `hexadecimal`.
        encoding: &'static str,
    },
    /// The end of what [`Entered`](Self::Entered) began.
    Left,
    /// The real unpickler would fail here. The walk goes on if it can.
    Broken {
        /// Offset of the opcode.
        offset: u64,
        /// Over what.
        what: &'static str,
    },
}

/// Receives the events; `Break` ends the walk.
pub type PickleSink<'s> = dyn FnMut(PickleEvent<'_>) -> ControlFlow<()> + 's;

/// How something is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opcode {
    /// REDUCE: with arguments.
    Reduce,
    /// OBJ: a class, with arguments.
    Obj,
    /// INST: the same, named in the stream.
    Inst,
    /// NEWOBJ: only `__new__` of a class.
    NewObj,
    /// `NEWOBJ_EX`: the same, with keywords.
    NewObjEx,
    /// BUILD: `__setstate__` of an object, or its attributes.
    Build,
    /// APPEND, APPENDS, ADDITEMS: `append`, `extend` or `add` of an object,
    /// which may be its own attribute.
    Append,
}

impl Opcode {
    /// The name in Python's own documentation.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reduce => "REDUCE",
            Self::Obj => "OBJ",
            Self::Inst => "INST",
            Self::NewObj => "NEWOBJ",
            Self::NewObjEx => "NEWOBJ_EX",
            Self::Build => "BUILD",
            Self::Append => "APPEND",
        }
    }
}

/// Something that unpickling would call.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// Offset of the opcode.
    pub offset: u64,
    /// How it is called.
    pub opcode: Opcode,
    callee: &'a Value,
    arguments: &'a Value,
}

/// What is called; of BUILD, what gets the state; of APPEND, what made the object
/// that gets elements, and the arguments are those it was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callee<'a> {
    /// An imported name.
    Global {
        /// The module, where the stream tells.
        module: Option<&'a str>,
        /// The name in it, empty for the module itself.
        name: Option<&'a str>,
    },
    /// What another call made.
    Result,
    /// A number of the registry of extensions.
    Extension(u32),
    /// What the loader makes of a persistent id.
    Persistent,
    /// Nothing that can be called, or not known.
    Unknown,
}

/// An argument of a call, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument<'a> {
    /// An imported name.
    Global {
        /// The module.
        module: Option<&'a str>,
        /// The name in it.
        name: Option<&'a str>,
    },
    /// A short string. May be a secret.
    Text(&'a str),
    /// A string that is a pickle, of which events were sent already.
    Pickle,
    /// Anything else.
    Other,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        offset: u64,
        opcode: Opcode,
        callee: &'a Value,
        arguments: &'a Value,
    ) -> Self {
        Self {
            offset,
            opcode,
            callee,
            arguments,
        }
    }

    /// What is called.
    pub fn callee(&self) -> Callee<'a> {
        match self.callee {
            Value::Global(named) => Callee::Global {
                module: named.module.as_deref(),
                name: named.name.as_deref(),
            },
            Value::Made(_) => Callee::Result,
            Value::Extension(code) => Callee::Extension(*code),
            Value::Persistent => Callee::Persistent,
            _ => Callee::Unknown,
        }
    }

    /// The callee as text: a dotted name, or the call that makes it. Holds what
    /// the pickle says: hostile, and perhaps secret.
    pub fn callee_text(&self) -> impl fmt::Display + use<'a> {
        Shown(self.callee)
    }

    /// The arguments as short text. Holds what the pickle says: hostile, and
    /// perhaps secret.
    pub fn arguments_text(&self) -> impl fmt::Display + use<'a> {
        ShownArguments(self.arguments)
    }

    /// The arguments by place, as far as they are known. A class given to
    /// NEWOBJ is the callee and not among them.
    pub fn arguments(&self) -> impl Iterator<Item = Argument<'a>> + use<'a> {
        let arguments = match self.arguments {
            Value::Tuple(_) => self.arguments.parts(),
            _ => &[],
        };
        arguments.iter().map(|value| match value {
            Value::Global(named) => Argument::Global {
                module: named.module.as_deref(),
                name: named.name.as_deref(),
            },
            Value::Text(text) => Argument::Text(text),
            Value::Pickle => Argument::Pickle,
            _ => Argument::Other,
        })
    }

    /// Of BUILD: does the state give the object a method of its own that the
    /// unpickler would call the next time?
    pub fn plants_a_method(&self) -> bool {
        let hooks = |value: &Value| matches!(value, Value::Text(key) if is_hook(key));
        let in_dict = |value: &Value| {
            matches!(value, Value::Dict(_)) && value.parts().iter().step_by(2).any(hooks)
        };
        in_dict(self.arguments) || self.arguments.parts().iter().any(in_dict)
    }
}

fn is_hook(key: &str) -> bool {
    matches!(
        key,
        "__setstate__" | "__reduce__" | "__reduce_ex__" | "__class__" | "__getattr__"
    )
}

/// A name the value was computed from is never printed by accident.
impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("offset", &self.offset)
            .field("opcode", &self.opcode)
            .finish_non_exhaustive()
    }
}

struct Shown<'a>(&'a Value);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self.0, f)
    }
}

struct ShownArguments<'a>(&'a Value);

impl fmt::Display for ShownArguments<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_arguments(self.0, f)
    }
}

impl Named {
    /// The event of its import.
    pub(super) fn event(&self, offset: u64) -> PickleEvent<'_> {
        PickleEvent::Global {
            offset,
            module: self.module.as_deref(),
            name: self.name.as_deref(),
        }
    }
}
