//! What is known of a value on the unpickler's stack.
//!
//! Constants, names and parts enter; bounded symbolic values leave, which print
//! as short Python-like text. Containers keep their first few parts to a small
//! depth: what falls out is unknown, never mistaken for something else.

use std::cell::Cell;
use std::fmt::{self, Write};
use std::rc::Rc;

/// Longest string kept whole, as a possible key, name or argument.
pub(super) const KEPT: usize = 160;

/// Parts of a container that are kept.
const PARTS: usize = 12;

/// How deep kept values nest.
const DEEPEST: u8 = 5;

/// Longest text a value prints as.
const SHOWN: usize = 240;

/// What is known of a value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Mark,
    /// A whole short string, or bytes.
    Text(Rc<str>),
    /// The beginning of a longer one.
    Cut(Rc<str>),
    Int(i64),
    /// A string that is a pickle.
    Pickle,
    /// `None`, `True`, `False`.
    Constant(&'static str),
    /// The number legacy torch files begin with.
    TorchMagic,
    Global(Rc<Named>),
    Made(Rc<Made>),
    Tuple(Rc<Parts>),
    /// List, set or the like.
    List(Option<Rc<Parts>>),
    /// Keys and values by turns.
    Dict(Option<Rc<Parts>>),
    /// A number of the registry of extensions.
    Extension(u32),
    /// Whatever the loader makes of a persistent id.
    Persistent,
    Other,
}

/// Something that unpickling imports.
#[derive(Debug)]
pub(super) struct Named {
    /// The module, where the stream tells.
    pub(super) module: Option<Box<str>>,
    /// The name in it; empty for the module itself.
    pub(super) name: Option<Box<str>>,
    /// Calling it makes something like a dictionary.
    pub(super) makes_dict: bool,
}

/// The result of a call.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) callee: Value,
    pub(super) arguments: Value,
    /// State given to it later: of a `dtype`, whether its elements are objects.
    pub(super) holds_objects: Cell<bool>,
    depth: u8,
}

/// The first parts of a container.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    pub(super) items: Vec<Value>,
    more: bool,
    depth: u8,
}

impl Named {
    pub(super) fn new(module: Option<&str>, name: Option<&str>) -> Self {
        let last = name.unwrap_or_default();
        let makes_dict = [b"dict".as_slice(), b"counter"].iter().any(|word| {
            let mut windows = last.as_bytes().windows(word.len());
            windows.any(|part| part.eq_ignore_ascii_case(word))
        });
        Self {
            module: module.map(Into::into),
            name: name.map(Into::into),
            makes_dict,
        }
    }

    /// Is it this name of this module?
    pub(super) fn is(&self, module: &str, name: &str) -> bool {
        self.module.as_deref() == Some(module) && self.name.as_deref() == Some(name)
    }

    /// Either name of the module of built-in functions.
    pub(super) fn is_builtin(&self, name: &str) -> bool {
        self.is("builtins", name) || self.is("__builtin__", name)
    }

    /// `_codecs.encode`, which older protocols call to make bytes.
    pub(super) fn is_encoder(&self) -> bool {
        self.is("_codecs", "encode")
    }
}

impl Parts {
    fn add(&mut self, values: &[Value]) {
        let room = PARTS - self.items.len().min(PARTS);
        self.items.reserve_exact(values.len().min(room));
        for value in values {
            if self.items.len() == PARTS {
                self.more = true;
                return;
            }
            let kept = if value.depth() < DEEPEST {
                value.clone()
            } else {
                Value::Other
            };
            self.depth = self.depth.max(kept.depth() + 1);
            self.items.push(kept);
        }
    }
}

impl Value {
    /// A string as the stack remembers it.
    pub(super) fn text(bytes: &[u8]) -> Self {
        if bytes.len() <= KEPT {
            Self::Text(String::from_utf8_lossy(bytes).into())
        } else {
            Self::Cut(String::from_utf8_lossy(&bytes[..KEPT]).into())
        }
    }

    pub(super) fn tuple(values: &[Self]) -> Self {
        let mut parts = Parts::default();
        parts.add(values);
        Self::Tuple(Rc::new(parts))
    }

    pub(super) fn list(values: &[Self]) -> Self {
        Self::List(None).grown(values)
    }

    pub(super) fn dict(values: &[Self]) -> Self {
        Self::Dict(None).grown(values)
    }

    fn grown(mut self, values: &[Self]) -> Self {
        self.grow(values);
        self
    }

    /// Adds parts to a list or dictionary; nothing to any other value.
    pub(super) fn grow(&mut self, values: &[Self]) {
        if let Self::List(parts) | Self::Dict(parts) = self {
            match parts {
                Some(parts) if parts.more || values.is_empty() => {}
                _ => Rc::make_mut(parts.get_or_insert_default()).add(values),
            }
        }
    }

    pub(super) fn made(callee: Self, arguments: Self) -> Self {
        let kept = |value: Self| match value {
            value if value.depth() < DEEPEST => value,
            _ => Self::Other,
        };
        let (callee, arguments) = (kept(callee), kept(arguments));
        Self::Made(Rc::new(Made {
            depth: callee.depth().max(arguments.depth()) + 1,
            callee,
            arguments,
            holds_objects: Cell::new(false),
        }))
    }

    fn depth(&self) -> u8 {
        match self {
            Self::Made(made) => made.depth,
            Self::Tuple(parts) | Self::List(Some(parts)) | Self::Dict(Some(parts)) => parts.depth,
            _ => 0,
        }
    }

    /// The first parts, if it is a container.
    pub(super) fn parts(&self) -> &[Self] {
        match self {
            Self::Tuple(parts) | Self::List(Some(parts)) | Self::Dict(Some(parts)) => &parts.items,
            _ => &[],
        }
    }

    /// The value a dictionary stores under a key, if that is known.
    pub(super) fn entry(&self, key: &str) -> Option<&Self> {
        let Self::Dict(_) = self else { return None };
        let mut pairs = self.parts().chunks_exact(2);
        pairs.find_map(|pair| match pair {
            [Self::Text(name), value] if **name == *key => Some(value),
            _ => None,
        })
    }

    pub(super) fn as_text(&self) -> Option<&Rc<str>> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_global(&self) -> Option<&Rc<Named>> {
        match self {
            Self::Global(named) => Some(named),
            _ => None,
        }
    }

    /// Does it hold values under keys?
    pub(super) fn is_dict(&self) -> bool {
        match self {
            Self::Dict(_) => true,
            Self::Made(made) => made
                .callee
                .as_global()
                .is_some_and(|named| named.makes_dict),
            _ => false,
        }
    }

    /// A list, or the maker of bytes: what is put into it belongs to the key it
    /// is itself stored under.
    pub(super) fn is_wrapping(&self) -> bool {
        match self {
            Self::List(_) => true,
            Self::Global(named) => named.is_encoder(),
            _ => false,
        }
    }
}

/// Writes `value` in at most [`SHOWN`] bytes, control characters escaped.
pub(super) fn show(value: &Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = Limited(String::new());
    // An error only says that the text is full.
    let full = text.value(value).is_err();
    f.write_str(&text.0)?;
    if full { f.write_str("…") } else { Ok(()) }
}

/// The same for the parts of a tuple, without its parentheses.
pub(super) fn show_arguments(value: &Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Value::Tuple(parts) = value else {
        f.write_str("*")?;
        return show(value, f);
    };
    let mut text = Limited(String::new());
    let full = text.parts(&parts.items, parts.more).is_err();
    f.write_str(&text.0)?;
    if full { f.write_str("…") } else { Ok(()) }
}

/// Text that refuses to grow beyond [`SHOWN`].
struct Limited(String);

impl Write for Limited {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if self.0.len() >= SHOWN {
                return Err(fmt::Error);
            }
            self.0.push(c);
        }
        Ok(())
    }
}

impl Limited {
    fn value(&mut self, value: &Value) -> fmt::Result {
        match value {
            Value::Text(text) => write!(self, "'{}'", text.escape_debug()),
            Value::Cut(text) => write!(self, "'{}…'", text.escape_debug()),
            Value::Int(number) => write!(self, "{number}"),
            Value::Constant(word) => self.write_str(word),
            Value::Pickle => self.write_str("<pickle>"),
            Value::Global(named) => self.name(named),
            Value::Made(made) => {
                self.value(&made.callee)?;
                match &made.arguments {
                    Value::Tuple(parts) => self.group("(", &parts.items, parts.more, ")"),
                    _ => self.write_str("(…)"),
                }
            }
            Value::Tuple(parts) => self.group("(", &parts.items, parts.more, ")"),
            Value::List(Some(parts)) => self.group("[", &parts.items, parts.more, "]"),
            Value::List(None) => self.write_str("[]"),
            Value::Dict(Some(parts)) => self.pairs(parts),
            Value::Dict(None) => self.write_str("{}"),
            Value::Extension(code) => write!(self, "<extension {code}>"),
            Value::Persistent => self.write_str("<persistent>"),
            Value::TorchMagic | Value::Other | Value::Mark => self.write_str("…"),
        }
    }

    fn name(&mut self, named: &Named) -> fmt::Result {
        let part =
            |part: &Option<Box<str>>| part.as_deref().unwrap_or("?").escape_debug().to_string();
        self.write_str(&part(&named.module))?;
        match named.name.as_deref() {
            Some("") => Ok(()),
            _ => write!(self, ".{}", part(&named.name)),
        }
    }

    fn group(&mut self, open: &str, items: &[Value], more: bool, close: &str) -> fmt::Result {
        self.write_str(open)?;
        self.parts(items, more)?;
        self.write_str(close)
    }

    fn parts(&mut self, items: &[Value], more: bool) -> fmt::Result {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.write_str(", ")?;
            }
            self.value(item)?;
        }
        if more {
            self.write_str(", …")
        } else {
            Ok(())
        }
    }

    fn pairs(&mut self, parts: &Parts) -> fmt::Result {
        self.write_str("{")?;
        for (at, pair) in parts.items.chunks(2).enumerate() {
            if at > 0 {
                self.write_str(", ")?;
            }
            for (side, value) in pair.iter().enumerate() {
                self.write_str(if side == 1 { ": " } else { "" })?;
                self.value(value)?;
            }
        }
        self.write_str(if parts.more { ", …}" } else { "}" })
    }
}
